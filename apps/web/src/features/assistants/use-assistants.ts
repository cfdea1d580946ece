'use client'
import type { AssistantDefinition, AssistantList, AssistantSummary } from '@reynard/protocol'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTRPC, useTRPCClient } from '../../lib/client.tsx'
import { messages } from '../../lib/messages.ts'
import { removeLater, showAgain, usePendingRemovals } from '../../lib/pending-removals.ts'
import { showToast } from '../../lib/toast.ts'
import { useChatSettings } from '../models/use-models.ts'

const NONE: AssistantSummary[] = []

/** Assistants that can be chosen, and the tools that one can be given. Undefined until the server answered. */
export function useAssistantList(): AssistantList | undefined {
  const trpc = useTRPC()
  const removed = usePendingRemovals()
  const { data } = useQuery(trpc.assistant.list.queryOptions())
  if (!data?.assistants.some(({ id }) => removed.has(id))) return data
  return { ...data, assistants: data.assistants.filter(({ id }) => !removed.has(id)) }
}

/** The same without the tools; none until the server answered, and where they are switched off. */
export const useAssistants = (): AssistantSummary[] => useAssistantList()?.assistants ?? NONE

/** False until the server said which assistants there are: what stands after them is not in sight before, so that nothing moves. */
export function useAreAssistantsKnown(): boolean {
  const trpc = useTRPC()
  return !useQuery(trpc.assistant.list.queryOptions()).isPending
}

/** Who answers in a chat (null: in the one that is about to begin), and how to choose another. Null: the bare model. */
export function useChatAssistant(conversationId: string | null): {
  assistant: AssistantSummary | null
  choose: (id: string | null) => void
} {
  const assistants = useAssistants()
  const { settings, change } = useChatSettings(conversationId)
  return {
    assistant: assistants.find(({ id }) => id === settings.assistant) ?? null,
    choose: (id) => change({ ...settings, assistant: id }),
  }
}

const say = (error: { message: string }) => showToast(error.message || messages.common.failed)

/** What one can do to assistants. Each call answers the assistant as it is then, and rejects after it was said why. */
export function useAssistantActions() {
  const trpc = useTRPC()
  const client = useTRPCClient()
  const queryClient = useQueryClient()
  const onSuccess = () => queryClient.invalidateQueries({ queryKey: trpc.assistant.pathKey() })
  const create = useMutation(trpc.assistant.create.mutationOptions({ onError: say, onSuccess }))
  const update = useMutation(trpc.assistant.update.mutationOptions({ onError: say, onSuccess }))

  return {
    create: (definition: AssistantDefinition) => create.mutateAsync(definition),
    update: (id: string, definition: AssistantDefinition) => update.mutateAsync({ id, definition }),
    async read(id: string): Promise<AssistantDefinition> {
      return (await client.assistant.byId.query({ id })).definition
    },
    /** It goes at once and can be had back for as long as the toast shows; then it goes on the server. */
    remove({ id, name }: AssistantSummary) {
      removeLater(id, () => {
        client.assistant.remove.mutate({ id }).then(onSuccess, (error: { message: string }) => {
          showAgain(id)
          say(error)
        })
      })
      showToast(messages.assistants.deleted(name), () => showAgain(id))
    },
  }
}

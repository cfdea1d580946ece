'use client'
import type { AssistantDefinition, AssistantSummary } from '@reynard/protocol'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTRPC, useTRPCClient } from '../../lib/client.tsx'
import { messages } from '../../lib/messages.ts'
import { assistantPageMessages } from '../../lib/messages-assistant-pages.ts'
import { removeLater, showAgain } from '../../lib/pending-removals.ts'
import { showToast } from '../../lib/toast.ts'

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
      showToast(assistantPageMessages.deleted(name), () => showAgain(id))
    },
  }
}

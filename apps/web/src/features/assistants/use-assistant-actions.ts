'use client'
import type { AssistantDefinition, AssistantSummary } from '@reynard/protocol'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTRPC, useTRPCClient } from '../../lib/client.tsx'
import { messages } from '../../lib/messages.ts'
import { assistantPageMessages } from '../../lib/messages-assistant-pages.ts'
import { showToast } from '../../lib/toast.ts'

const say = (error: { message: string }) => showToast(error.message || messages.common.failed)

/** What one can do to assistants. Each call answers the assistant as it is then, and rejects after it was said why. */
export function useAssistantActions() {
  const trpc = useTRPC()
  const client = useTRPCClient()
  const queryClient = useQueryClient()
  const onSuccess = () => queryClient.invalidateQueries({ queryKey: trpc.assistant.pathKey() })
  const create = useMutation(trpc.assistant.create.mutationOptions({ onError: say, onSuccess }))
  const remove = useMutation(trpc.assistant.remove.mutationOptions({ onError: say, onSettled: onSuccess }))
  const restore = useMutation(trpc.assistant.restore.mutationOptions({ onError: say, onSuccess }))
  const update = useMutation(trpc.assistant.update.mutationOptions({ onError: say, onSuccess }))

  return {
    create: (definition: AssistantDefinition) => create.mutateAsync(definition),
    update: (id: string, definition: AssistantDefinition) => update.mutateAsync({ id, definition }),
    async read(id: string): Promise<AssistantDefinition> {
      return (await client.assistant.byId.query({ id })).definition
    },
    /** It goes at once and can be had back for as long as the toast shows. */
    remove({ id, name }: AssistantSummary) {
      const queryKey = trpc.assistant.list.queryKey()
      queryClient.setQueryData(
        queryKey,
        (before) => before && { ...before, assistants: before.assistants.filter((other) => other.id !== id) },
      )
      const removed = remove.mutateAsync({ id }).catch(() => {})
      showToast(assistantPageMessages.deleted(name), async () => {
        await removed
        await restore.mutateAsync({ id }).catch(() => {})
      })
    },
  }
}

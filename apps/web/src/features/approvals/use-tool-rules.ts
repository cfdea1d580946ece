'use client'
import type { OwnToolRule, ToolRules } from '@reynard/protocol'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTRPC } from '../../lib/client.tsx'
import { messages } from '../../lib/messages.ts'
import { showToast } from '../../lib/toast.ts'

/** The rules of tools, and how a person changes theirs. A change shows at once and is taken back where the server refuses it. */
export function useToolRules() {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const options = trpc.assistant.rules.list.queryOptions(undefined, { refetchOnMount: 'always' })
  const rules = useQuery(options).data
  const after = {
    onError: (error: { message: string }) => showToast(error.message || messages.common.failed),
    onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.assistant.pathKey() }),
  }
  const setOwn = useMutation(trpc.assistant.rules.set.mutationOptions(after))
  const remove = useMutation(trpc.assistant.rules.removeFromChat.mutationOptions(after))
  const edit = (change: (before: ToolRules) => ToolRules) =>
    queryClient.setQueryData(options.queryKey, (before) => before && change(before))

  return {
    rules,
    set(tool: string, rule: OwnToolRule | null) {
      edit(({ own: { [tool]: _before, ...others }, ...rest }) => ({
        ...rest,
        own: rule === null ? others : { ...others, [tool]: rule },
      }))
      setOwn.mutate({ tool, rule })
    },
    removeFromChat(conversationId: string, rule: string, onRemoved: () => void) {
      remove.mutate({ conversationId, rule }, { onSuccess: onRemoved })
    },
  }
}

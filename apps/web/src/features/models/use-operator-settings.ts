'use client'
import type { OperatorSettings } from '@reynard/protocol'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTRPC } from '../../lib/client.tsx'
import { messages } from '../../lib/messages.ts'
import { showToast } from '../../lib/toast.ts'

/** What the operator set, what applies without it, and how to change it. `onSaved` runs once the server has it. */
export function useOperatorSettings() {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const options = trpc.admin.settings.queryOptions()
  const view = useQuery(options).data
  const mutation = useMutation(
    trpc.admin.updateSettings.mutationOptions({
      onSuccess: (next) => {
        queryClient.setQueryData(options.queryKey, next)
        void queryClient.invalidateQueries(trpc.chat.defaults.queryFilter())
        void queryClient.invalidateQueries(trpc.chat.status.queryFilter())
        void queryClient.invalidateQueries({ queryKey: trpc.assistant.pathKey() })
      },
      onError: (error) => {
        showToast(error.message || messages.common.failed)
        void queryClient.invalidateQueries(options)
      },
    }),
  )
  return {
    view,
    isSaving: mutation.isPending,
    update(changes: Partial<OperatorSettings>, onSaved?: () => void) {
      // Shown at once: the next change of a list of rules is made of what this one leaves.
      queryClient.setQueryData(
        options.queryKey,
        (before) => before && { ...before, saved: { ...before.saved, ...changes } },
      )
      mutation.mutate(changes, { onSuccess: onSaved })
    },
  }
}

'use client'
import type { WebSearchSettings } from '@reynard/protocol'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTRPC } from '../../../lib/client.tsx'
import { messages } from '../../../lib/messages.ts'
import { webSearchMessages } from '../../../lib/messages-web-search.ts'
import { showToast } from '../../../lib/toast.ts'

/** Who is asked for searches, how to change it, and how to try it. `trial`: what came of the last try, until something changes. */
export function useWebSearch() {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const options = trpc.admin.webSearch.queryOptions()
  const view = useQuery(options).data
  const onError = (error: { message: string }) => void showToast(error.message || messages.common.failed)
  const trying = useMutation(trpc.admin.tryWebSearch.mutationOptions({ onError }))
  const saving = useMutation(
    trpc.admin.updateWebSearch.mutationOptions({
      onSuccess: (next) => {
        queryClient.setQueryData(options.queryKey, next)
        void queryClient.invalidateQueries(trpc.assistant.list.queryFilter())
        trying.reset()
        showToast(webSearchMessages.saved)
      },
      onError,
    }),
  )
  return {
    view,
    isSaving: saving.isPending,
    update: (changes: Partial<WebSearchSettings>, onSaved: () => void) =>
      saving.mutate(changes, { onSuccess: onSaved }),
    tryOut: () => trying.mutate(),
    isTrying: trying.isPending,
    trial: trying.data ?? null,
  }
}

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useTRPC } from '../../lib/client.tsx'
import { messages } from '../../lib/messages.ts'
import { showToast } from '../../lib/toast.ts'
import { useStatus } from '../models/use-models.ts'

/** What is announced, whether new runs are accepted, and how to change both. Live by the status that every page follows. */
export function useNotices() {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const options = trpc.admin.notices.queryOptions()
  const view = useQuery(options).data
  const onError = (error: { message: string }) => showToast(error.message || messages.common.failed)
  const onSuccess = (next: NonNullable<typeof view>) => queryClient.setQueryData(options.queryKey, next)
  const announce = useMutation(trpc.admin.announce.mutationOptions({ onSuccess, onError }))
  const maintenance = useMutation(trpc.admin.setMaintenance.mutationOptions({ onSuccess, onError }))
  return {
    view,
    /** Undefined until the server said. */
    maintenance: useStatus()?.maintenance,
    announce: announce.mutate,
    setMaintenance: maintenance.mutate,
    isSaving: announce.isPending || maintenance.isPending,
  }
}

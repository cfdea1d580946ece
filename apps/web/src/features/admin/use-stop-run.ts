'use client'
import { useMutation } from '@tanstack/react-query'
import { useTRPC } from '../../lib/client.tsx'
import { messages } from '../../lib/messages.ts'
import { adminMessages } from '../../lib/messages-admin.ts'
import { showToast } from '../../lib/toast.ts'

const failed = (error: { message: string }) => showToast(error.message || messages.common.failed)

/** Stops one run, or all of a person; the list shows it by itself, a toast says it. */
export function useStopRun() {
  const trpc = useTRPC()
  const one = useMutation(
    trpc.admin.stopRun.mutationOptions({ onSuccess: () => showToast(adminMessages.stopped), onError: failed }),
  )
  const all = useMutation(
    trpc.admin.stopAllOf.mutationOptions({
      onSuccess: ({ stopped }) => showToast(adminMessages.stoppedAll(stopped)),
      onError: failed,
    }),
  )
  return {
    stop: (runId: string) => one.mutate({ runId }),
    stopAllOf: (userId: string) => all.mutate({ userId }),
    isBusy: one.isPending || all.isPending,
  }
}

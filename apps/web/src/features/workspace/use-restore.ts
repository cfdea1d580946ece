import { useMutation } from '@tanstack/react-query'
import { useTRPC } from '../../lib/client.tsx'
import { workspaceMessages } from '../../lib/messages-workspace.ts'
import { plainText } from '../../lib/plain-text.ts'
import { showToast } from '../../lib/toast.ts'
import { sayRefused } from './file-actions.ts'

const NAMED = 2

/** Brings the files of a chat back to a state; the toast takes that back. */
export function useRestore(conversationId: string) {
  const trpc = useTRPC()
  const { mutate, mutateAsync, isPending } = useMutation(trpc.assistant.workspace.restore.mutationOptions())
  return {
    isPending,
    restore(checkpoint: string, then: () => void = () => {}) {
      if (isPending) return
      mutate(
        { conversationId, checkpoint },
        {
          onError: sayRefused,
          onSuccess: ({ undo, left: { paths, total } }) => {
            const names = paths.slice(0, NAMED).map(plainText)
            const said = total === 0 ? workspaceMessages.restored : workspaceMessages.restoredBut(names, total)
            showToast(said, () => mutateAsync({ conversationId, checkpoint: undo }))
            then()
          },
        },
      )
    },
  }
}

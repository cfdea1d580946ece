import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTRPC } from '../../lib/client.tsx'
import { workspaceMessages } from '../../lib/messages-workspace.ts'
import { plainText } from '../../lib/plain-text.ts'
import { showToast } from '../../lib/toast.ts'
import { sayRefused } from './file-actions.ts'

const NAMED = 2

/** Brings the files of a chat back to a state; the toast takes that back. Pending until what the rows say of it is read anew. */
export function useRestore(conversationId: string) {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const reread = () => queryClient.invalidateQueries(trpc.assistant.workspace.restores.queryFilter({ conversationId }))
  const { mutate, mutateAsync, isPending } = useMutation(
    trpc.assistant.workspace.restore.mutationOptions({ onSuccess: reread }),
  )
  async function takeBack(checkpoint: string) {
    showToast(workspaceMessages.undoingRestore)
    try {
      await mutateAsync({ conversationId, checkpoint })
      showToast(workspaceMessages.restoreUndone)
    } catch (error) {
      sayRefused(error)
    }
  }
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
            showToast(said, () => takeBack(undo))
            then()
          },
        },
      )
    },
  }
}

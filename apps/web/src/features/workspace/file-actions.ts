import { errorInfoOf } from '@reynard/client'
import { useMutation } from '@tanstack/react-query'
import { useRef } from 'react'
import { useTRPC } from '../../lib/client.tsx'
import { messages } from '../../lib/messages.ts'
import { workspaceMessages } from '../../lib/messages-workspace.ts'
import { plainText } from '../../lib/plain-text.ts'
import { showToast } from '../../lib/toast.ts'

/** What a refused change says to the person. */
export const sayRefused = (error: unknown) => showToast(errorInfoOf(error)?.message ?? messages.common.failed)

/** What a person does to files of a chat. Each says what it did, and can be undone. */
export function useFileActions(conversationId: string) {
  const trpc = useTRPC()
  const remove = useMutation(trpc.assistant.workspace.remove.mutationOptions({ onError: sayRefused }))
  const putBack = useMutation(trpc.assistant.workspace.putBack.mutationOptions())
  const move = useMutation(trpc.assistant.workspace.move.mutationOptions({ onError: sayRefused }))
  const unpack = useMutation(trpc.assistant.workspace.unpack.mutationOptions({ onError: sayRefused }))
  const leaving = useRef(new Set<string>())
  return {
    isUnpacking: unpack.isPending,
    unpack(path: string, then: (folder: string) => void) {
      if (unpack.isPending) return
      unpack.mutate(
        { conversationId, path },
        {
          onSuccess: ({ folder, files }) => {
            const undo = () => remove.mutateAsync({ conversationId, path: folder })
            showToast(workspaceMessages.unpacked(files, plainText(folder)), undo)
            then(folder)
          },
        },
      )
    },
    remove(path: string, then: () => void) {
      // A second word for it would not find the file, and say so in place of the way back.
      if (leaving.current.has(path)) return
      leaving.current.add(path)
      const removed = remove.mutateAsync({ conversationId, path }).then(
        ({ trashId }) => {
          showToast(workspaceMessages.deleted(plainText(path)), () => putBack.mutateAsync({ conversationId, trashId }))
          then()
        },
        () => {
          // Why not was said.
        },
      )
      void removed.finally(() => leaving.current.delete(path))
    },
    move(from: string, to: string, then: (path: string) => void) {
      if (to.trim() === '' || to === from) return
      move.mutate(
        { conversationId, from, to },
        {
          onSuccess: ({ path }) => {
            const undo = async () => {
              await move.mutateAsync({ conversationId, from: path, to: from })
              then(from)
            }
            showToast(workspaceMessages.moved(plainText(from), plainText(path)), undo)
            then(path)
          },
        },
      )
    },
  }
}

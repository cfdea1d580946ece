'use client'
import type { Memory } from '@reynard/protocol'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTRPC } from '../../lib/client.tsx'
import { messages } from '../../lib/messages.ts'
import { memoryMessages } from '../../lib/messages-memory.ts'
import { showToast } from '../../lib/toast.ts'

const say = (error: { message: string }) => showToast(error.message || messages.common.failed)

/** What one can do to memories. Each resolves to whether it was done; why not was said. */
export function useMemoryActions() {
  const trpc = useTRPC()
  const queryClient = useQueryClient()
  const onSettled = () => queryClient.invalidateQueries({ queryKey: trpc.chat.memory.pathKey() })
  const create = useMutation(trpc.chat.memory.create.mutationOptions({ onError: say, onSettled }))
  const update = useMutation(trpc.chat.memory.update.mutationOptions({ onError: say, onSettled }))
  const remove = useMutation(trpc.chat.memory.remove.mutationOptions({ onError: say, onSettled }))
  const restore = useMutation(trpc.chat.memory.restore.mutationOptions({ onError: say, onSettled }))
  const configure = useMutation(trpc.chat.memory.configure.mutationOptions({ onError: say, onSettled }))
  const done = (work: Promise<unknown>) =>
    work.then(
      () => true,
      () => false,
    )
  return {
    isAdding: create.isPending,
    add: (text: string) => done(create.mutateAsync({ text })),
    update: (id: string, text: string) => done(update.mutateAsync({ id, text })),
    setEnabled: (enabled: boolean) => done(configure.mutateAsync({ enabled })),
    /** It goes at once and can be had back for as long as the toast shows. */
    remove({ id }: Memory) {
      const removed = done(remove.mutateAsync({ id }))
      showToast(memoryMessages.deleted, async () => {
        if (await removed) await done(restore.mutateAsync({ id }))
      })
    },
  }
}

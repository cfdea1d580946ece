'use client'
import { useQueryClient } from '@tanstack/react-query'
import { chooseFile, saveFile } from '../../lib/browser-files.ts'
import { useTRPC, useTRPCClient } from '../../lib/client.tsx'
import { messages } from '../../lib/messages.ts'
import { showToast } from '../../lib/toast.ts'

/** Chats out of Reynard and into it, as files. */
export function useTransferChats() {
  const client = useTRPCClient()
  const trpc = useTRPC()
  const queryClient = useQueryClient()

  return {
    /** `ids` null: all of them. */
    async exportChats(ids: string[] | null, format: 'json' | 'markdown') {
      try {
        const file = await client.chat.export.query({ ids, format })
        saveFile(file.filename, file.content, format === 'json' ? 'application/json' : 'text/markdown')
      } catch (error) {
        showToast(error instanceof Error ? error.message : messages.common.failed)
      }
    },
    async importChats() {
      const file = await chooseFile('.json,application/json')
      if (!file) return
      const { readExport } = await import('./read-export.ts')
      const exported = readExport(await file.text())
      if (!exported)
        return showToast(isMarkdown(file) ? messages.sidebar.importMarkdown : messages.sidebar.importBroken)
      try {
        const { conversations, skipped } = await client.chat.import.mutate(exported)
        await queryClient.invalidateQueries({ queryKey: trpc.chat.list.pathKey() })
        showToast(messages.sidebar.imported(conversations, skipped))
      } catch (error) {
        showToast(error instanceof Error ? error.message : messages.common.failed)
      }
    },
  }
}

/** What Reynard exports for reading looks like an export too, and is one that cannot come back. */
const isMarkdown = (file: File) => /\.(md|markdown)$/i.test(file.name) || file.type === 'text/markdown'

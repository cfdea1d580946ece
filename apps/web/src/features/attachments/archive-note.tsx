'use client'
import { FolderGit2 } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { Button } from '../../components/button.tsx'
import { messages } from '../../lib/messages.ts'
import { attachmentMessages } from '../../lib/messages-attachments.ts'
import { plainText } from '../../lib/plain-text.ts'
import { showToast } from '../../lib/toast.ts'
import { useAssistantList, useChatAssistant } from '../assistants/use-assistants.ts'
import { draftOf } from '../chat/use-draft.ts'
import { CODER, useProjectActions } from '../projects/use-projects.ts'
import { type DraftFile, draftFiles } from './draft-files.ts'

const text = attachmentMessages

/** What can become of an archive, said before it is sent: a file of the workspace, or a project that a new chat works on. */
export function ArchiveNote({ chat, files }: { chat: string | null; files: DraftFile[] }) {
  const router = useRouter()
  const list = useAssistantList()
  const { assistant } = useChatAssistant(chat)
  const { bring } = useProjectActions()
  const file = files.find(({ upload }) => upload?.kind === 'archive')
  if (!file?.upload || list?.enabled !== true || !list.toolsEnabled) return null
  const { id: uploadId, mediaType } = file.upload

  const open = async () => {
    try {
      const { conversationId } = await bring.mutateAsync({
        conversationId: null,
        source: { kind: 'zip', uploadId },
        assistant: assistant?.id ?? CODER,
      })
      // The upload is the project's now; what was written of it goes along.
      draftFiles.set(
        chat,
        draftFiles.get(chat).filter(({ key }) => key !== file.key),
      )
      const written = draftOf(chat).text()
      draftOf(chat).write('')
      draftOf(conversationId).write(written)
      router.push(`/chat/${conversationId}`)
    } catch (error) {
      showToast(error instanceof Error && error.message ? error.message : messages.common.failed)
    }
  }
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 px-1 text-xs text-ink-2">
      <p className="min-w-48 flex-1 [overflow-wrap:anywhere]">
        {text.archive(plainText(file.name), mediaType === 'application/zip')}
      </p>
      <Button size="sm" disabled={bring.isPending} onClick={() => void open()}>
        <FolderGit2 size={14} strokeWidth={1.75} aria-hidden />
        {text.openProject}
      </Button>
    </div>
  )
}

'use client'
import type { Attachment } from '@reynard/protocol'
import { X } from 'lucide-react'
import { IconButton } from '../../components/button.tsx'
import { WorkspaceImage } from '../../components/workspace-image.tsx'
import { attachmentMessages } from '../../lib/messages-attachments.ts'
import { plainText } from '../../lib/plain-text.ts'
import { useChat } from '../chat/chat-context.ts'
import { SaveFileLink } from '../chat/trail/save-file-link.tsx'
import { FileIcon } from './file-icon.tsx'
import { UnpackButton } from './unpack-button.tsx'

const text = attachmentMessages

type QuestionFilesProps = {
  files: readonly Attachment[]
  /** The question is on its way: its files lie in no workspace yet. */
  isPending?: boolean
  /** While the question is edited: leaves one out. */
  onRemove?: (path: string) => void
}

/** The files of a question, each a row within it; pictures are shown. */
export function QuestionFiles({ files, isPending = false, onRemove }: QuestionFilesProps) {
  const { conversationId } = useChat()
  return (
    <ul aria-label={text.of} className="grid gap-1.5 py-1">
      {files.map(({ path, bytes, kind, mediaType }) => {
        const name = plainText(path)
        return (
          <li key={path} data-edge="" className="min-w-0 overflow-hidden rounded-card bg-raised text-ink">
            {kind === 'image' && !isPending && !onRemove && (
              <div className="grid h-44 place-items-center overflow-hidden bg-well">
                <WorkspaceImage conversationId={conversationId} path={path} alt={name} className="max-h-44 w-auto" />
              </div>
            )}
            <div className="flex h-10 min-w-0 items-center gap-2 pr-1 pl-2.5 touch:h-11">
              <FileIcon kind={kind} />
              <span dir="auto" className="min-w-0 flex-1 truncate text-sm">
                {name}
              </span>
              <span className="flex-none text-xs text-ink-3 tabular-nums">{text.size(bytes)}</span>
              {onRemove ? (
                <IconButton label={text.remove(name)} onClick={() => onRemove(path)}>
                  <X size={14} strokeWidth={1.75} aria-hidden />
                </IconButton>
              ) : (
                !isPending && <FileActions path={path} mediaType={mediaType} />
              )}
            </div>
          </li>
        )
      })}
    </ul>
  )
}

/** What can be done with a file that lies in the workspace. */
function FileActions({ path, mediaType }: Pick<Attachment, 'path' | 'mediaType'>) {
  return (
    <>
      {mediaType === 'application/zip' && <UnpackButton path={path} />}
      <SaveFileLink path={path} />
    </>
  )
}

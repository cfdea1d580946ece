'use client'
import { CircleAlert, EyeOff, RotateCw, X } from 'lucide-react'
import { type RefObject, useEffect, useState } from 'react'
import { IconButton } from '../../components/button.tsx'
import { Progress } from '../../components/progress.tsx'
import { attachmentMessages } from '../../lib/messages-attachments.ts'
import { plainText } from '../../lib/plain-text.ts'
import { useKept } from '../chat/composer-storage.ts'
import { useChatModel } from '../models/use-models.ts'
import { ArchiveNote } from './archive-note.tsx'
import { type DraftFile, draftFiles, wasCut } from './draft-files.ts'
import { FileIcon } from './file-icon.tsx'
import { canRetry, pictureOf, removeFile, retryFile } from './upload-files.ts'

const text = attachmentMessages
const NONE: DraftFile[] = []
const ICON = { size: 14, strokeWidth: 1.75, 'aria-hidden': true } as const

type DraftBarProps = { chat: string | null; field: RefObject<HTMLTextAreaElement | null> }

/** The files that the message will carry, above its text: how far each has come, and the ways to change that. */
export function DraftBar({ chat, field }: DraftBarProps) {
  const files = useKept(draftFiles, chat, NONE).filter(({ isSent }) => !isSent)
  const coming = files.filter(({ upload, problem }) => upload === null && problem === null).length
  const failed = files.filter(({ problem }) => problem !== null).length
  const announced = useAnnouncement(files)
  return (
    <div className="grid gap-2 border-b border-line px-3 py-2.5">
      <ul aria-label={text.list} className="flex max-h-40 flex-wrap gap-2 overflow-y-auto">
        {files.map((file) => (
          <Chip
            key={file.key}
            chat={chat}
            file={file}
            onGone={() => {
              removeFile(chat, file)
              field.current?.focus()
            }}
          />
        ))}
      </ul>
      {(coming > 0 || failed > 0) && (
        <p className={`px-1 text-xs ${failed > 0 ? 'text-danger' : 'text-ink-3'}`}>
          {failed > 0 ? text.failed(failed) : text.waiting(coming)}
        </p>
      )}
      <BlindNote chat={chat} hasImage={files.some(({ upload }) => upload?.kind === 'image')} />
      <ArchiveNote chat={chat} files={files} />
      <p role="status" className="sr-only">
        {announced}
      </p>
    </div>
  )
}

type ChipProps = { chat: string | null; file: DraftFile; onGone: () => void }

function Chip({ chat, file, onGone }: ChipProps) {
  const { bytes, upload, progress, problem } = file
  const name = plainText(file.name)
  const isComing = upload === null && problem === null
  const why = wasCut(file) ? text.cut : problem
  return (
    <li
      data-edge=""
      className="relative flex h-12 max-w-full min-w-0 items-center gap-2 overflow-hidden rounded-card bg-well pr-1 pl-2.5 max-sm:w-full sm:max-w-[calc(50%-4px)]"
    >
      {problem === null ? (
        <Thumbnail file={file} />
      ) : (
        <CircleAlert size={16} strokeWidth={1.75} className="flex-none text-danger" aria-hidden />
      )}
      <span className="grid min-w-0 flex-1">
        <span dir="auto" className="truncate text-sm text-ink">
          {name}
        </span>
        <span
          className={`truncate text-xs tabular-nums ${problem === null ? 'text-ink-3' : 'text-danger'}`}
          title={why ?? undefined}
        >
          {why ?? (isComing ? text.coming(progress, bytes) : text.size(bytes))}
        </span>
      </span>
      {problem !== null && canRetry(file) && (
        <IconButton label={text.retry(name)} side="top" onClick={() => retryFile(chat, file.key)}>
          <RotateCw {...ICON} />
        </IconButton>
      )}
      <IconButton label={text.remove(name)} side="top" onClick={onGone}>
        <X {...ICON} />
      </IconButton>
      {isComing && (
        <span className="absolute inset-x-0 bottom-0">
          <Progress label={name} value={progress} />
        </span>
      )}
    </li>
  )
}

/** The picture from memory, where this page has it; else what sort of file it is. */
function Thumbnail({ file }: { file: DraftFile }) {
  const { key, upload } = file
  const [url, setUrl] = useState<string | null>(null)
  useEffect(() => {
    const picture = pictureOf(key, upload)
    if (picture === null) return
    const made = URL.createObjectURL(picture)
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [key, upload])
  if (url === null) return <FileIcon kind={upload?.kind ?? 'other'} />
  return (
    // biome-ignore lint/performance/noImgElement: a copy in memory, which no optimiser may see
    <img src={url} alt="" className="-ml-1 size-9 flex-none rounded-control bg-[#fff] object-cover" />
  )
}

/** Said before the question is asked, not after. */
function BlindNote({ chat, hasImage }: { chat: string | null; hasImage: boolean }) {
  const { info } = useChatModel(chat)
  if (!hasImage || info === undefined || info.capabilities.includes('vision')) return null
  return (
    <p role="status" className="flex items-center gap-1.5 px-1 text-xs text-warning">
      <EyeOff {...ICON} className="flex-none" />
      {text.noVision(info.label)}
    </p>
  )
}

/** What came to its end last, in words. */
function useAnnouncement(files: DraftFile[]): string {
  const last = files.findLast(({ upload, problem }) => upload !== null || problem !== null)
  if (last === undefined) return ''
  const name = plainText(last.name)
  return last.problem === null ? text.attached(name) : text.notAttached(name, wasCut(last) ? text.cut : last.problem)
}

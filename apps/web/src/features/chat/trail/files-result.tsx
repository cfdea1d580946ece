import { File, Folder } from 'lucide-react'
import { toolMessages } from '../../../lib/messages-tools.ts'
import { plainText } from '../../../lib/plain-text.ts'
import { SaveFileLink } from './save-file-link.tsx'

const text = toolMessages
const MOST = 200

type FilesResultProps = { files: { path: string; bytes: number }[]; folders?: string[] | undefined }

/** Files of the workspace, by name and size, and folders of which only the name is known. */
export function FilesResult({ files, folders = [] }: FilesResultProps) {
  if (files.length + folders.length === 0) return <p className="text-sm text-ink-3">{text.noFiles}</p>
  return (
    <ul className="grid gap-0.5 text-sm">
      {folders.slice(0, MOST).map((path) => (
        <li key={path} className="flex min-h-6 min-w-0 items-center gap-2">
          <Folder size={14} strokeWidth={1.75} className="flex-none text-ink-3" aria-hidden />
          <span className="min-w-0 truncate font-mono text-xs text-ink-2">{plainText(path)}/</span>
        </li>
      ))}
      {files.slice(0, MOST).map(({ path, bytes }) => (
        <li key={path} className="flex min-h-6 min-w-0 items-center gap-2">
          <File size={14} strokeWidth={1.75} className="flex-none text-ink-3" aria-hidden />
          <span className="min-w-0 truncate font-mono text-xs text-ink-2">{plainText(path)}</span>
          <span className="flex-none text-xs text-ink-3">{text.file(bytes)}</span>
          <SaveFileLink path={path} />
        </li>
      ))}
    </ul>
  )
}

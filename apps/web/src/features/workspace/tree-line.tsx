import type { WorkspaceEntry } from '@reynard/protocol'
import {
  ChevronRight,
  File,
  FileArchive,
  FileCode,
  FileImage,
  FileSpreadsheet,
  FileText,
  Folder,
  Link2,
} from 'lucide-react'
import type { CSSProperties } from 'react'
import { messages } from '../../lib/messages.ts'
import { workspaceMessages } from '../../lib/messages-workspace.ts'
import { plainText } from '../../lib/plain-text.ts'
import { kindOfFile } from './kind-of-file.ts'
import type { TreeRow } from './tree-rows.ts'

const text = workspaceMessages
const INDENT = 16
const ICONS = {
  image: FileImage,
  table: FileSpreadsheet,
  code: FileCode,
  markdown: FileText,
  document: FileText,
  archive: FileArchive,
  text: File,
}

type TreeLineProps = {
  id: string
  row: TreeRow
  isActive: boolean
  isSelected: boolean
  style: CSSProperties
  onPress: () => void
}

/** One line of the tree. The tree itself holds the focus; the line that keys go to has its ring. */
export function TreeLine({ id, row, isActive, isSelected, style, onPress }: TreeLineProps) {
  const place =
    row.kind === 'entry'
      ? {
          'aria-posinset': row.position,
          'aria-setsize': row.size,
          ...(row.entry.type === 'folder' && { 'aria-expanded': row.isOpen }),
        }
      : {}
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the tree has the focus and names its active line
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the tree
    <div
      id={id}
      role="treeitem"
      aria-level={row.level}
      aria-selected={isSelected}
      {...place}
      onClick={onPress}
      style={{ ...style, paddingLeft: 8 + (row.level - 1) * INDENT }}
      className={`absolute inset-x-0 top-0 flex cursor-pointer items-center gap-2 rounded-row pr-2 text-sm hover:bg-hover ${isSelected ? 'bg-selected' : ''} ${isActive ? 'group-focus-visible/tree:outline-2 group-focus-visible/tree:-outline-offset-2 group-focus-visible/tree:outline-focus' : ''}`}
    >
      {row.kind === 'entry' ? <EntryLine entry={row.entry} isOpen={row.isOpen} /> : <NoteLine row={row} />}
    </div>
  )
}

function EntryLine({ entry, isOpen }: { entry: WorkspaceEntry; isOpen: boolean }) {
  const { path, type, bytes } = entry
  const Icon = type === 'folder' ? Folder : type === 'link' ? Link2 : ICONS[kindOfFile(path)]
  return (
    <>
      <ChevronRight
        size={14}
        strokeWidth={1.75}
        aria-hidden
        className={`flex-none text-ink-3 transition-transform duration-120 ${type === 'folder' ? '' : 'invisible'} ${isOpen ? 'rotate-90' : ''}`}
      />
      <Icon size={14} strokeWidth={1.75} aria-hidden className="flex-none text-ink-3" />
      <span dir="auto" className="min-w-0 flex-1 truncate">
        {plainText(path.slice(path.lastIndexOf('/') + 1))}
      </span>
      {type === 'file' && <span className="flex-none text-xs text-ink-3 tabular-nums">{text.size(bytes)}</span>}
    </>
  )
}

function NoteLine({ row }: { row: Exclude<TreeRow, { kind: 'entry' }> }) {
  switch (row.kind) {
    case 'more':
      return <span className="pl-6 text-ink-2 underline underline-offset-2">{text.showMore(row.count)}</span>
    case 'hidden':
      return <span className="pl-6 text-xs text-ink-3">{text.hidden(row.count)}</span>
    default:
      return (
        <span className="pl-6 text-ink-2">
          {text.folderFailed} <u className="underline-offset-2">{messages.common.tryAgain}</u>
        </span>
      )
  }
}

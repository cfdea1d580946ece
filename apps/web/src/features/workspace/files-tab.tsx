'use client'
import type { WorkspaceEntry } from '@reynard/protocol'
import { useState } from 'react'
import { FoxMark } from '../../components/fox-mark.tsx'
import { workspaceMessages } from '../../lib/messages-workspace.ts'
import { BringProjectButton } from '../projects/bring-project-button.tsx'
import { FilePane } from './file-pane.tsx'
import { FileTree } from './file-tree.tsx'

type FilesTabProps = {
  conversationId: string
  isEmpty: boolean
  /** The file that is opened. */
  path: string | null
  onPath: (path: string | null) => void
}

/** The tree of files, and below it the one that is opened. */
export function FilesTab({ conversationId, isEmpty, path, onPath }: FilesTabProps) {
  const [entry, setEntry] = useState<WorkspaceEntry | null>(null)
  if (isEmpty) {
    return (
      <div className="grid justify-items-start gap-1.5 px-4 pt-4">
        <FoxMark size={36} />
        <h3 className="mt-2 text-md font-mid">{workspaceMessages.emptyTitle}</h3>
        <p className="text-sm text-ink-2">{workspaceMessages.empty}</p>
        <BringProjectButton conversationId={conversationId} />
      </div>
    )
  }
  return (
    <>
      <div className={`flex min-h-0 flex-col ${path === null ? 'flex-1' : 'max-h-[40%] flex-none'}`}>
        <FileTree
          conversationId={conversationId}
          selected={path}
          onSelect={(chosen) => {
            setEntry(chosen)
            onPath(chosen?.path ?? null)
          }}
        />
      </div>
      {path !== null && (
        <FilePane
          key={path}
          conversationId={conversationId}
          path={path}
          type={entry?.path === path ? entry.type : 'file'}
          onPath={(next) => {
            setEntry((before) => (before && next !== null ? { ...before, path: next } : null))
            onPath(next)
          }}
        />
      )}
    </>
  )
}

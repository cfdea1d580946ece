'use client'
import { errorInfoOf } from '@reynard/client'
import type { WorkspaceFileChange } from '@reynard/protocol'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ChevronRight, FileText } from 'lucide-react'
import { useId, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Segments } from '../../components/segments.tsx'
import { useTRPC } from '../../lib/client.tsx'
import { workspaceMessages } from '../../lib/messages-workspace.ts'
import { plainText } from '../../lib/plain-text.ts'
import { showWorkspace } from '../shell/workspace-panel-state.ts'
import { FileChange, type Since } from './file-change.tsx'
import { WorkspaceFailed } from './workspace-failed.tsx'

const text = workspaceMessages
const ICON = { size: 14, strokeWidth: 1.75, 'aria-hidden': true } as const
const PAGE = 100

type ChangesTabProps = { conversationId: string; path: string | null; onPath: (path: string | null) => void }

/** What differs from where the chat began, or from the last commit: a line for each file, the chosen one with its change. */
export function ChangesTab({ conversationId, path, onPath }: ChangesTabProps) {
  const trpc = useTRPC()
  const [since, setSince] = useState<Since>(undefined)
  const [shown, setShown] = useState(PAGE)
  const { data, error, refetch } = useQuery({
    ...trpc.assistant.workspace.changes.queryOptions({ conversationId, since }),
    placeholderData: keepPreviousData,
  })
  if (error && !data) return <WorkspaceFailed why={errorInfoOf(error)?.message} onRetry={() => void refetch()} />
  if (!data) return <p className="text-sm text-ink-3">{text.loading}</p>
  if (data.since === null) {
    return (
      <div className="grid gap-1 pt-1">
        <h3 className="text-md font-mid">{text.noChanges}</h3>
        <p className="text-sm text-ink-2">{text.noChangesYet}</p>
      </div>
    )
  }
  return (
    <div className="grid grid-cols-1 gap-2">
      {data.choices.length > 1 && (
        <Segments
          label={text.compareWith}
          value={data.since.kind}
          options={data.choices.map((value) => ({ value, label: text.sinceChoice[value] }))}
          onChange={setSince}
        />
      )}
      <p className="text-xs text-ink-3">{plainText(text.differ(data.total, data.since, Date.now()))}</p>
      <ul className="-mx-2 grid grid-cols-1">
        {data.files.slice(0, shown).map((file) => (
          <ChangedFile
            key={file.path}
            file={file}
            conversationId={conversationId}
            since={data.since?.kind}
            isOpen={file.path === path}
            onToggle={() => onPath(file.path === path ? null : file.path)}
          />
        ))}
      </ul>
      {data.files.length > shown && (
        <Button look="ghost" size="sm" className="justify-self-start" onClick={() => setShown(shown + PAGE)}>
          {text.showMore(Math.min(PAGE, data.files.length - shown))}
        </Button>
      )}
      {data.files.length <= shown && data.total > data.files.length && (
        <p className="text-xs text-ink-3">{text.moreFiles(data.total - data.files.length)}</p>
      )}
    </div>
  )
}

type ChangedFileProps = {
  file: WorkspaceFileChange
  conversationId: string
  since: Since
  isOpen: boolean
  onToggle: () => void
}

function ChangedFile({ file, conversationId, since, isOpen, onToggle }: ChangedFileProps) {
  const id = useId()
  const path = plainText(file.path)
  return (
    <li className="min-w-0">
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={onToggle}
        className={`group flex min-h-8 w-full min-w-0 items-center gap-2 rounded-row px-2 text-left text-xs text-ink-3 hover:bg-hover touch:min-h-11 ${isOpen ? 'bg-selected' : ''}`}
      >
        <ChevronRight {...ICON} className="flex-none transition-transform duration-120 group-aria-expanded:rotate-90" />
        <FileText {...ICON} className="flex-none" />
        <span dir="auto" className="min-w-0 flex-1 truncate font-mono text-ink-2" title={path}>
          {path}
        </span>
        <span className="flex-none">{plainText(text.fileChange(file))}</span>
        {file.added !== undefined && file.removed !== undefined && (
          <span className="flex-none font-mono">{text.lines(file.added, file.removed)}</span>
        )}
      </button>
      <div id={id} hidden={!isOpen} className="px-2 py-2">
        {isOpen && (
          <>
            <FileChange conversationId={conversationId} path={file.path} since={since} />
            {file.change !== 'deleted' && (
              <Button
                look="ghost"
                size="sm"
                className="mt-1"
                onClick={() => showWorkspace({ tab: 'files', path: file.path })}
              >
                {text.openFile}
              </Button>
            )}
          </>
        )}
      </div>
    </li>
  )
}

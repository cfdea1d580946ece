'use client'
import { errorInfoOf } from '@reynard/client'
import type { WorkspaceCheckpoint } from '@reynard/protocol'
import { useQuery } from '@tanstack/react-query'
import { FileText } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { useTRPC } from '../../lib/client.tsx'
import { workspaceMessages } from '../../lib/messages-workspace.ts'
import { plainText } from '../../lib/plain-text.ts'
import { PatchView } from './patch-view.tsx'
import { useRestore } from './use-restore.ts'
import { WorkspaceFailed } from './workspace-failed.tsx'

const text = workspaceMessages
const MOST_FILES = 8

type CheckpointCardProps = {
  conversationId: string
  state: WorkspaceCheckpoint
  heading: ReactNode
  onClose: () => void
}

/** A state that was chosen: what would be undone, and the way back to it. */
export function CheckpointCard({ conversationId, state, heading, onClose }: CheckpointCardProps) {
  const trpc = useTRPC()
  const [showsChange, setShowsChange] = useState(false)
  const { restore, isPending } = useRestore(conversationId)
  const asked = { conversationId, before: state.id, after: null }
  const { data, error, refetch } = useQuery(trpc.assistant.workspace.diff.queryOptions(asked))
  return (
    <section data-edge="" className="my-1.5 -ml-1 grid grid-cols-1 gap-2 rounded-card bg-raised p-3 ring ring-line">
      <div>{heading}</div>
      {error && !data && <WorkspaceFailed why={errorInfoOf(error)?.message} onRetry={() => void refetch()} />}
      {!error && !data && <p className="text-sm text-ink-3">{text.loading}</p>}
      {data?.total === 0 && <p className="text-sm text-ink-2">{text.undoesNothing}</p>}
      {data && data.total > 0 && (
        <>
          <p className="text-sm text-ink-2">{text.undoes}</p>
          <ul className="grid gap-1">
            {data.files.slice(0, MOST_FILES).map((file) => (
              <li key={file.path} className="flex min-w-0 items-center gap-2 text-xs text-ink-3">
                <FileText size={14} strokeWidth={1.75} aria-hidden className="flex-none" />
                <span className="min-w-0 flex-1 truncate font-mono text-ink-2">{plainText(file.path)}</span>
                <span>{plainText(text.fileChange(file))}</span>
                {file.added !== undefined && file.removed !== undefined && (
                  <span className="flex-none font-mono">{text.lines(file.added, file.removed)}</span>
                )}
              </li>
            ))}
          </ul>
          {data.total > MOST_FILES && <p className="text-xs text-ink-3">{text.moreFiles(data.total - MOST_FILES)}</p>}
          <p className="text-sm text-ink-2">{text.kept}</p>
        </>
      )}
      <div className="flex flex-wrap gap-1.5">
        {data && data.total > 0 && (
          <>
            <Button look="ink" size="sm" once disabled={isPending} onClick={() => restore(state.id, onClose)}>
              {isPending ? text.restoring : text.restore}
            </Button>
            <Button look="ghost" size="sm" aria-expanded={showsChange} onClick={() => setShowsChange(!showsChange)}>
              {showsChange ? text.hideChange : text.showChange}
            </Button>
          </>
        )}
        <Button look="ghost" size="sm" onClick={onClose}>
          {text.cancel}
        </Button>
      </div>
      {showsChange && data && <PatchView isInside diff={data} />}
    </section>
  )
}

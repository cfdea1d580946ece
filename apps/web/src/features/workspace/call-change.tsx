'use client'
import { errorInfoOf } from '@reynard/client'
import type { WorkspaceChange, WorkspaceRestore } from '@reynard/protocol'
import { useQuery } from '@tanstack/react-query'
import { History } from 'lucide-react'
import { use, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { useTRPC } from '../../lib/client.tsx'
import { formatWhen } from '../../lib/format.ts'
import { workspaceMessages } from '../../lib/messages-workspace.ts'
import { plainText } from '../../lib/plain-text.ts'
import { ChatProvider } from '../chat/chat-context.ts'
import { ICON } from '../chat/trail-row.tsx'
import { PatchView } from './patch-view.tsx'
import { useRestore } from './use-restore.ts'
import { WorkspaceFailed } from './workspace-failed.tsx'

const text = workspaceMessages
const NAMED = 2

type CallChangeProps = {
  change: WorkspaceChange
  /** The row shows it already: what is left is the way back. */
  isShown: boolean
}

/** What a call changed in the workspace: the files in a line, the change itself, and the way back to before it. */
export function CallChange(props: CallChangeProps) {
  const chat = use(ChatProvider)
  return chat === null ? null : <Change {...props} conversationId={chat.conversationId} />
}

function Change({ change, isShown, conversationId }: CallChangeProps & { conversationId: string }) {
  const [isOpen, setOpen] = useState(false)
  const { restore, isPending } = useRestore(conversationId)
  const { before, files, total } = change
  const { restored, undo } = useRestored(conversationId, before)
  const names = files.slice(0, NAMED).map(({ path }) => plainText(path))
  return (
    <div className="grid grid-cols-1 gap-2 pb-1.5">
      <div className="flex flex-wrap items-center justify-end gap-x-1 gap-y-0.5 text-xs text-ink-3">
        {!isShown && (
          <>
            <span className="min-w-0 flex-1 truncate max-sm:basis-full">
              {text.changed(total)} <span className="font-mono">{names.join(', ')}</span>
              {total > NAMED && ` ${text.moreFiles(total - NAMED)}`}
            </span>
            <Button look="ghost" size="sm" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
              {text.whatChanged}
            </Button>
          </>
        )}
        {restored && <span className="text-ink-2">{text.restoredBefore(formatWhen(restored.at, Date.now()))}</span>}
        {/* One button for both: whoever pressed it by key stays on it. */}
        <Button look="ghost" size="sm" once disabled={isPending} onClick={() => restore(undo ?? before)}>
          <History {...ICON} size={14} />
          {isPending ? text.restoring : undo ? text.undoRestore : text.restoreBefore}
        </Button>
      </div>
      {isOpen && <Patch change={change} conversationId={conversationId} />}
    </div>
  )
}

/**
 * That the files were brought back to a state, until that is undone. `undo`: the state that does so, as long as nothing else was done since:
 * then they are brought back anew.
 */
function useRestored(conversationId: string, state: string): { restored?: WorkspaceRestore; undo?: string } {
  const trpc = useTRPC()
  const { data = [] } = useQuery(trpc.assistant.workspace.restores.queryOptions({ conversationId }))
  const last = data.find(({ to }) => to === state)
  if (last === undefined || data.some(({ to, at }) => to === last.undo && at >= last.at)) return {}
  return { restored: last, ...(last === data[0] && !last.changedSince && { undo: last.undo }) }
}

function Patch({ change: { before, after }, conversationId }: { change: WorkspaceChange; conversationId: string }) {
  const trpc = useTRPC()
  const asked = { conversationId, before, after }
  // Two states never change: neither does what lies between them.
  const { data, error, refetch } = useQuery(
    trpc.assistant.workspace.diff.queryOptions(asked, { staleTime: Number.POSITIVE_INFINITY }),
  )
  if (data) return <PatchView diff={data} />
  if (!error) return <p className="text-sm text-ink-3">{text.loading}</p>
  return <WorkspaceFailed why={errorInfoOf(error)?.message ?? text.changeFailed} onRetry={() => void refetch()} />
}

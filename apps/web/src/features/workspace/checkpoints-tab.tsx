'use client'
import { errorInfoOf } from '@reynard/client'
import type { WorkspaceCheckpoint, WorkspaceCheckpoints } from '@reynard/protocol'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '../../components/button.tsx'
import { useTRPC } from '../../lib/client.tsx'
import { workspaceMessages } from '../../lib/messages-workspace.ts'
import { plainText } from '../../lib/plain-text.ts'
import { CheckpointCard } from './checkpoint-card.tsx'
import { WorkspaceFailed } from './workspace-failed.tsx'

const text = workspaceMessages
const PAGE = 50

type CheckpointsTabProps = {
  conversationId: string
  unavailable: string | null
  chosen: string | null
  onChoose: (checkpoint: string | null) => void
}

/** The states that were kept, as a trail, the newest first. Choosing one shows what it undoes. */
export function CheckpointsTab({ conversationId, unavailable, chosen, onChoose }: CheckpointsTabProps) {
  const trpc = useTRPC()
  const [shown, setShown] = useState(PAGE)
  const { data, error, refetch } = useQuery(trpc.assistant.workspace.checkpoints.queryOptions({ conversationId }))
  if (unavailable !== null) {
    return (
      <div className="grid gap-1 pt-1 text-sm text-ink-2">
        <p>{text.checkpointsOff}</p>
        <p className="text-ink-3">{unavailable}</p>
      </div>
    )
  }
  if (error && !data) return <WorkspaceFailed why={errorInfoOf(error)?.message} onRetry={() => void refetch()} />
  if (!data) return <p className="text-sm text-ink-3">{text.loading}</p>
  const { checkpoints, current, notKept } = data
  if (checkpoints.length === 0) {
    return (
      <div className="grid gap-1 pt-1">
        <h3 className="text-md font-mid">{text.noCheckpoints}</h3>
        <p className="text-sm text-ink-2">{text.noCheckpointsYet}</p>
        <NotKept files={notKept} />
      </div>
    )
  }
  return (
    <>
      <NotKept files={notKept} />
      <ol
        aria-label={text.checkpoints}
        className="relative before:absolute before:top-3 before:bottom-3 before:left-[3px] before:w-px before:bg-line-2"
      >
        {checkpoints.slice(0, shown).map((state) => (
          <li key={state.id} className="relative pl-5">
            <span
              aria-hidden
              className={`absolute top-[11px] left-0 size-[7px] rounded-round ${state.id === current ? 'bg-panel inset-ring-2 inset-ring-ink' : 'bg-ink-3'}`}
            />
            {state.id === chosen ? (
              <CheckpointCard
                conversationId={conversationId}
                state={state}
                heading={<State state={state} isCurrent={state.id === current} />}
                onClose={() => onChoose(null)}
              />
            ) : (
              <button
                type="button"
                onClick={() => onChoose(state.id)}
                className="-mx-2 my-0.5 block w-[calc(100%+16px)] rounded-row px-2 py-1 text-left hover:bg-hover touch:min-h-11"
              >
                <State state={state} isCurrent={state.id === current} />
              </button>
            )}
          </li>
        ))}
      </ol>
      {checkpoints.length > shown && (
        <Button look="ghost" size="sm" className="mt-2" onClick={() => setShown(shown + PAGE)}>
          {text.showMore(Math.min(PAGE, checkpoints.length - shown))}
        </Button>
      )}
    </>
  )
}

function State({ state, isCurrent }: { state: WorkspaceCheckpoint; isCurrent: boolean }) {
  return (
    <>
      <span className="block truncate text-sm font-mid">{plainText(text.stateName(state))}</span>
      <span className="block text-xs text-ink-3">
        {text.at(state.at, Date.now())}
        {isCurrent && ` · ${text.now}`}
      </span>
    </>
  )
}

function NotKept({ files: { paths, total } }: { files: WorkspaceCheckpoints['notKept'] }) {
  if (total === 0) return null
  return (
    <div className="mb-2 text-xs text-warning">
      <p>{text.notKept(total)}</p>
      <p className="font-mono [overflow-wrap:anywhere] text-ink-2">{paths.map(plainText).join(', ')}</p>
    </div>
  )
}

'use client'
import type { Message, RunView } from '@reynard/protocol'
import { Forward } from 'lucide-react'
import { lazy, memo, Suspense } from 'react'
import { Markdown } from '../../components/markdown/markdown.tsx'
import { openFence } from '../../components/markdown/open-fence.ts'
import { formatTime } from '../../lib/format.ts'
import { chatMessages } from '../../lib/messages-chat.ts'
import { useRun, useRunPart } from '../../lib/run-store/use-run.ts'
import { AssistantMark } from '../assistants/assistant-mark.tsx'
import { BARE_MODEL, useWho } from '../assistants/use-who.ts'
import { FilesCut } from '../attachments/files-cut.tsx'
import { useModelLabel } from '../models/use-models.ts'
import { AnswerCutNote } from '../shell/connection-note.tsx'
import { useIsCut } from '../shell/use-is-cut.ts'
import { AnswerActions } from './answer-actions.tsx'
import { useChat } from './chat-context.ts'
import type { Turn } from './conversation-path.ts'
import { LeftOut } from './left-out.tsx'
import { OtherModel } from './other-model.tsx'
import { RunEnded } from './run-ended.tsx'
import { RunWaiting } from './run-waiting.tsx'
import { Trail } from './trail/trail.tsx'
import { ICON, TrailRow } from './trail-row.tsx'

const UsedMemories = lazy(async () => ({ default: (await import('../memory/used-memories.tsx')).UsedMemories }))

/** What Reynard answered: who, the trail of steps, the text, how it ended, what one can do with it. */
export const Answer = memo(function Answer({ turn, isLast }: { turn: Turn; isLast: boolean }) {
  const { message } = turn
  const last = message.runs.at(-1)
  return (
    <div className="group relative pb-7 sm:before:absolute sm:before:top-[30px] sm:before:bottom-8 sm:before:-left-[25px] sm:before:w-px sm:before:bg-linear-to-b sm:before:from-[var(--line-2)] sm:before:from-[calc(100%-56px)] sm:before:to-transparent">
      <Who message={message} />
      {last === undefined ? (
        <Markdown text={message.text} />
      ) : (
        message.runs.map((run, index) => (
          <RunPart
            key={run.runId}
            run={run}
            before={message.runs.slice(0, index)}
            messageId={message.id}
            isLast={isLast && run === last}
            isNewest={run === last}
          />
        ))
      )}
      <AnswerActions turn={turn} isLast={isLast} />
    </div>
  )
})

function Who({ message }: { message: Message }) {
  const run = message.runs.at(-1)
  return <WhoLine run={run ?? null} />
}

function WhoLine({ run }: { run: RunView | null }) {
  const who = useWho(run)
  return (
    <div className="relative mb-1.5 flex h-6 items-center gap-2 text-sm font-mid">
      <span className="sm:absolute sm:-left-9">
        <AssistantMark id={who.id} letter={who.letter} picture={who.picture} size={23} />
      </span>
      {/* Also the heading under which those of the answer stand. */}
      <h2 className="min-w-0 truncate">{who.name}</h2>
      {run && who.id !== BARE_MODEL && <ModelName run={run} />}
    </div>
  )
}

const modelOf = (run: RunView) => run.model

function ModelName({ run }: { run: RunView }) {
  const model = useRunPart(run, modelOf)
  const label = useModelLabel(model)
  if (!model) return null
  return (
    <span title={label === model ? undefined : model} className="min-w-0 truncate text-xs font-text text-ink-3">
      <span className={label === model ? 'font-mono' : ''}>{label}</span>
    </span>
  )
}

type RunPartProps = {
  run: RunView
  /** The generations of the answer that it goes on from. */
  before: RunView[]
  messageId: string
  isLast: boolean
  isNewest: boolean
}

/** One generation. The ones after the first go on from what is there, and say so. */
function RunPart({ run: known, before, messageId, isLast, isNewest }: RunPartProps) {
  const { commands } = useChat()
  const run = useRun(known)
  const isLive = run.phase !== 'ended'
  // What can't be heard is not shown as if it were being written.
  const isCut = useIsCut() && isLive
  // What an engine refused as too long it saw no part of; its own words say so.
  const isRefused = run.endReason === 'failed' && run.text === ''
  const stop = () => commands.cancel(run.runId)
  const textBefore = before.map((one) => one.text).join('')
  return (
    <>
      {before.length > 0 && (
        <div className="my-2">
          <Continued run={run} />
        </div>
      )}
      <OtherModel run={run} messageId={messageId} />
      {run.memories && (
        <Suspense fallback={<div className="h-8 touch:h-11" />}>
          <UsedMemories memories={run.memories} />
        </Suspense>
      )}
      {/* Code that was cut off in mid-fence goes on as code. */}
      <Trail
        run={run}
        reopened={openFence(textBefore)}
        isCut={isCut}
        onStop={stop}
        onDecide={(callId, decision) => commands.decide(run.runId, callId, decision)}
        {...(isNewest &&
          !isLive && {
            onAskAgain: (callId: string) => void commands.continueAnswer(messageId, { runId: run.runId, callId }),
          })}
      />
      {isLive && !isCut && <RunWaiting run={run} onCancel={stop} />}
      {run.endReason === 'tool-calls' && <p className="text-sm text-ink-2">{chatMessages.toolCallsOnly}</p>}
      {run.endReason === 'done' && run.text === '' && <p className="text-sm text-ink-2">{chatMessages.noText}</p>}
      {isNewest && (
        <div className="mt-3 grid grid-cols-1 gap-2 empty:hidden">
          {run.context && !isRefused && <LeftOut context={run.context} />}
          {run.context?.filesCut && !isRefused && <FilesCut context={run.context} />}
          {isCut && <AnswerCutNote />}
          <RunEnded run={run} messageId={messageId} isLast={isLast} hasText={textBefore !== '' || run.text !== ''} />
        </div>
      )}
    </>
  )
}

function Continued({ run }: { run: RunView }) {
  const label = useModelLabel(run.model)
  return (
    <TrailRow icon={<Forward {...ICON} />}>
      <span className="text-xs text-ink-3">{chatMessages.continued(formatTime(run.createdAt), label)}</span>
    </TrailRow>
  )
}

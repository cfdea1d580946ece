'use client'
import type { RunView } from '@reynard/protocol'
import { memo } from 'react'
import { formatTime } from '../../lib/format.ts'
import { messages } from '../../lib/messages.ts'
import { useRunPart } from '../../lib/run-store/use-run.ts'
import { Answer } from './answer.tsx'
import type { Turn } from './conversation-path.ts'
import { Question } from './question.tsx'

type TurnRowProps = { turn: Turn; index: number; isLast: boolean; measure: (element: HTMLElement | null) => void }
const isOpen = (run: RunView) => run.phase !== 'ended'

/** One turn as a named article, at its place in the list. */
export const TurnRow = memo(function TurnRow(props: TurnRowProps) {
  const run = props.turn.message.runs.at(-1)
  return run && run.phase !== 'ended' ? <LiveRow {...props} run={run} /> : <Row {...props} isBusy={false} />
}, isSame)

/** Turns are made anew with each reading of the chat; what they hold is the same as long as nothing changed. */
function isSame(a: TurnRowProps, b: TurnRowProps): boolean {
  return (
    a.turn.message === b.turn.message &&
    a.turn.index === b.turn.index &&
    a.turn.siblings.length === b.turn.siblings.length &&
    a.index === b.index &&
    a.isLast === b.isLast &&
    a.measure === b.measure
  )
}

function LiveRow({ run, ...props }: TurnRowProps & { run: RunView }) {
  return <Row {...props} isBusy={useRunPart(run, isOpen)} />
}

function Row({ turn, index, isLast, isBusy, measure }: TurnRowProps & { isBusy: boolean }) {
  const { message } = turn
  const who = message.role === 'user' ? messages.chat.you : messages.common.appName
  return (
    <article
      ref={measure}
      id={`turn-${message.id}`}
      data-index={index}
      tabIndex={-1}
      aria-label={messages.chat.turn(who, formatTime(message.createdAt))}
      aria-busy={isBusy || undefined}
      className="absolute inset-x-0 outline-none sm:pl-9"
    >
      {message.role === 'user' ? <Question turn={turn} /> : <Answer turn={turn} isLast={isLast} />}
    </article>
  )
}

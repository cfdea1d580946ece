'use client'
import type { RunView } from '@reynard/protocol'
import { lazy, memo, Suspense } from 'react'
import { formatTime } from '../../lib/format.ts'
import { chatMessages } from '../../lib/messages-chat.ts'
import { useRunPart } from '../../lib/run-store/use-run.ts'
import { useWho } from '../assistants/use-who.ts'
import { Answer } from './answer.tsx'
import type { Turn } from './conversation-path.ts'
import { Question } from './question.tsx'

const SummaryRow = lazy(async () => ({ default: (await import('../memory/summary-row.tsx')).SummaryRow }))

type TurnRowProps = { turn: Turn; index: number; isLast: boolean; measure: (element: HTMLElement | null) => void }
const isOpen = (run: RunView) => run.phase !== 'ended'

/** One turn as a named article, at its place in the list: the same one from the first word to long after the last. */
export const TurnRow = memo(function TurnRow({ turn, index, isLast, measure }: TurnRowProps) {
  const { message } = turn
  const isBusy = useRunPart(message.runs.at(-1) ?? null, isOpen) === true
  const assistant = useWho(message.runs.at(-1) ?? null).name
  const who = message.role === 'user' ? chatMessages.you : assistant
  return (
    <article
      ref={measure}
      id={`turn-${message.id}`}
      data-index={index}
      tabIndex={-1}
      aria-label={chatMessages.turn(who, formatTime(message.createdAt))}
      aria-busy={isBusy || undefined}
      className="absolute inset-x-0 outline-none sm:pl-9"
    >
      {message.role === 'user' ? <Question turn={turn} /> : <Answer turn={turn} isLast={isLast} />}
      {turn.summary && (
        <Suspense fallback={<div className="mb-6 h-11" />}>
          <SummaryRow
            key={turn.summary.id + turn.summary.text}
            conversationId={message.conversationId}
            summary={turn.summary}
          />
        </Suspense>
      )}
    </article>
  )
}, isSame)

/** Turns are made anew with each reading of the chat; what they hold is the same as long as nothing changed. */
function isSame(a: TurnRowProps, b: TurnRowProps): boolean {
  return (
    a.turn.message === b.turn.message &&
    a.turn.index === b.turn.index &&
    a.turn.siblings.length === b.turn.siblings.length &&
    a.index === b.index &&
    a.turn.summary?.id === b.turn.summary?.id &&
    a.turn.summary?.text === b.turn.summary?.text &&
    a.isLast === b.isLast &&
    a.measure === b.measure
  )
}

'use client'
import type { RunView } from '@reynard/protocol'
import { Check, Copy, Ellipsis, RotateCcw } from 'lucide-react'
import { lazy, Suspense, useRef, useState } from 'react'
import { IconButton } from '../../components/button.tsx'
import { messages } from '../../lib/messages.ts'
import { chatMessages } from '../../lib/messages-chat.ts'
import { useRunPart } from '../../lib/run-store/use-run.ts'
import { useCopy } from '../../lib/use-copy.ts'
import { runText } from './answer-text.ts'
import { answerTokens } from './answer-tokens.ts'
import { BranchSteps } from './branch-steps.tsx'
import { useChat } from './chat-context.ts'
import type { Turn } from './conversation-path.ts'

const AnswerMenu = lazy(async () => ({ default: (await import('./answer-menu.tsx')).AnswerMenu }))
const ModelPopover = lazy(async () => ({ default: (await import('../models/model-popover.tsx')).ModelPopover }))
const ICON = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const
const text = chatMessages
const hasEnded = (run: RunView) => run.phase === 'ended'

/** What one can do with an answer that ended, and what it took. Keeps its height while the answer is written: nothing jumps at the end. */
export function AnswerActions({ turn, isLast }: { turn: Turn; isLast: boolean }) {
  const run = turn.message.runs.at(-1)
  return (
    <div className="mt-2.5 -ml-[7px] flex h-7 items-center gap-0.5 text-xs text-ink-3 touch:h-11">
      {run === undefined ? (
        <Actions turn={turn} run={null} isLast={isLast} />
      ) : (
        <WhenEnded turn={turn} run={run} isLast={isLast} />
      )}
    </div>
  )
}

function WhenEnded(props: { turn: Turn; run: RunView; isLast: boolean }) {
  return useRunPart(props.run, hasEnded) ? <Actions {...props} /> : null
}

function Actions({ turn, run, isLast }: { turn: Turn; run: RunView | null; isLast: boolean }) {
  const { commands } = useChat()
  const { message } = turn
  const { copied, copy } = useCopy()
  // The end may be here before the saved answer is: then the run knows more.
  const newest = useRunPart(run, runText)
  const written = newest === null ? message.text : [...message.runs.slice(0, -1).map(runText), newest].join('')
  const [isMenuWanted, setMenuWanted] = useState(false)
  const [isChoosing, setChoosing] = useState(false)
  const again = useRef<HTMLButtonElement>(null)
  const more = (
    <IconButton label={text.more} aria-haspopup="menu" onClick={() => setMenuWanted(true)}>
      <Ellipsis {...ICON} />
    </IconButton>
  )
  return (
    <>
      {written !== '' && (
        <IconButton
          label={copied ? messages.common.copied : text.copyAnswer}
          shortcut={isLast ? 'copy-answer' : undefined}
          onClick={() => copy(written)}
        >
          {copied ? <Check {...ICON} /> : <Copy {...ICON} />}
        </IconButton>
      )}
      <IconButton ref={again} label={text.again} onClick={() => commands.regenerate(message.id)}>
        <RotateCcw {...ICON} />
      </IconButton>
      {isMenuWanted ? (
        <Suspense fallback={more}>
          <AnswerMenu
            turn={turn}
            onChooseModel={() => setChoosing(true)}
            trigger={
              <IconButton label={text.more}>
                <Ellipsis {...ICON} />
              </IconButton>
            }
          />
        </Suspense>
      ) : (
        more
      )}
      <Suspense fallback={null}>
        {isChoosing && (
          <ModelPopover
            anchor={again}
            chosen={run?.model ?? null}
            onClose={() => setChoosing(false)}
            onChoose={(model) => commands.regenerate(message.id, model)}
          />
        )}
      </Suspense>
      <BranchSteps turn={turn} />
      <span className="ml-2 whitespace-nowrap">{summaryOf(message.runs)}</span>
    </>
  )
}

/** Tokens and time of all generations of the answer; the engine's own count where it gave one. */
function summaryOf(runs: RunView[]): string {
  const counts = runs.map(answerTokens)
  const tokens = counts.reduce((sum, { written }) => sum + written, 0)
  const choosing = counts.reduce((sum, each) => sum + each.choosing, 0)
  // What a person took to say yes or no is not the answer's time.
  const ms = runs.reduce(
    (sum, { startedAt, endedAt, waitedMs = 0 }) =>
      sum + Math.max(0, (endedAt ?? 0) - (startedAt ?? endedAt ?? 0) - waitedMs),
    0,
  )
  // How long it took to fail without a word tells nobody anything.
  const hasTime = runs.some((run) => run.startedAt !== null && run.endedAt !== null)
  return tokens + choosing === 0 ? '' : text.summary(tokens, choosing, hasTime ? ms : null)
}

'use client'
import type { RunView } from '@reynard/protocol'
import { useMemo } from 'react'
import { useRunPart } from '../../lib/run-store/use-run.ts'
import { useIsCut } from '../shell/use-is-cut.ts'
import { useChat } from './chat-context.ts'
import { Composer } from './composer.tsx'
import type { Turn } from './conversation-path.ts'
import { editQuestion } from './editing.ts'
import { useLiveSpeed } from './use-live-speed.ts'

type ChatComposerProps = {
  conversationId: string
  /** Null while the chat is being read. */
  turns: Turn[] | null
  live: RunView | null
}

/** The composer of a chat, told what it needs of the turns. Its speed changes twice a second, so it stands beside the transcript, not above. */
export function ChatComposer({ conversationId, turns, live }: ChatComposerProps) {
  const { scrollTo } = useChat()
  const tokensPerSecond = useLiveSpeed(live, useIsCut())
  const isAsked = useRunPart(live, waits) === true
  const last = turns?.at(-1)?.message
  const end = last?.runs.at(-1)?.endReason
  const question = turns?.findLast((turn) => turn.message.role === 'user')?.message
  const props = {
    conversationId,
    // A question without an answer can't be replied to; its parent can.
    parentId: turns === null ? undefined : last?.role === 'user' ? last.parentId : (last?.id ?? null),
    live: live && { runId: live.runId, tokensPerSecond },
    isAsked,
    heldBack: live === null && (end === 'failed' || end === 'interrupted'),
    onEditLast:
      question &&
      (() => {
        scrollTo(question.id)
        editQuestion(question.id)
      }),
  }
  const run = useMemo(() => lastRunWithContext(turns ?? []), [turns])
  return <WithContext run={run} {...props} />
}

const waits = (run: RunView) => run.phase === 'approval'
const readContext = (run: RunView) => run.context
/** Whole hundreds while it is written: the meter need not render for every token. */
const readWritten = (run: RunView) =>
  run.usage?.completionTokens ?? (run.phase === 'ended' ? run.tokens : Math.floor(run.tokens / 100) * 100)
const readToolMode = (run: RunView) => run.toolMode
const readPrompt = (run: RunView) => run.usage?.promptTokens ?? null

/** One component with a run and without: a field that is made anew would take the caret, and on a phone the keyboard, from who writes. */
function WithContext({ run, ...props }: { run: RunView | null } & Omit<Parameters<typeof Composer>[0], 'context'>) {
  const context = useRunPart(run, readContext)
  const written = useRunPart(run, readWritten)
  const prompt = useRunPart(run, readPrompt)
  const toolMode = useRunPart(run, readToolMode)
  return (
    <Composer
      {...props}
      context={
        context && {
          ...context,
          used: (prompt ?? context.used) + (written ?? 0),
          dropped: context.dropped.length,
          toolMode: toolMode ?? undefined,
        }
      }
    />
  )
}

/** The newest run, or the one before it that said how full its window was. */
function lastRunWithContext(turns: Turn[]): RunView | null {
  const runs = turns.flatMap((turn) => turn.message.runs)
  const newest = runs.at(-1)
  if (newest && newest.phase !== 'ended') return newest
  return runs.findLast((run) => run.context !== null) ?? null
}

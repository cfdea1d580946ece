'use client'
import type { ConsoleRun, ConsoleRunDetails } from '@reynard/protocol'
import { useSubscription } from '@trpc/tanstack-react-query'
import { CircleStop, Copy, ExternalLink, X } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { Button, IconButton } from '../../components/button.tsx'
import { ScrollBox } from '../../components/scroll-box.tsx'
import { tooltip } from '../../components/tooltip.tsx'
import { useTRPC } from '../../lib/client.tsx'
import { formatDuration } from '../../lib/format.ts'
import { messages } from '../../lib/messages.ts'
import { adminMessages } from '../../lib/messages-admin.ts'
import { useCopy } from '../../lib/use-copy.ts'
import { useNow } from '../chat/use-now.ts'
import { formatSeconds } from './admin-format.ts'
import { useLiveRuns } from './live-runs.tsx'
import { titleOf } from './run-cells.tsx'
import { RunEvents } from './run-events.tsx'
import { RunState } from './run-phase.tsx'
import { RunTimeline } from './run-timeline.tsx'
import { useStopRun } from './use-stop-run.ts'

const text = adminMessages
const ICON = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const

/** One run, opened: facts, where its time went, its words where they are one's own, its log. Follows the run while it lives. */
export function RunDetails({ runId, onClose }: { runId: string; onClose: () => void }) {
  const trpc = useTRPC()
  const { data, error } = useSubscription(trpc.admin.watchRun.subscriptionOptions({ runId }))
  const details = data?.run.runId === runId ? data : undefined
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-y-auto bg-panel px-6 pt-3.5 pb-6 max-sm:px-4">
      {details ? (
        <Opened details={details} onClose={onClose} />
      ) : (
        <div className="flex items-start gap-2">
          <p className="flex-1 pt-1 text-sm text-ink-2">{error ? error.message : text.connecting}</p>
          <CloseButton onClose={onClose} />
        </div>
      )}
    </div>
  )
}

const CloseButton = ({ onClose }: { onClose: () => void }) => (
  <IconButton label={text.closeDetails} onClick={onClose}>
    <X {...ICON} />
  </IconButton>
)

function Opened({ details, onClose }: { details: ConsoleRunDetails; onClose: () => void }) {
  const { run, stretches } = details
  const isLive = run.phase !== 'ended'
  const now = useNow(isLive)
  const until = run.endedAt ?? Math.max(now, stretches.at(-1)?.from ?? 0)
  return (
    <>
      <div className="flex items-center gap-1">
        <RunState run={run} className="text-sm font-strong" />
        <span className="flex-1" />
        {run.conversationId !== null && (
          <Link
            href={`/chat/${run.conversationId}`}
            aria-label={text.openChat}
            {...tooltip(text.openChat)}
            className="inline-grid size-7 place-items-center rounded-control text-ink-3 hover:bg-hover hover:text-ink touch:size-11"
          >
            <ExternalLink {...ICON} />
          </Link>
        )}
        <CloseButton onClose={onClose} />
      </div>
      <h2 className="mt-1 text-h3 font-strong tracking-h3 text-pretty">{titleOf(run)}</h2>
      {!run.isOwn && <p className="mt-1 text-sm text-ink-2">{text.notYours(run.user.name)}</p>}
      <Facts run={run} />
      <div className="mt-5.5 mb-1 flex h-7 items-center">
        <h3 className="text-md font-strong">{text.whereTime}</h3>
        <span className="flex-1" />
        <span className="text-xs text-ink-3 tabular-nums">{formatDuration(until - run.createdAt)}</span>
      </div>
      <RunTimeline stretches={stretches} now={until} />
      {details.text !== null && <Words words={details.text} isLive={isLive} />}
      <RunEvents details={details} isLive={isLive} />
      {isLive && <StopButtons run={run} />}
    </>
  )
}

function Facts({ run }: { run: ConsoleRun }) {
  const { copied, copy } = useCopy()
  const engine = run.engine && text.engineNames[run.engine]
  const first = run.startedAt === null || run.firstTokenAt === null ? null : run.firstTokenAt - run.startedAt
  return (
    <dl className="mt-3.5 grid grid-cols-2 gap-x-4 gap-y-2.5">
      <Fact label={text.user}>{run.user.name || text.none}</Fact>
      <Fact label={text.assistant}>{run.assistant?.name ?? text.bareModel}</Fact>
      <Fact label={text.model} isCode>
        {run.model === null ? text.none : text.modelOn(run.model, engine)}
      </Fact>
      <Fact label={text.run} isCode>
        {run.runId.slice(0, 4)}…{run.runId.slice(-4)}
        <IconButton
          label={copied ? messages.common.copied : text.copyRun}
          className="-my-1"
          onClick={() => copy(run.runId)}
        >
          <Copy size={14} strokeWidth={1.75} aria-hidden />
        </IconButton>
      </Fact>
      <Fact label={text.readWritten}>{text.readWrittenTokens(run.promptTokens, run.tokens)}</Fact>
      <Fact label={text.firstWordAfter}>{first === null ? text.none : formatSeconds(first)}</Fact>
    </dl>
  )
}

function Fact({ label, isCode = false, children }: { label: string; isCode?: boolean; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-ink-3">{label}</dt>
      <dd className={`flex min-h-5 min-w-0 items-center gap-1 text-sm tabular-nums ${isCode ? 'font-mono' : ''}`}>
        {children}
      </dd>
    </div>
  )
}

const CARET = 'ml-0.5 inline-block h-[1.1em] w-[7px] rounded-[4px_4px_4px_1px] bg-accent align-[-0.2em]'
/** Scrolled to its end by itself. */
const WORDS = 'flex max-h-44 flex-col-reverse overflow-y-auto rounded-card bg-raised px-3.5 py-2.5 text-sm'

/** The end of one's own answer, as it grows: a new line pushes the oldest out of sight. */
function Words({ words, isLive }: { words: string; isLive: boolean }) {
  return (
    <section aria-label={text.words}>
      <h3 className="mt-5.5 mb-1.5 text-md font-strong">{text.words}</h3>
      <ScrollBox label={text.words} className={WORDS}>
        <p className="whitespace-pre-wrap">
          {words === '' ? <span className="text-ink-3">{text.noWords}</span> : words}
          {isLive && words !== '' && <span className={CARET} aria-hidden />}
        </p>
      </ScrollBox>
    </section>
  )
}

function StopButtons({ run }: { run: ConsoleRun }) {
  const { stop, stopAllOf, isBusy } = useStopRun()
  const { runs = [] } = useLiveRuns()
  const theirs = runs.filter(({ user }) => user.id === run.user.id).length
  return (
    <div className="mt-auto flex flex-wrap gap-2 pt-5">
      <Button look="danger" once disabled={isBusy} onClick={() => stop(run.runId)}>
        <CircleStop size={14} strokeWidth={1.75} aria-hidden />
        {text.stopRun}
      </Button>
      {theirs > 1 && (
        <Button look="ghost" once disabled={isBusy} onClick={() => stopAllOf(run.user.id)}>
          {text.stopAllOf(run.user.name, theirs)}
        </Button>
      )}
    </div>
  )
}

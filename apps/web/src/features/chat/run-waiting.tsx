'use client'
import type { RunView, SystemStatus } from '@reynard/protocol'
import { CircleDashed, Eye } from 'lucide-react'
import Link from 'next/link'
import { Button } from '../../components/button.tsx'
import { chatMessages } from '../../lib/messages-chat.ts'
import { isComing, isModelUnderway, isMoving } from '../models/model-facts.ts'
import { useModelLabel, useStatus } from '../models/use-models.ts'
import { ICON, TrailRow } from './trail-row.tsx'
import { useNow } from './use-now.ts'

/** What happens before the first word, in words and with a number. Null once the model writes. */
export function RunWaiting({ run, onCancel }: { run: RunView; onCancel: () => void }) {
  if (run.phase === 'queued') return <Queued run={run} onCancel={onCancel} />
  if (run.phase === 'loading' && run.loading) return <Loading loading={run.loading} />
  if (run.phase === 'starting') return <Reading run={run} />
  return null
}

function Queued({ run, onCancel }: { run: RunView; onCancel: () => void }) {
  const { queue } = run
  if (!queue) {
    return (
      <TrailRow icon={<span className="spinner" aria-hidden />} isLive>
        <b>{chatMessages.starting}</b>
      </TrailRow>
    )
  }
  if (queue.place === 'model') return <WaitsForModel onCancel={onCancel} />
  return (
    <TrailRow icon={<CircleDashed {...ICON} />}>
      <p className="min-w-0 flex-1">
        <b className="mr-2">{chatMessages.queued(queue.position)}</b>
        {queue.place === 'engine'
          ? chatMessages.queuedInEngine
          : queue.etaMs !== null && chatMessages.queuedEta(queue.etaMs)}
      </p>
      <Button look="ghost" size="sm" onClick={onCancel}>
        {chatMessages.leaveQueue}
      </Button>
    </TrailRow>
  )
}

function WaitsForModel({ onCancel }: { onCancel: () => void }) {
  const status = useStatus()
  const download = status?.downloads.find((one) => isComing(one) && isMoving(one))
  const step = status?.setup.findLast(({ state }) => state === 'running')
  if (status && !isModelUnderway(status)) return <WaitsForAnyModel status={status} onCancel={onCancel} />
  return (
    <div>
      <TrailRow icon={<CircleDashed {...ICON} />}>
        <p className="min-w-0 flex-1">
          <b className="mr-2">{chatMessages.waitsForModel}</b>
          {download
            ? chatMessages.waitsForModelProgress(download.label, download.receivedBytes, download.totalBytes)
            : (step?.detail ?? step?.step)}
        </p>
        <Button look="ghost" size="sm" onClick={onCancel}>
          {chatMessages.leaveQueueShort}
        </Button>
      </TrailRow>
      <p className="text-sm text-ink-2">{chatMessages.waitsForModelMore}</p>
    </div>
  )
}

/** Nothing is on its way: what is missing, the way to it, and that the question goes by itself whichever way is taken. */
function WaitsForAnyModel({ status, onCancel }: { status: SystemStatus; onCancel: () => void }) {
  // That the embedded engine lacks a model is what the link says.
  const problems = status.engines.flatMap(({ kind, condition, problem }) =>
    condition === 'off' || kind === 'embedded' ? [] : (problem ?? []),
  )
  return (
    <div>
      <TrailRow icon={<CircleDashed {...ICON} />}>
        <p className="min-w-0 flex-1">
          <b>{chatMessages.waitsForAnyModel}</b>
        </p>
        <Button look="ghost" size="sm" onClick={onCancel}>
          {chatMessages.leaveQueueShort}
        </Button>
      </TrailRow>
      {problems.map((problem) => (
        <p key={problem} className="text-sm text-ink-2 [overflow-wrap:anywhere]">
          {problem}
        </p>
      ))}
      <p className="mt-1 text-sm text-ink-2">
        {chatMessages.waitsForModelMore}{' '}
        <Link href="/settings/models" className="underline underline-offset-3 hover:text-ink">
          {chatMessages.getModel}
        </Link>
      </p>
    </div>
  )
}

function Loading({ loading }: { loading: NonNullable<RunView['loading']> }) {
  const elapsedMs = Math.max(0, useNow(true) - loading.since)
  const { expectedMs } = loading
  const label = useModelLabel(loading.model)
  return (
    <TrailRow icon={<span className="spinner" aria-hidden />} isLive>
      <p className="min-w-0 flex-1">
        <b className="mr-2">{chatMessages.loading(label ?? loading.model)}</b>
        {chatMessages.loadingFor(elapsedMs, expectedMs)}
      </p>
      {expectedMs !== null && (
        <span className="flex h-1 w-24 flex-none overflow-hidden rounded-round bg-selected" aria-hidden>
          <span className="bg-accent" style={{ width: `${Math.min(97, (elapsedMs * 100) / expectedMs)}%` }} />
        </span>
      )}
    </TrailRow>
  )
}

function Reading({ run }: { run: RunView }) {
  // Each step reads again: from the end of the last call on.
  const since = Math.max(run.startedAt ?? 0, ...run.toolCalls.map(({ endedAt }) => endedAt ?? 0))
  const elapsedMs = useNow(true) - since
  return (
    <TrailRow icon={run.context ? <Eye {...ICON} /> : <span className="spinner" aria-hidden />} isLive>
      <p>
        <b className="mr-2">{run.context ? chatMessages.reading(run.context.used) : chatMessages.starting}</b>
        {run.context && chatMessages.readingFrom(run.context.messages, since > 0 ? elapsedMs : 0)}
      </p>
    </TrailRow>
  )
}

'use client'
import type { Download } from '@reynard/protocol'
import { Pause, Play } from 'lucide-react'
import { Button } from '../../components/button.tsx'
import { Progress } from '../../components/progress.tsx'
import { formatBytes, formatBytesOf } from '../../lib/format.ts'
import { messages } from '../../lib/messages.ts'
import { downloadFraction } from './model-facts.ts'
import type { useDownloads } from './use-downloads.ts'

type Actions = Pick<ReturnType<typeof useDownloads>, 'pause' | 'resume' | 'cancel'>
const text = messages.downloads

/** One bar, bytes, speed, time left; paused, gone on with and cancelled from here. One that failed has no bar: it says why, is tried again, or put away. */
export function DownloadCard({ download, actions }: { download: Download; actions: Actions }) {
  const { state, receivedBytes, totalBytes, bytesPerSecond, etaMs } = download
  const isMoving = state === 'running' || state === 'waiting' || state === 'checking'
  const hasFailed = state === 'failed'
  const canPause = download.kind === 'huggingface' && state === 'running'
  const bytes = totalBytes === null ? formatBytes(receivedBytes) : formatBytesOf(receivedBytes, totalBytes)
  const facts =
    state === 'running'
      ? [bytesPerSecond === null ? null : text.speed(bytesPerSecond), etaMs === null ? null : text.left(etaMs)]
          .filter((fact) => fact !== null)
          .join(', ')
      : text.state[state]

  return (
    <section aria-label={text.title(download.label)}>
      <div className="flex min-h-8 items-center gap-2">
        <b className="min-w-0 flex-1 truncate text-md font-strong">
          {isMoving ? text.title(download.label) : download.label}
        </b>
        {canPause && (
          <Button look="ghost" size="sm" onClick={() => actions.pause(download)}>
            <Pause size={14} strokeWidth={1.75} aria-hidden />
            {text.pause}
          </Button>
        )}
        {(state === 'paused' || hasFailed) && (
          <Button size="sm" onClick={() => actions.resume(download)}>
            <Play size={14} strokeWidth={1.75} aria-hidden />
            {hasFailed ? text.retry : text.resume}
          </Button>
        )}
        <Button look="ghost" size="sm" onClick={() => actions.cancel(download)}>
          {hasFailed ? text.dismiss : text.cancel}
        </Button>
      </div>
      {!hasFailed && (
        <div className="mt-1 mb-2">
          <Progress label={download.label} value={downloadFraction(download)} live={isMoving} />
        </div>
      )}
      <p className="flex flex-wrap gap-x-2 text-sm text-ink-2">
        {!hasFailed && <span>{bytes}</span>}
        {download.error ? (
          <span className="text-danger">{download.error.message}</span>
        ) : (
          <span className="text-ink-3">
            {facts}
            {isMoving && (facts ? `. ${text.goesOn}` : text.goesOn)}
          </span>
        )}
      </p>
      {download.detail && <p className="text-xs text-ink-3 first-letter:uppercase">{download.detail}</p>}
    </section>
  )
}

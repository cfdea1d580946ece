import type { ConsoleOverview } from '@reynard/protocol'
import type { ReactNode } from 'react'
import { formatDay, formatTime } from '../../lib/format.ts'
import { adminMessages } from '../../lib/messages-admin.ts'
import { formatRate, formatSeconds, splitSeconds } from './admin-format.ts'

const text = adminMessages
/** A wait shorter than this bothers nobody, however much it grew. */
const noticedMs = 1_000

/** Whether people wait clearly longer than in the stretch before. */
export function waitsLonger({ wait, waitBefore }: ConsoleOverview): boolean {
  return wait !== null && waitBefore !== null && wait.p95 > noticedMs && wait.p95 > 1.5 * waitBefore.p95
}

/** Six numbers that say how it goes, each with a line of context. */
export function StatTiles({ overview }: { overview: ConsoleOverview }) {
  const { now, slots, runs, speed, firstToken, latency, wait, waitBefore, range } = overview
  const [cause] = runs.errors
  const peakAt = speed.peak && (range === 'month' ? formatDay(speed.peak.at, speed.peak.at) : formatTime(speed.peak.at))
  return (
    <dl className="-ml-px grid grid-cols-6 gap-y-5 max-xl:grid-cols-3 max-sm:grid-cols-2">
      <Tile
        label={text.runningNow}
        value={String(now.running)}
        // Slots are those of the model that most questions go to; runs of others come on top.
        unit={slots.total > 0 && now.running <= slots.total ? text.ofSlots(slots.total) : text.running}
        context={`${text.inQueue(now.queued)}${now.waiting > 0 ? text.waitForYes(now.waiting) : ''}`}
      />
      <Tile
        label={text.speed}
        value={formatRate(now.tokensPerSecond)}
        unit={text.speedUnit}
        context={
          speed.peak === null ? text.noPeak : text.peak(formatRate(speed.peak.tokensPerSecond), peakAt ?? text.none)
        }
      />
      <TimeTile
        label={text.firstWord}
        ms={firstToken?.p50}
        context={firstToken === null ? text.notMeasured : text.p95(formatSeconds(firstToken.p95))}
      />
      <TimeTile
        label={text.waitP95}
        ms={wait?.p95}
        isBad={waitsLonger(overview)}
        context={
          wait === null
            ? text.notMeasured
            : waitBefore === null || Math.max(wait.p95, waitBefore.p95) < noticedMs
              ? text.waitMiddle(formatSeconds(wait.p50))
              : compareWaits(wait.p95, waitBefore.p95)
        }
      />
      <TimeTile
        label={text.latency}
        ms={latency?.p50}
        context={latency === null ? text.notMeasured : text.p95(formatSeconds(latency.p95))}
      />
      <Tile
        label={text.failedRuns}
        value={String(runs.failed)}
        unit={text.ofRuns(runs.total)}
        isBad={runs.failed > 0 && runs.failed * 20 > runs.total}
        context={
          cause !== undefined
            ? cause.count === runs.failed
              ? text.allBy(text.cause(cause.code))
              : text.mostBy(cause.count, text.cause(cause.code))
            : runs.total === 0
              ? text.noRuns
              : runs.stopped > 0
                ? text.stoppedToo(runs.stopped)
                : text.noneFailed
        }
      />
    </dl>
  )
}

function compareWaits(now: number, before: number): string {
  const said = formatSeconds(before)
  if (formatSeconds(now) === said) return text.waitSame(said)
  return now > before ? text.waitUp(said) : text.waitDown(said)
}

function TimeTile({ ms, ...rest }: { ms: number | undefined; label: string; context: string; isBad?: boolean }) {
  const parts = ms === undefined ? { value: text.none, unit: '' } : splitSeconds(ms)
  return <Tile {...rest} {...parts} />
}

type TileProps = { label: string; value: ReactNode; unit: string; context: string; isBad?: boolean }

function Tile({ label, value, unit, context, isBad = false }: TileProps) {
  return (
    <div className="min-w-0 border-l border-line px-5 nth-[6n+1]:border-transparent nth-[6n+1]:pl-0 max-xl:nth-[3n+1]:border-transparent max-xl:nth-[3n+1]:pl-0 max-sm:odd:border-transparent max-sm:odd:pl-0 max-sm:even:border-line max-sm:even:pl-4">
      <dt className="truncate text-xs text-ink-2">{label}</dt>
      <dd className="mt-1.5 truncate text-stat font-mid tracking-stat tabular-nums">
        {value}
        <span className="ml-1 text-sm font-text [letter-spacing:0] text-ink-3">{unit}</span>
      </dd>
      <dd className={`mt-1 truncate text-xs tabular-nums ${isBad ? 'text-warning' : 'text-ink-3'}`}>{context}</dd>
    </div>
  )
}

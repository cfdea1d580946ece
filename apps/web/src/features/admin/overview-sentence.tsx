import type { ConsoleOverview } from '@reynard/protocol'
import { adminMessages } from '../../lib/messages-admin.ts'
import { formatSeconds } from './admin-format.ts'
import { waitsLonger } from './stat-tiles.tsx'

const text = adminMessages

/** "Is it fine?" in words: first who answers, then the one thing that most deserves a look. */
export function OverviewSentence({ overview }: { overview: ConsoleOverview }) {
  const active = overview.engines.find(({ isActive }) => isActive)
  const silent = overview.engines.find(({ condition }) => condition === 'unreachable')
  const allAnswer = overview.engines.every(({ condition }) => condition === 'ready')
  const first = active === undefined ? text.noEngine : allAnswer ? text.enginesAnswer : text.engineAnswers(active.label)
  const more = active === undefined ? text.noEngineMore : silent ? text.engineSilent(silent.label) : concernOf(overview)
  return (
    <p className="text-h2 font-mid tracking-h2 text-pretty">
      <span className={active === undefined ? 'text-danger' : ''}>{first}</span>{' '}
      <span className="text-ink-2">{more}</span>
    </p>
  )
}

function concernOf(overview: ConsoleOverview): string {
  const { now, runs, wait, waitBefore } = overview
  if (runs.failed > 0 && runs.failed * 20 > runs.total) return text.failedMany(runs.failed, runs.total)
  if (waitsLonger(overview) && wait && waitBefore)
    return text.slower(formatSeconds(wait.p95), formatSeconds(waitBefore.p95))
  return now.queued > 0 ? text.wait(now.queued) : text.nobodyWaits
}

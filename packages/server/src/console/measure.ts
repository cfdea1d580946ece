import { countRunEnds, type Db, findPercentiles, listWriting, sumTokensBySteps } from '@reynard/db'
import type { ConsoleOverview, OverviewRange } from '@reynard/protocol'
import type { LiveRunState } from '../runs/run-service.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** How long each range is, and in which steps its chart goes. */
const RANGES: Record<OverviewRange, { stepMs: number; steps: number }> = {
  hour: { stepMs: minuteMs, steps: 60 },
  day: { stepMs: hourMs / 2, steps: 48 },
  month: { stepMs: dayMs, steps: 30 },
}
/** Within an hour a long answer spans several steps: its tokens lie where it was written. More runs than this are too short to matter. */
const mostSpread = 5_000
/** Chart series have six colours. */
const mostModels = 5
const others = 'other models'

/** What the database says of a range. */
export type Measured = Pick<ConsoleOverview, 'runs' | 'firstToken' | 'latency' | 'wait' | 'waitBefore'> & {
  from: number
  stepMs: number
  steps: number
  /** Tokens by model and step. */
  tokens: Map<string, number[]>
}

/** The stretch that is shown now: it begins on a whole step, so that it stays the same until the next one. */
function stretchOf(range: OverviewRange, now: number) {
  const { stepMs, steps } = RANGES[range]
  return { stepMs, steps, from: (Math.floor(now / stepMs) + 1 - steps) * stepMs }
}

/** Sums and ranks what ended within the range, in the database: seven queries, whatever happened. */
export async function measure(db: Db, range: OverviewRange, now: number): Promise<Measured> {
  const stretch = stretchOf(range, now)
  const { from, stepMs, steps } = stretch
  const until = from + steps * stepMs
  const tokens = new Map<string, number[]>()
  const add = (model: string | null, step: number, count: number) => {
    if (step < 0 || step >= steps) return
    const of = tokens.get(model ?? '') ?? Array.from({ length: steps }, () => 0)
    of[step]! += count
    tokens.set(model ?? '', of)
  }
  const sumTokens = async () => {
    if (range !== 'hour') {
      for (const row of await sumTokensBySteps(db.kysely, from, until, stepMs)) add(row.model, row.step, row.tokens)
      return
    }
    for (const row of await listWriting(db.kysely, from, mostSpread))
      spread(row.tokens, (row.first_token_at ?? row.ended_at) - from, row.ended_at - from, stepMs, (step, count) =>
        add(row.model, step, count),
      )
  }
  const [ends, firstToken, latency, wait, waitBefore] = await Promise.all([
    countRunEnds(db.kysely, from, until),
    findPercentiles(db.kysely, 'first_token_ms', from, until),
    findPercentiles(db.kysely, 'duration_ms', from, until),
    findPercentiles(db.kysely, 'wait_ms', from, until),
    findPercentiles(db.kysely, 'wait_ms', from - (until - from), from),
    sumTokens(),
  ])
  const countOf = (reason: string) =>
    ends.reduce((sum, { end_reason, count }) => sum + (end_reason === reason ? count : 0), 0)
  return {
    ...stretch,
    tokens,
    firstToken,
    latency,
    wait,
    waitBefore,
    runs: {
      total: ends.reduce((sum, { count }) => sum + count, 0),
      failed: countOf('failed'),
      interrupted: countOf('interrupted'),
      stopped: countOf('stopped'),
      errors: ends
        .filter(({ end_reason }) => end_reason === 'failed')
        .map(({ error_code, count }) => ({ code: error_code ?? 'internal', count }))
        .toSorted((one, other) => other.count - one.count),
    },
  }
}

/** Lays tokens evenly over the steps between two moments, in milliseconds from the beginning of the first step. */
function spread(
  tokens: number,
  from: number,
  until: number,
  stepMs: number,
  add: (step: number, count: number) => void,
) {
  const length = Math.max(1, until - from)
  for (let step = Math.floor(from / stepMs); step <= Math.floor(until / stepMs); step += 1) {
    const within = Math.min(until, (step + 1) * stepMs) - Math.max(from, step * stepMs)
    add(step, (tokens * Math.max(within, until === from ? 1 : 0)) / length)
  }
}

/** The chart: what was measured and what is being written now, by model, the busiest first. */
export function speedChart(measured: Measured, live: readonly LiveRunState[], now: number): ConsoleOverview['speed'] {
  const { from, stepMs, steps } = measured
  const all = new Map([...measured.tokens].map(([model, tokens]) => [model, [...tokens]]))
  for (const { view } of live) {
    if (view.firstTokenAt === null || view.phase === 'ended') continue
    const of = all.get(view.model ?? '') ?? Array.from({ length: steps }, () => 0)
    all.set(view.model ?? '', of)
    spread(view.tokens, view.firstTokenAt - from, now - from, stepMs, (step, count) => {
      if (step >= 0 && step < steps) of[step]! += count
    })
  }
  const total = (tokens: readonly number[]) => tokens.reduce((sum, each) => sum + each, 0)
  const ranked = [...all].toSorted(([, one], [, other]) => total(other) - total(one))
  // By name: a model keeps its colour when another one gets busier.
  const shown = ranked.slice(0, mostModels).toSorted(([one], [other]) => (one < other ? -1 : 1))
  const rest = ranked.slice(mostModels).map(([, tokens]) => tokens)
  if (rest.length > 0)
    shown.push([others, Array.from({ length: steps }, (_, step) => total(rest.map((tokens) => tokens[step] ?? 0)))])
  // The step that is not over yet is as long as it has lasted.
  const secondsOf = (step: number) => Math.max(1, Math.min(stepMs, now - (from + step * stepMs)) / 1_000)
  const points = Array.from({ length: steps }, (_, step) =>
    shown.map(([, tokens]) => Math.round((10 * (tokens[step] ?? 0)) / secondsOf(step)) / 10),
  )
  const sums = points.map(total)
  const highest = sums.reduce((best, sum, step) => (sum > (sums[best] ?? 0) ? step : best), 0)
  const peak = sums[highest] ?? 0
  return {
    from,
    stepMs,
    models: shown.map(([model]) => model || 'unknown'),
    points,
    peak: peak > 0 ? { tokensPerSecond: Math.round(peak * 10) / 10, at: from + highest * stepMs } : null,
  }
}

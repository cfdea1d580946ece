import type { EngineCallObserver } from '@reynard/agent'
import type { Db } from '@reynard/db'
import type { RestRoute } from '../access/rest-route.ts'
import type { Env } from '../env.ts'
import { SHORT_SECONDS } from './metrics/buckets.ts'
import { createHttpMetrics, type HttpMetrics } from './metrics/http-metrics.ts'
import { createMetricsRoute } from './metrics/metrics-route.ts'
import { addProcessMetrics } from './metrics/process-metrics.ts'
import { createRegistry } from './metrics/registry.ts'
import { createRunMetrics } from './metrics/run-metrics.ts'
import type { RunTelemetry } from './telemetry.ts'
import type { Traces } from './traces/open-traces.ts'

/** What goes on in the server just now. */
type Activity = {
  /** Answers that are accepted and have not ended, and who reads them as they come. */
  runs: number
  watchers: number
  /** Running calls of tools, by the wall that they run behind. */
  tools: ReadonlyMap<string, number>
  /** Places at the engine of the default model, and people's questions that wait at all of them. */
  slots: { total: number; free: number; queued: number }
  /** Open WebSockets. */
  sockets: number
}

/** What a server counts and tells about itself. */
export type Telemetry = {
  runs: RunTelemetry
  http: HttpMetrics
  route: RestRoute
  /** The same database, whose commits are timed. */
  timed(db: Db): Db
  /** Looked at with each scrape, from now on. */
  watch(activity: () => Activity): void
  close(): Promise<void>
}

/** One for each server: two in one process don't count together. */
export function createTelemetry({ metricsToken }: Pick<Env, 'metricsToken'>, traces: Traces | null = null): Telemetry {
  const registry = createRegistry()
  const runMetrics = createRunMetrics(registry)
  const http = createHttpMetrics(registry)
  const commits = registry.histogram(
    'reynard_db_commit_duration_seconds',
    'Commits of the database, from handing over to durable.',
    ['outcome'],
    SHORT_SECONDS,
  )
  const stopProcess = addProcessMetrics(registry)

  return {
    http,
    route: createMetricsRoute({ token: metricsToken, text: registry.text }),
    runs: {
      begin(run) {
        const span = traces?.runs.begin(run)
        return {
          calls: bothTold(runMetrics.engineCalled, span?.calls),
          ended(view) {
            runMetrics.runEnded(view, run.source)
            span?.ended(view)
          },
        }
      },
      background: bothTold(runMetrics.engineCalled, traces?.runs.background),
    },
    timed: (db) => ({
      ...db,
      async commit(statements) {
        const begun = performance.now()
        let outcome = 'failed'
        try {
          await db.commit(statements)
          outcome = 'done'
        } finally {
          commits.observe([outcome], (performance.now() - begun) / 1000)
        }
      },
    }),
    watch(activity) {
      const gauge = (name: string, help: string, read: (now: Activity) => number) =>
        registry.gauge(name, help, [], () => [[[], read(activity())]])
      gauge('reynard_runs_live', 'Answers that are accepted and have not ended.', ({ runs }) => runs)
      gauge('reynard_queue_length', 'Questions of people that wait for a slot.', ({ slots }) => slots.queued)
      gauge('reynard_slots', 'Places at the engine of the default model.', ({ slots }) => slots.total)
      gauge('reynard_slots_free', 'Those of them that are free.', ({ slots }) => slots.free)
      gauge('reynard_run_watchers', 'Open streams: readers of answers that are being written.', (now) => now.watchers)
      gauge('reynard_websockets', 'Open WebSockets.', ({ sockets }) => sockets)
      registry.gauge(
        'reynard_sandbox_calls_running',
        'Calls of tools that run just now, by the wall that they run behind.',
        ['level'],
        () => [...activity().tools].map(([level, count]) => [[level], count]),
      )
    },
    async close() {
      stopProcess()
      await traces?.close()
    },
  }
}

function bothTold(one: EngineCallObserver['ended'], other: EngineCallObserver | undefined): EngineCallObserver {
  if (other === undefined) return { ended: one }
  return {
    ended(call) {
      one(call)
      other.ended(call)
    },
  }
}

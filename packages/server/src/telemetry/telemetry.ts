import type { EngineCallObserver } from '@reynard/agent'
import type { RunView } from '@reynard/protocol'

/** What telemetry needs to know of a run when it begins. No text. */
type ObservedRun = { runId: string; conversationId: string; source: 'ui' | 'api' }

/** Looks on at one run. */
export type RunObserver = {
  /** For the calls of the engine that the run makes. */
  calls: EngineCallObserver
  ended(view: RunView): void
}

/** What runs tell of themselves, once for each run, engine call and tool: never for a token. Never throws, never waits. */
export type RunTelemetry = {
  /** Called within the request that starts the run. */
  begin(run: ObservedRun): RunObserver
  /** For calls of an engine that belong to no run: titles, summaries, embeddings. */
  background: EngineCallObserver
}

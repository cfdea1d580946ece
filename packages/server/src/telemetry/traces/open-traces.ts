import type { Env } from '../../env.ts'
import type { Logger } from '../../logging/create-logger.ts'
import type { RunTelemetry } from '../telemetry.ts'

/** Sends spans of runs to a collector. */
export type Traces = {
  runs: RunTelemetry
  /** Sends what waits to be sent, and ends. Never rejects. */
  close(): Promise<void>
}

/** Null where no collector is set: then nothing of OpenTelemetry is even loaded. */
export async function openTraces({ traces }: Pick<Env, 'traces'>, logger: Pick<Logger, 'warn' | 'info'>) {
  const { endpoint, ...options } = traces
  if (endpoint === null) return null
  const { startTraces } = await import('./start-traces.ts')
  return startTraces({ endpoint, ...options }, logger)
}

import type { Engine, EngineHealth } from '@reynard/engine'
import { AppError, errorCodeOf, type ModelInfo } from '@reynard/protocol'
import type { Clock } from '../runs/ports.ts'

/** What was last heard of an engine. `health` null: not asked yet. */
export type EngineSnapshot = { engine: Engine; host: string; health: EngineHealth | null; models: ModelInfo[] }

/** Asks an engine again and again how it is and what it has. */
export type EngineWatch = {
  snapshot(): EngineSnapshot
  /** Asks now. Resolves when the snapshot is fresh; never rejects. */
  recheck(): Promise<void>
  /** Stops asking and closes the engine. */
  close(): Promise<void>
}

type Options = {
  engine: Engine
  host: string
  clock: Clock
  onChange: () => void
  /** Between two looks; an engine that was started is seen after that long at most. */
  intervalMs?: number
  /** An engine that is busy with a long prompt still answers these calls within milliseconds. */
  deadlineMs?: number
}

/** After a missed deadline the next look comes soon, so that an engine that is gone is known to be within ten seconds. */
const againMs = 1_000

/** Looks at once, then every `intervalMs`. The engine belongs to the watch. */
export function watchEngine({
  engine,
  host,
  clock,
  onChange,
  intervalMs = 4_000,
  deadlineMs = 3_000,
}: Options): EngineWatch {
  const closing = new AbortController()
  let snapshot: EngineSnapshot = { engine, host, health: null, models: [] }
  let said = ''
  let silences = 0
  let running: Promise<void> | null = null
  let cancelTimer = () => {}

  async function look(): Promise<void> {
    const next = await ask()
    if (closing.signal.aborted) return
    // One missed deadline on a machine under load is no reason to call a working engine gone.
    const silent = next.health?.ok === false && next.health.code === 'engine-timeout'
    silences = silent ? silences + 1 : 0
    if (silent && silences < 2 && snapshot.health?.ok) return
    snapshot = next
    const saying = JSON.stringify([next.health, next.models])
    if (saying === said) return
    said = saying
    onChange()
  }

  async function ask(): Promise<EngineSnapshot> {
    const signal = AbortSignal.any([AbortSignal.timeout(deadlineMs), closing.signal])
    try {
      const health = await engine.health({ signal })
      if (!health.ok) return { engine, host, health, models: [] }
      return { engine, host, health, models: await engine.list({ signal }) }
    } catch (error) {
      const code = signal.aborted ? 'engine-timeout' : (errorCodeOf(error) ?? 'engine-failed')
      const message = error instanceof AppError ? error.message : `${engine.label} does not answer.`
      return { engine, host, health: { ok: false, code, message }, models: [] }
    }
  }

  async function turn(): Promise<void> {
    cancelTimer()
    try {
      await look()
    } finally {
      running = null
      if (!closing.signal.aborted) cancelTimer = clock.after(silences > 0 ? againMs : intervalMs, () => void recheck())
    }
  }

  function recheck(): Promise<void> {
    running ??= turn()
    return running
  }

  void recheck()
  return {
    snapshot: () => snapshot,
    async recheck() {
      // A look that is under way may have begun before what the caller wants to see.
      await running
      if (!closing.signal.aborted) await recheck()
    },
    async close() {
      closing.abort()
      cancelTimer()
      await engine.close()
    },
  }
}

import type { EngineKind } from '@reynard/protocol'
import type { RunLogger } from '../runs/ports.ts'
import type { EngineHub } from './engine-hub.ts'
import { sameModel } from './model-name.ts'

/** What a clean-up did about models in memory. Sizes in bytes; null where the engine does not say. */
export type FreedModels = {
  freed: { name: string; sizeBytes: number | null }[]
  /** They answer somebody. */
  busy: string[]
  /** Why some are still there, a sentence each. */
  problems: string[]
}

type Options = {
  hub: Pick<EngineHub, 'engine' | 'recheck'>
  /** Names of models that answer somebody at this moment. */
  busyModels: () => string[]
  /** Lets go of what the embedded engine holds as soon as it answers nobody, and never before. */
  freeEmbedded: () => void
  logger: RunLogger
}

const kinds: readonly EngineKind[] = ['ollama', 'embedded']
const askMs = 5_000
/** Ollama lets a model go when the answers of other programs are done: those are not waited for. */
const unloadMs = 15_000

/** Has the engines give back the memory of every model that answers nobody. Never rejects. */
export async function freeIdleModels({ hub, busyModels, freeEmbedded, logger }: Options): Promise<FreedModels> {
  const result: FreedModels = { freed: [], busy: [], problems: [] }
  for (const kind of kinds) {
    const engine = hub.engine(kind)
    if (!engine?.supports.has('unload')) continue
    try {
      for (const { name, sizeBytes } of await engine.loaded({ signal: AbortSignal.timeout(askMs) })) {
        if (busyModels().some((busy) => sameModel(busy, name))) {
          result.busy.push(name)
          continue
        }
        // A question may come between the look and the deed: here it would be cut off, while Ollama lets it end.
        if (kind === 'embedded') freeEmbedded()
        else await engine.unload(name, { signal: AbortSignal.timeout(unloadMs) })
        result.freed.push({ name, sizeBytes })
      }
      await hub.recheck(kind)
    } catch (error) {
      logger.warn({ err: error, kind }, 'idle models were not freed')
      const why = error instanceof Error ? error.message : 'It gave no reason.'
      result.problems.push(`${engine.label} did not let go of its models: ${why}`)
    }
  }
  return result
}

import { totalmem } from 'node:os'
import type { ConsoleEngine } from '@reynard/protocol'
import type { EngineHub } from '../engines/engine-hub.ts'

type Held = ConsoleEngine['models']
const restMs = 5_000
const deadlineMs = 2_000

type Options = {
  hub: Pick<EngineHub, 'statuses' | 'active' | 'engine'>
  hardware: () => { gpu: string | null }
  now: () => number
}

/** Every engine with the models that it holds. An engine is asked at most every five seconds; one that is silent keeps its last answer. */
export function createEngineMemory({ hub, hardware, now }: Options): () => ConsoleEngine[] {
  const held = new Map<string, Held>()
  const askedAt = new Map<string, number>()

  function ask(kind: ConsoleEngine['kind']): void {
    if (now() - (askedAt.get(kind) ?? Number.NEGATIVE_INFINITY) < restMs) return
    askedAt.set(kind, now())
    const engine = hub.engine(kind)
    if (engine === null) return
    engine.loaded({ signal: AbortSignal.timeout(deadlineMs) }).then(
      (models) =>
        held.set(
          kind,
          models.map(({ name, sizeBytes }) => ({ name, sizeBytes })),
        ),
      () => {},
    )
  }

  return () =>
    hub.statuses().map((status) => {
      if (status.condition === 'ready') ask(status.kind)
      else held.delete(status.kind)
      const isHere = status.kind === 'embedded' || /\b(localhost|127\.0\.0\.1)\b/.test(status.label)
      return {
        ...status,
        isActive: hub.active() === status.kind,
        models: held.get(status.kind) ?? [],
        // What lies in a GPU's memory is no part of the machine's.
        memoryBytes: isHere && hardware().gpu === null ? totalmem() : null,
      }
    })
}

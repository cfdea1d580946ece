import { totalmem } from 'node:os'
import type { Engine } from '@reynard/engine'
import type { ConsoleEngine, EngineKind } from '@reynard/protocol'
import type { EngineHub } from '../engines/engine-hub.ts'

/** A model in memory, as its engine tells of it. */
type HeldModel = Awaited<ReturnType<Engine['loaded']>>[number]

const restMs = 5_000
const deadlineMs = 2_000

type Options = {
  hub: Pick<EngineHub, 'statuses' | 'active' | 'engine'>
  hardware: () => { gpu: string | null }
  now: () => number
}

/** What engines hold in memory. An engine is asked at most every five seconds; one that is silent keeps its last answer. */
export type EngineMemory = {
  engines(): ConsoleEngine[]
  held(kind: EngineKind): readonly HeldModel[]
  /** Something was loaded or let go: asks now. Never rejects. */
  refresh(kind: EngineKind): Promise<void>
}

/** Asks nothing before somebody looks. */
export function createEngineMemory({ hub, hardware, now }: Options): EngineMemory {
  const held = new Map<EngineKind, readonly HeldModel[]>()
  const askedAt = new Map<EngineKind, number>()

  async function refresh(kind: EngineKind): Promise<void> {
    askedAt.set(kind, now())
    const engine = hub.engine(kind)
    if (engine === null) return
    await engine.loaded({ signal: AbortSignal.timeout(deadlineMs) }).then(
      (models) => held.set(kind, models),
      () => {},
    )
  }

  /** Asks beside the look, which shows what is known already. */
  function look({ kind, condition }: { kind: EngineKind; condition: string }): readonly HeldModel[] {
    if (condition !== 'ready') held.delete(kind)
    else if (now() - (askedAt.get(kind) ?? Number.NEGATIVE_INFINITY) >= restMs) void refresh(kind)
    return held.get(kind) ?? []
  }

  return {
    engines: () =>
      hub.statuses().map((status) => {
        const isHere = status.kind === 'embedded' || /\b(localhost|127\.0\.0\.1)\b/.test(status.label)
        return {
          ...status,
          isActive: hub.active() === status.kind,
          models: look(status).map(({ name, sizeBytes }) => ({ name, sizeBytes })),
          // What lies in a GPU's memory is no part of the machine's.
          memoryBytes: isHere && hardware().gpu === null ? totalmem() : null,
        }
      }),
    held(kind) {
      const status = hub.statuses().find((each) => each.kind === kind)
      return status === undefined ? [] : look(status)
    },
    refresh,
  }
}

import type { EngineKind, ModelInfo, Usage } from '@reynard/protocol'

/** A finished answer, for the record of how fast a model is here. */
export type FinishedRun = { engine: EngineKind; model: string; usage: Usage }

/** How fast each model answered and loaded on this machine. */
export type ModelSpeeds = {
  learn(run: FinishedRun): void
  /** The model with what was measured of it; as it was where nothing was. */
  apply(model: ModelInfo): ModelInfo
}

/** A new answer weighs this much: a machine that got busier shows after a few, one slow answer does not shake the number. */
const weight = 0.3
/** Fewer tokens say more about the timer than about the model. */
const fewestTokens = 8
/** An engine that has the model in memory reports a few milliseconds all the same. */
const leastLoadMs = 100

/** Knows nothing at first. */
export function createModelSpeeds(): ModelSpeeds {
  const speeds = new Map<string, { tokensPerSecond: number | null; loadMs: number | null }>()
  const blend = (old: number | null, fresh: number | null) =>
    fresh === null ? old : old === null ? fresh : old + weight * (fresh - old)

  return {
    learn({ engine, model, usage }) {
      const key = `${engine} ${model}`
      const { completionTokens = 0, completionMs = 0, loadMs = 0 } = usage
      const rate =
        completionTokens >= fewestTokens && completionMs > 0 ? (completionTokens * 1000) / completionMs : null
      const old = speeds.get(key) ?? { tokensPerSecond: null, loadMs: null }
      speeds.set(key, {
        tokensPerSecond: blend(old.tokensPerSecond, rate),
        loadMs: blend(old.loadMs, loadMs >= leastLoadMs ? loadMs : null),
      })
    },
    apply(model) {
      const speed = speeds.get(`${model.engine} ${model.name}`)
      if (!speed) return model
      return {
        ...model,
        tokensPerSecond:
          speed.tokensPerSecond === null ? model.tokensPerSecond : Math.round(speed.tokensPerSecond * 10) / 10,
        loadMs: speed.loadMs === null ? model.loadMs : Math.round(speed.loadMs),
      }
    },
  }
}

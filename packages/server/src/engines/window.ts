import type { ModelInfo } from '@reynard/protocol'

/** Roomy for a chat, and small enough for a laptop's memory: a window costs memory whether it is used or not. */
const usualContextTokens = 8_192

/**
 * The window a model runs with, in tokens: one number per model, whoever asks, because an engine loads a model anew for another one.
 * The operator's number, else the usual one; never above what the model was trained for.
 */
export function pinnedContextTokens(model: ModelInfo, set: number | null): number {
  const most = model.contextTokensMax ?? Number.POSITIVE_INFINITY
  if (set !== null) return Math.min(set, most)
  // A server that is only spoken to has chosen its window already.
  if (model.engine === 'openai') return model.contextTokensMax ?? usualContextTokens
  return Math.min(usualContextTokens, most)
}

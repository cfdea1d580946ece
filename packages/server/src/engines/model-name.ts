import type { ModelInfo } from '@reynard/protocol'

/** Ollama takes a name without a tag for `:latest`, and so do we, on every engine. */
export function sameModel(one: string, other: string): boolean {
  return modelKey(one) === modelKey(other)
}

/** One name for all ways to write it. */
export function modelKey(name: string): string {
  return name.toLowerCase().replace(/:latest$/, '')
}

/** "135M", "0.5B", "494.03M" as a number; null where an engine does not say, or says it in another way ("8x7B"). */
export function parameterCount({ parameterSize }: ModelInfo): number | null {
  const [, amount, unit] = /^([\d.]+)\s*([KMBT])$/i.exec(parameterSize?.trim() ?? '') ?? []
  if (amount === undefined || unit === undefined) return null
  const scale = { K: 1e3, M: 1e6, B: 1e9, T: 1e12 }[unit.toUpperCase()] ?? 1
  return Number(amount) * scale
}

/** A model that can chat. An engine that names no capabilities offers chat models. */
export function canChat(model: ModelInfo): boolean {
  return model.capabilities.length === 0 || model.capabilities.includes('completion')
}

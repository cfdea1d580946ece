import type { ModelInfo } from '@reynard/protocol'

/** Ollama takes a name without a tag for `:latest`, and so do we, on every engine. */
export function sameModel(one: string, other: string): boolean {
  return canonical(one) === canonical(other)
}

function canonical(name: string): string {
  return name.toLowerCase().replace(/:latest$/, '')
}

/** A model that can chat. An engine that names no capabilities offers chat models. */
export function canChat(model: ModelInfo): boolean {
  return model.capabilities.length === 0 || model.capabilities.includes('completion')
}

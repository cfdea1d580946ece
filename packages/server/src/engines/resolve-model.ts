import type { EngineStatus, ModelInfo } from '@reynard/protocol'
import type { EngineSnapshot } from './engine-watch.ts'
import { canChat, sameModel } from './model-name.ts'

/** A model on an engine that answers. */
export type Resolved = { from: EngineSnapshot; model: ModelInfo }

/** The engine that answers when a question names no model: the first one, in order of preference, that is there and has a chat model. */
export function activeEngine(candidates: readonly EngineSnapshot[]): EngineSnapshot | null {
  return candidates.find(({ health, models }) => health?.ok && models.some(canChat)) ?? null
}

/** Looks for a name on the engine that answers, then on the others. */
export function findModel(candidates: readonly EngineSnapshot[], name: string): Resolved | null {
  const active = activeEngine(candidates)
  const order = active ? [active, ...candidates.filter((candidate) => candidate !== active)] : candidates
  for (const from of order) {
    const model = from.health?.ok && from.models.find((model) => canChat(model) && sameModel(model.name, name))
    if (model) return { from, model }
  }
  return null
}

/**
 * The model for conversations that name none: the operator's, else the newest on the engine that answers (the starter, which is only for
 * trying out, last). `note` says so where the operator's is not there.
 */
export function findDefaultModel(
  candidates: readonly EngineSnapshot[],
  wanted: string | null,
): (Resolved & { note: string | null }) | null {
  const asked = wanted === null ? null : findModel(candidates, wanted)
  if (asked) return { ...asked, note: null }
  const from = activeEngine(candidates)
  const model = from?.models.filter(canChat).toSorted(newestFirst)[0]
  if (!from || !model) return null
  const note = wanted === null ? null : `The default model "${wanted}" is not here, so ${model.label} answers.`
  return { from, model, note }
}

/** The starter, which is only for trying out, comes last. */
export function newestFirst(one: ModelInfo, other: ModelInfo): number {
  if ((one.note === null) !== (other.note === null)) return one.note === null ? -1 : 1
  return (other.modifiedAt ?? 0) - (one.modifiedAt ?? 0) || one.name.localeCompare(other.name)
}

/** An engine's state in words, with the way out. */
export function describeEngine({ engine, health, models }: EngineSnapshot): EngineStatus {
  const status = { kind: engine.kind, label: engine.label, version: health?.ok ? health.version : null }
  if (health === null) return { ...status, condition: 'starting', problem: null }
  if (!health.ok) return { ...status, condition: 'unreachable', problem: health.message }
  if (models.some(canChat)) return { ...status, condition: 'ready', problem: null }
  const problem = {
    ollama: 'Ollama answers, but has no model yet. Pull one here or with "ollama pull".',
    embedded: 'There is no model in the models folder yet. Download one, or drop a GGUF file into it.',
    openai: `${engine.label} answers, but offers no model.`,
  }[engine.kind]
  return { ...status, condition: 'no-model', problem }
}

import { assessFit, type Machine, type ModelShape, suggestModel } from '@reynard/engine/embedded'
import type { CatalogModel } from '@reynard/protocol'
import { sameModel } from './model-name.ts'

type Pick = ModelShape & { id: string; label: string; description: string; license: string }

/** A few models of Ollama's library that do well in a chat, smallest first. Sizes as the library lists them, rounded. */
const picks: readonly Pick[] = [
  {
    id: 'qwen3:1.7b',
    label: 'Qwen3 1.7B',
    description: 'Small; can think before it answers.',
    license: 'Apache-2.0',
    sizeBytes: 1_400_000_000,
    contextTokens: 40_960,
    windowBytesPerToken: 114_688,
    capabilities: ['completion', 'tools', 'thinking'],
  },
  {
    id: 'llama3.2:3b',
    label: 'Llama 3.2 3B',
    description: 'Quick and pleasant to read, answers at once.',
    license: 'Llama 3.2 Community License',
    sizeBytes: 2_000_000_000,
    contextTokens: 131_072,
    windowBytesPerToken: 114_688,
    capabilities: ['completion', 'tools'],
  },
  {
    id: 'qwen3:4b',
    label: 'Qwen3 4B',
    description: 'A good helper for a computer with 16 GB; can think before it answers.',
    license: 'Apache-2.0',
    sizeBytes: 2_500_000_000,
    contextTokens: 262_144,
    windowBytesPerToken: 147_456,
    capabilities: ['completion', 'tools', 'thinking'],
  },
  {
    id: 'qwen3:8b',
    label: 'Qwen3 8B',
    description: 'The best of this list, for a graphics card or for patience.',
    license: 'Apache-2.0',
    sizeBytes: 5_200_000_000,
    contextTokens: 40_960,
    windowBytesPerToken: 147_456,
    capabilities: ['completion', 'tools', 'thinking'],
  },
]

/**
 * What an Ollama could pull, judged by this machine (an Ollama elsewhere may do better). `id` is the name to pull by.
 */
export function describeOllamaCatalog(machine: Machine, installedNames: readonly string[]): CatalogModel[] {
  const models = picks.map((pick) => ({ pick, ...assessFit(pick, machine) }))
  const suggested = suggestModel(picks, machine)?.id
  return models.map(({ pick: { windowBytesPerToken: _shape, ...pick }, ...fit }) => ({
    ...pick,
    ...fit,
    source: 'ollama',
    suggested: pick.id === suggested,
    installed: installedNames.some((name) => sameModel(name, pick.id)),
  }))
}

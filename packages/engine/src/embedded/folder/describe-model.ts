import type { ModelCapability } from '@reynard/protocol'
import type { SamplingRecommendation } from '../../engine.ts'
import type { GgufHeader } from './gguf-header.ts'
import { findKnownModel } from './known-models.ts'
import { labelFrom } from './model-label.ts'

/** What a header means in words: the part of a model's card that does not change while its file stays. */
export type ModelCard = {
  label: string
  /** One of the two that are fetched unasked. */
  isStarter: boolean
  family: string | null
  parameterSize: string | null
  quantization: string | null
  contextTokensMax: number | null
  capabilities: ModelCapability[]
  template: string | null
  license: string | null
  recommended: SamplingRecommendation
}

/** llama.cpp's `llama_ftype`, the names people know. */
const quantizations: Record<number, string> = {
  0: 'F32',
  1: 'F16',
  2: 'Q4_0',
  3: 'Q4_1',
  7: 'Q8_0',
  8: 'Q5_0',
  9: 'Q5_1',
  10: 'Q2_K',
  11: 'Q3_K_S',
  12: 'Q3_K_M',
  13: 'Q3_K_L',
  14: 'Q4_K_S',
  15: 'Q4_K_M',
  16: 'Q5_K_S',
  17: 'Q5_K_M',
  18: 'Q6_K',
  25: 'IQ4_NL',
  30: 'IQ4_XS',
  32: 'BF16',
}

/**
 * What publishers ask their models to be sampled with, where the file itself does not say (newer ones carry `general.sampling.*`).
 * The first pattern that fits the name wins. Sources: the models' cards and generation_config.json.
 */
const publishersSampling: readonly (readonly [name: RegExp, sampling: SamplingRecommendation])[] = [
  [/smollm2/i, { temperature: 0.2, topP: 0.9 }],
  [/qwen3.*instruct-2507/i, { temperature: 0.7, topP: 0.8 }],
  [/qwen3\.5/i, { temperature: 0.7, topP: 0.8 }],
  [/qwen3/i, { temperature: 0.6, topP: 0.95 }],
  [/qwen2\.5/i, { temperature: 0.7, topP: 0.8 }],
]

/** @param file `fileName` without folder and `.gguf`; `sizeBytes` tells whether it is a published file that we know. */
export function describeModel(header: GgufHeader, file: { fileName: string; sizeBytes: number }): ModelCard {
  const { fileName, sizeBytes } = file
  const { metadata } = header
  const text = (key: string) => {
    const value = metadata.get(key)
    return typeof value === 'string' && value !== '' ? value : null
  }
  const number = (key: string) => {
    const value = metadata.get(key)
    return typeof value === 'number' ? value : null
  }
  const family = text('general.architecture')
  const template = text('tokenizer.chat_template')
  const own: SamplingRecommendation = {}
  const temperature = number('general.sampling.temp')
  const topP = number('general.sampling.top_p')
  if (temperature !== null) own.temperature = temperature
  if (topP !== null) own.topP = topP
  const published = publishersSampling.find(([name]) => name.test(`${fileName} ${text('general.name') ?? ''}`))?.[1]
  const parameterSize = text('general.size_label') ?? shortCount(header.parameters)
  const quantization = quantizations[number('general.file_type') ?? -1] ?? null
  const known = findKnownModel(fileName, sizeBytes)
  return {
    label: known?.label ?? labelFrom({ fileName, text, quantization }),
    isStarter: known?.isStarter ?? false,
    family,
    parameterSize,
    quantization,
    contextTokensMax: number(`${family}.context_length`),
    capabilities: capabilitiesOf(family, number(`${family}.pooling_type`), template),
    template,
    license: text('general.license'),
    recommended: { ...published, ...own },
  }
}

/** Vision needs a second file (mmproj) and is not offered here, whatever the template says. */
function capabilitiesOf(family: string | null, pooling: number | null, template: string | null): ModelCapability[] {
  if ((pooling ?? 0) > 0 || family?.includes('bert')) return ['embedding']
  const capabilities: ModelCapability[] = ['completion']
  if (template !== null && /\btools\b/.test(template)) capabilities.push('tools')
  if (template !== null && /enable_thinking|<think>/.test(template)) capabilities.push('thinking')
  return capabilities
}

function shortCount(parameters: number): string | null {
  if (parameters === 0) return null
  if (parameters >= 1e9) return `${(parameters / 1e9).toFixed(1)}B`
  return `${Math.round(parameters / 1e6)}M`
}

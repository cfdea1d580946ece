import type { ModelCapability, ModelInfo } from '@reynard/protocol'
import type { SamplingRecommendation } from '../engine.ts'

/** What `/api/show` tells of a model, as far as it is needed and as far as it is of the right type. */
export type ShownModel = {
  capabilities: ModelCapability[]
  contextTokensMax: number | null
  recommended: SamplingRecommendation
  template: string | null
  license: string | null
}

const known: ReadonlySet<string> = new Set(['completion', 'tools', 'thinking', 'vision', 'embedding', 'insert'])
const isCapability = (value: unknown): value is ModelCapability => typeof value === 'string' && known.has(value)

function readCapabilities(value: unknown): ModelCapability[] | null {
  return Array.isArray(value) ? value.filter(isCapability) : null
}

/** Reads an answer of `/api/show`. What is missing there or of another type counts as not said. */
export function readShow(show: object): ShownModel {
  const info: unknown = Reflect.get(show, 'model_info')
  const length =
    typeof info === 'object' && info !== null
      ? Object.entries(info).find(([key]) => key.endsWith('.context_length'))?.[1]
      : undefined
  return {
    capabilities: readCapabilities(Reflect.get(show, 'capabilities')) ?? ['completion'],
    contextTokensMax: typeof length === 'number' && length > 0 ? length : null,
    recommended: readSampling(text(Reflect.get(show, 'parameters')) ?? ''),
    template: text(Reflect.get(show, 'template')),
    license: text(Reflect.get(show, 'license')),
  }
}

/** The `parameters` of a Modelfile are padded text, one to a line: `temperature                    0.2`. */
function readSampling(parameters: string): SamplingRecommendation {
  const found: SamplingRecommendation = {}
  for (const line of parameters.split('\n')) {
    const [, name, value] = /^(temperature|top_p)\s+"?([\d.]+)"?\s*$/.exec(line) ?? []
    const number = Number(value)
    if (!Number.isFinite(number)) continue
    if (name === 'temperature') found.temperature = number
    if (name === 'top_p') found.topP = number
  }
  return found
}

/** An entry of `/api/tags` with what `show` and `ps` add. */
export function readModel(
  tag: object,
  shown: ShownModel | null,
  loadedContextTokens: number | null | undefined,
): ModelInfo | null {
  const name = text(Reflect.get(tag, 'model')) ?? text(Reflect.get(tag, 'name'))
  if (name === null || name === '') return null
  const details: unknown = Reflect.get(tag, 'details')
  const detail = (key: string) => text(Reflect.get(Object(details), key))
  const modifiedAt = Date.parse(text(Reflect.get(tag, 'modified_at')) ?? '')
  const size: unknown = Reflect.get(tag, 'size')
  return {
    name,
    engine: 'ollama',
    label: name.replace(/:latest$/, ''),
    sizeBytes: typeof size === 'number' ? size : null,
    digest: text(Reflect.get(tag, 'digest')),
    modifiedAt: Number.isNaN(modifiedAt) ? null : modifiedAt,
    family: detail('family'),
    parameterSize: detail('parameter_size'),
    quantization: detail('quantization_level'),
    contextTokensMax: shown?.contextTokensMax ?? null,
    contextTokens: loadedContextTokens ?? null,
    capabilities: readCapabilities(Reflect.get(tag, 'capabilities')) ?? shown?.capabilities ?? ['completion'],
    loaded: loadedContextTokens !== undefined,
    tokensPerSecond: null,
    loadMs: null,
    note: null,
  }
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

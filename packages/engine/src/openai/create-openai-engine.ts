import { AppError, errorCodeOf, type ModelInfo } from '@reynard/protocol'
import type { Engine, ManagementVerb } from '../engine.ts'
import { type ManagementCall, managementError, managementFetch } from '../http/management-fetch.ts'
import { createDispatcher } from '../http/open-stream.ts'
import { serverLabel } from '../http/server-label.ts'
import { type Deadline, type EngineTimers, systemTimers } from '../http/timers.ts'
import { createOpenAiChat } from './chat.ts'

export type OpenAiEngineOptions = {
  /** With or without a path: `http://localhost:8080` means `http://localhost:8080/v1`. */
  baseUrl: string
  apiKey?: string
  /** How long the first token, and each next one, may take. */
  timeoutMs?: Deadline
  timers?: EngineTimers
}

const healthMs = 3_000
const callMs = 15_000

/** Any server that speaks OpenAI's chat completions: vLLM, llama.cpp, LM Studio, a hosted one. Its models are managed elsewhere. */
export function createOpenAiEngine(options: OpenAiEngineOptions): Engine {
  const { timeoutMs = 300_000, timers = systemTimers, apiKey } = options
  const baseUrl = apiRoot(options.baseUrl)
  const server = serverLabel('OpenAI-compatible server', baseUrl)
  const headers: Record<string, string> = apiKey ? { authorization: `Bearer ${apiKey}` } : {}
  const dispatcher = createDispatcher()
  const closing = new AbortController()

  async function models(call: { signal: AbortSignal }, deadlineMs: number): Promise<ModelInfo[]> {
    const signal = AbortSignal.any([call.signal, closing.signal, AbortSignal.timeout(deadlineMs)])
    const full: ManagementCall = { signal, server, headers, model: '' }
    try {
      const answer: unknown = await (await managementFetch(full)(`${baseUrl}/models`)).json()
      const data: unknown = Reflect.get(Object(answer), 'data')
      if (!Array.isArray(data)) throw new AppError('engine-failed', `${server} gives no list of models.`)
      return data.flatMap((entry: unknown) => toModel(entry) ?? [])
    } catch (error) {
      if (error instanceof SyntaxError) throw new AppError('engine-failed', `${server} gives no list of models.`)
      throw managementError(error, full)
    }
  }

  const unsupported = (verb: ManagementVerb) => new AppError('unsupported', `${server} can't ${verb} models from here.`)

  return {
    kind: 'openai',
    label: server,
    supports: new Set(),
    chat: createOpenAiChat({ baseUrl, server, headers, dispatcher, timers, timeoutMs, closing: closing.signal }),
    async health(call) {
      try {
        await models(call, healthMs)
        return { ok: true, version: null }
      } catch (error) {
        const message = error instanceof Error ? error.message : `${server} does not answer.`
        return { ok: false, code: errorCodeOf(error) ?? 'engine-failed', message }
      }
    },
    list: (call) => models(call, callMs),
    async show(name, call) {
      const model = (await models(call, callMs)).find((candidate) => candidate.name === name)
      if (model === undefined) {
        throw new AppError('model-missing', `The model "${name}" is not here.`, { docs: 'model-missing' })
      }
      return { ...model, recommended: {}, template: null, license: null }
    },
    loaded: async () => [],
    embed: async () => {
      throw unsupported('embed')
    },
    // biome-ignore lint/correctness/useYield: the verb is refused before anything could come.
    async *pull() {
      throw unsupported('pull')
    },
    remove: async () => {
      throw unsupported('remove')
    },
    copy: async () => {
      throw unsupported('copy')
    },
    create: async () => {
      throw unsupported('create')
    },
    load: async () => {
      throw unsupported('load')
    },
    unload: async () => {
      throw unsupported('unload')
    },
    async close() {
      closing.abort()
      await dispatcher.destroy()
    },
  }
}

function apiRoot(baseUrl: string): string {
  const trimmed = baseUrl.replace(/\/+$/, '')
  const url = URL.parse(trimmed)
  return url !== null && url.pathname === '/' ? `${trimmed}/v1` : trimmed
}

/** The standard has a name and a date; vLLM, LM Studio and llama.cpp add the window, each under a name of its own. */
function toModel(entry: unknown): ModelInfo | null {
  const get = (name: string): unknown => Reflect.get(Object(entry), name)
  const id = get('id')
  if (typeof id !== 'string' || id === '') return null
  const created = get('created')
  const trained: unknown = Reflect.get(Object(get('meta')), 'n_ctx_train')
  const length = get('max_model_len') ?? get('max_context_length') ?? get('context_length') ?? trained
  const contextTokens = typeof length === 'number' && length > 0 ? length : null
  return {
    name: id,
    engine: 'openai',
    label: id,
    sizeBytes: null,
    digest: null,
    modifiedAt: typeof created === 'number' ? created * 1000 : null,
    family: null,
    parameterSize: null,
    quantization: null,
    contextTokensMax: contextTokens,
    contextTokens,
    capabilities: ['completion', 'tools', ...(seesImages(entry, id) ? (['vision'] as const) : [])],
    loaded: true,
    tokensPerSecond: null,
    loadMs: null,
    note: null,
  }
}

/** Families of models that see, as their makers name them. */
const seeing =
  /(?:^|[-_/.:])(?:vl|vlm|vision|llava|pixtral|internvl\d*|gpt-4o|gpt-4\.1|gpt-5|o3|o4-mini|gemini|claude)(?:[-_/.:@]|$)/i

/** Nothing in the standard says it: OpenRouter, Mistral, LM Studio and llama.cpp each do in their own way; elsewhere the name does. */
function seesImages(entry: unknown, id: string): boolean {
  const get = (of: unknown, name: string): unknown => Reflect.get(Object(of), name)
  const said = [get(get(entry, 'architecture'), 'input_modalities'), get(entry, 'capabilities')]
  const lists = said.filter((each) => Array.isArray(each)).flat()
  if (lists.some((each) => each === 'image' || each === 'vision' || each === 'multimodal')) return true
  if (get(get(entry, 'capabilities'), 'vision') === true || get(entry, 'type') === 'vlm') return true
  return lists.length === 0 && seeing.test(id)
}

import { AppError, type EngineKind, type ModelInfo } from '@reynard/protocol'
import type { ChatRequest, Engine, EngineHealth, EnginePart, ManagementVerb, ModelDetails } from '../engine.ts'
import { createGate, type Gate } from './gate.ts'

export { collectParts } from './collect-parts.ts'
export { createGate, type Gate }

/** One step of an answer: a part as it is, a piece of text, or a gate that holds the answer until the test opens it. */
export type ScriptStep = EnginePart | string | Gate

/** What the engine answers: the same steps each time, or steps made from the request. `AsyncIterable` may wait for whatever it likes. */
export type Script =
  | ScriptStep[]
  | ((request: ChatRequest, call: { signal: AbortSignal }) => Iterable<ScriptStep> | AsyncIterable<ScriptStep>)

/** A chat that the engine was asked for. */
export type RecordedChat = {
  request: ChatRequest
  /** How the caller left it: by its signal, by leaving the loop early, or having heard it out. */
  left: Promise<'aborted' | 'returned' | 'finished'>
}

export type ScriptedEngineOptions = {
  kind?: EngineKind
  label?: string
  supports?: Iterable<ManagementVerb>
  /** Models by name or in part; the first one is there by default: `scripted:1b`. */
  models?: (string | (Partial<ModelInfo> & { name: string }))[]
  script?: Script
}

/** An engine in memory, for tests of what stands above the seam. */
export type ScriptedEngine = Engine & {
  /** Every chat so far, oldest first. */
  readonly chats: RecordedChat[]
  /** Resolves with chat number `index` (from 0) as soon as it was asked for. */
  chatAt(index: number): Promise<RecordedChat>
  setScript(script: Script): void
  setHealth(health: EngineHealth): void
  setModels(models: (string | (Partial<ModelInfo> & { name: string }))[]): void
}

const allVerbs: ManagementVerb[] = ['pull', 'remove', 'copy', 'create', 'load', 'unload', 'embed']

/**
 * An `Engine` that plays a script. A script that brings no `end` or `error` gets an `end` with counted tokens; an aborted signal
 * ends it with `error: aborted`, also while it stands at a gate. A model that is not in the list is `model-missing`.
 */
export function createScriptedEngine(options: ScriptedEngineOptions = {}): ScriptedEngine {
  const kind = options.kind ?? 'ollama'
  const supports = new Set(options.supports ?? allVerbs)
  const chats: RecordedChat[] = []
  const waiters = new Map<number, (chat: RecordedChat) => void>()
  const closing = new AbortController()
  let script: Script = options.script ?? ['Hello', ' from', ' the', ' script', '.']
  let health: EngineHealth = { ok: true, version: '0.0.0' }
  let models = (options.models ?? ['scripted:1b']).map((model) => toModel(kind, model))

  const need = (verb: ManagementVerb) => {
    if (!supports.has(verb)) throw new AppError('unsupported', `This engine cannot ${verb}.`)
  }
  const find = (name: string) => {
    const model = models.find((candidate) => candidate.name === name || candidate.name === `${name}:latest`)
    if (model === undefined) throw new AppError('model-missing', `The model "${name}" is not here.`)
    return model
  }
  const add = (model: ModelInfo) => {
    models = [...models.filter((other) => other.name !== model.name), model]
  }

  async function* chat(request: ChatRequest, call: { signal: AbortSignal }): AsyncGenerator<EnginePart, void> {
    const signal = AbortSignal.any([call.signal, closing.signal])
    const left = Promise.withResolvers<'aborted' | 'returned' | 'finished'>()
    const recorded = { request, left: left.promise }
    waiters.get(chats.push(recorded) - 1)?.(recorded)
    signal.addEventListener('abort', () => left.resolve('aborted'), { once: true })
    let tokens = 0
    try {
      if (!models.some((model) => model.name === request.model || model.name === `${request.model}:latest`)) {
        left.resolve('finished')
        yield { type: 'error', code: 'model-missing', message: `The model "${request.model}" is not here.` }
        return
      }
      const steps = typeof script === 'function' ? script(request, { signal }) : script
      for await (const step of abortable(steps, signal)) {
        if (typeof step === 'object' && 'gate' in step) {
          step.arrive()
          await Promise.race([step.opened, aborted(signal)])
          if (signal.aborted) break
          continue
        }
        const part: EnginePart = typeof step === 'string' ? { type: 'text', text: step } : step
        tokens += part.type === 'text' || part.type === 'reasoning' ? 1 : 0
        if (request.maxTokens !== undefined && tokens > request.maxTokens) {
          left.resolve('finished')
          yield { type: 'end', reason: 'length', usage: { promptTokens: 1, completionTokens: request.maxTokens } }
          return
        }
        if (part.type === 'end' || part.type === 'error') left.resolve('finished')
        yield part
        if (part.type === 'end' || part.type === 'error') return
        if (signal.aborted) break
      }
      if (signal.aborted) {
        yield { type: 'error', code: 'aborted', message: 'The answer was stopped.' }
        return
      }
      const prompt = request.messages.reduce((sum, message) => sum + Math.ceil(message.content.length / 4), 0)
      left.resolve('finished')
      yield { type: 'end', reason: 'stop', usage: { promptTokens: prompt, completionTokens: tokens } }
    } finally {
      left.resolve('returned')
    }
  }

  return {
    kind,
    label: options.label ?? 'Scripted engine',
    supports,
    chats,
    chatAt: (index) => {
      const there = chats[index]
      if (there !== undefined) return Promise.resolve(there)
      return new Promise((resolve) => waiters.set(index, resolve))
    },
    setScript: (next) => {
      script = next
    },
    setHealth: (next) => {
      health = next
    },
    setModels: (next) => {
      models = next.map((model) => toModel(kind, model))
    },
    chat,
    embed: async ({ model, input }) => {
      need('embed')
      find(model)
      return { vectors: input.map((text) => [text.length, 1, 0]), promptTokens: input.length }
    },
    health: async () => health,
    list: async () => {
      if (!health.ok) throw new AppError(health.code, health.message)
      return models
    },
    show: async (name): Promise<ModelDetails> => ({ ...find(name), recommended: {}, template: null, license: null }),
    loaded: async () =>
      models
        .filter((model) => model.loaded)
        .map(({ name, contextTokens, sizeBytes }) => ({ name, contextTokens, sizeBytes, expiresAt: null })),
    async *pull(name) {
      need('pull')
      yield { status: 'pulling manifest', completedBytes: null, totalBytes: null }
      yield { status: 'pulling', completedBytes: 50, totalBytes: 100 }
      yield { status: 'success', completedBytes: 100, totalBytes: 100 }
      add(toModel(kind, name))
    },
    remove: async (name) => {
      need('remove')
      const model = find(name)
      models = models.filter((other) => other !== model)
    },
    copy: async (source, destination) => {
      need('copy')
      add({ ...find(source), name: destination })
    },
    create: async (request) => {
      need('create')
      add({ ...find(request.from), name: request.model })
    },
    load: async ({ model }) => {
      need('load')
      add({ ...find(model), loaded: true })
    },
    unload: async (name) => {
      need('unload')
      add({ ...find(name), loaded: false })
    },
    close: async () => closing.abort(),
  }
}

function toModel(engine: EngineKind, model: string | (Partial<ModelInfo> & { name: string })): ModelInfo {
  const given = typeof model === 'string' ? { name: model } : model
  return {
    engine,
    label: given.name,
    sizeBytes: 1_000_000,
    digest: null,
    modifiedAt: 0,
    family: 'scripted',
    parameterSize: '1B',
    quantization: 'Q4_0',
    contextTokensMax: 8192,
    contextTokens: 4096,
    capabilities: ['completion'],
    loaded: false,
    tokensPerSecond: null,
    loadMs: null,
    note: null,
    ...given,
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

/** The steps until they end or the signal is aborted, whichever comes first, even while a step is being waited for. */
async function* abortable<T>(steps: Iterable<T> | AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T, void> {
  const iterator = Symbol.asyncIterator in steps ? steps[Symbol.asyncIterator]() : steps[Symbol.iterator]()
  const gone = aborted(signal)
  while (!signal.aborted) {
    const next = await Promise.race([Promise.resolve(iterator.next()), gone])
    if (next === undefined || next.done === true) return
    yield next.value
  }
}

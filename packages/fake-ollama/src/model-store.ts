import { createHash } from 'node:crypto'

/** A model as `/api/tags` and `/api/show` tell of it. Sizes in bytes, windows in tokens. */
export type FakeModel = {
  name: string
  sizeBytes: number
  family: string
  parameterSize: string
  quantization: string
  contextTokensMax: number
  capabilities: string[]
  template: string
  /** Lines of the Modelfile, e.g. `{ temperature: 0.2 }`. */
  parameters: Record<string, string | number>
  license: string
  modifiedAt: string
}

export type FakeModelInput = string | (Partial<FakeModel> & { name: string })

type Waiting = { contextTokens: number; loadMs: number; keepAliveMs: number | undefined; admit: () => void }
type Runner = {
  contextTokens: number
  loading: boolean
  active: number
  expiresAt: number
  /** Set by an unload that waits for the chats of this runner. */
  leaving: boolean
}

export type ModelStore = {
  all(): FakeModel[]
  /** By name, with or without `:latest`. */
  find(name: string): FakeModel | undefined
  add(model: FakeModelInput): FakeModel
  remove(name: string): boolean
  /** Runners in memory, as `/api/ps` lists them. */
  running(): { model: FakeModel; contextTokens: number; expiresAt: number }[]
  /**
   * Loads the model if it must and waits for a slot, first come first served. Resolves with the function that gives the slot back;
   * rejects when the signal is aborted.
   */
  acquire(model: FakeModel, need: SlotNeed, signal: AbortSignal): Promise<() => void>
  /** Takes the model out of memory as soon as its chats are over. */
  unload(model: FakeModel): Promise<void>
}

type SlotNeed = { parallel: number; contextTokens?: number; loadMs: number; keepAliveMs?: number }

const defaultContextTokens = 4096
const defaultKeepAliveMs = 300_000

export function fullName(name: string): string {
  return name.includes(':') ? name : `${name}:latest`
}

export function digestOf(name: string): string {
  return createHash('sha256').update(name).digest('hex')
}

export function createModelStore(inputs: FakeModelInput[]): ModelStore {
  const models = new Map<string, FakeModel>()
  const runners = new Map<string, Runner>()
  const queues = new Map<string, Waiting[]>()
  const idle = new Map<string, (() => void)[]>()

  const store: ModelStore = {
    all: () => [...models.values()],
    find: (name) => models.get(fullName(name)),
    add: (input) => {
      const model = toModel(input)
      models.set(model.name, model)
      return model
    },
    remove: (name) => {
      runners.delete(fullName(name))
      return models.delete(fullName(name))
    },
    running: () => {
      const now = Date.now()
      for (const [name, runner] of runners) {
        if (!runner.loading && runner.active === 0 && runner.expiresAt <= now) runners.delete(name)
      }
      return [...runners].flatMap(([name, { loading, contextTokens, expiresAt }]) => {
        const model = models.get(name)
        return model === undefined || loading ? [] : [{ model, contextTokens, expiresAt }]
      })
    },
    acquire: (model, need, signal) => {
      const queue = queues.get(model.name) ?? []
      queues.set(model.name, queue)
      return new Promise((resolve, reject) => {
        const leave = () => {
          const index = queue.indexOf(waiting)
          if (index >= 0) queue.splice(index, 1)
          reject(new Error('The client has gone.'))
        }
        const waiting: Waiting = {
          contextTokens: need.contextTokens ?? defaultContextTokens,
          loadMs: need.loadMs,
          keepAliveMs: need.keepAliveMs,
          admit: () => {
            signal.removeEventListener('abort', leave)
            let given = false
            resolve(() => {
              if (given) return
              given = true
              release(model.name, need)
            })
          },
        }
        if (signal.aborted) return leave()
        signal.addEventListener('abort', leave, { once: true })
        queue.push(waiting)
        pump(model.name, need.parallel)
      })
    },
    unload: async (model) => {
      const runner = runners.get(model.name)
      if (runner === undefined) return
      runner.leaving = true
      if (runner.active > 0) {
        await new Promise<void>((resolve) => idle.set(model.name, [...(idle.get(model.name) ?? []), resolve]))
      }
      runners.delete(model.name)
    },
  }

  const pump = (name: string, parallel: number) => {
    const next = queues.get(name)?.[0]
    if (next === undefined) return
    const runner = runners.get(name)
    if (runner === undefined || (!runner.loading && runner.contextTokens !== next.contextTokens)) {
      if (runner !== undefined && runner.active > 0) return
      const fresh: Runner = {
        contextTokens: next.contextTokens,
        loading: true,
        active: 0,
        expiresAt: Number.POSITIVE_INFINITY,
        leaving: false,
      }
      runners.set(name, fresh)
      const loaded = () => {
        fresh.loading = false
        fresh.expiresAt = Date.now() + (next.keepAliveMs ?? defaultKeepAliveMs)
        pump(name, parallel)
      }
      if (next.loadMs > 0) setTimeout(loaded, next.loadMs)
      else loaded()
      return
    }
    if (runner.loading || runner.active >= parallel) return
    runner.active++
    if (next.keepAliveMs !== undefined) runner.expiresAt = Date.now() + next.keepAliveMs
    queues.get(name)?.shift()
    next.admit()
    pump(name, parallel)
  }

  const release = (name: string, need: SlotNeed) => {
    const runner = runners.get(name)
    if (runner === undefined) return
    runner.active--
    runner.expiresAt = Date.now() + (need.keepAliveMs ?? defaultKeepAliveMs)
    if (runner.active === 0) {
      for (const resolve of idle.get(name) ?? []) resolve()
      idle.delete(name)
    }
    pump(name, need.parallel)
  }

  for (const input of inputs) store.add(input)
  return store
}

function toModel(input: FakeModelInput): FakeModel {
  const given = typeof input === 'string' ? { name: input } : input
  return {
    sizeBytes: 1_321_098_329,
    family: 'llama',
    parameterSize: '1.2B',
    quantization: 'Q8_0',
    contextTokensMax: 131_072,
    capabilities: ['completion', 'tools'],
    template: '{{ .Prompt }}',
    parameters: {},
    license: 'apache-2.0',
    modifiedAt: '2026-11-01T10:00:00.000000000Z',
    ...given,
    name: fullName(given.name),
  }
}

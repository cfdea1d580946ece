import { AppError, errorCodeOf, type ModelInfo } from '@reynard/protocol'
// The browser build: the other one reads files of this machine that a request names.
import { Ollama } from 'ollama/browser'
import type { Engine, EngineHealth, ModelDetails } from '../engine.ts'
import { type ManagementCall, managementError, managementFetch, toAppError } from '../http/management-fetch.ts'
import type { EngineTimers } from '../http/timers.ts'
import { lineFailure } from '../http/upstream-failure.ts'
import { keepAliveField } from './chat-body.ts'
import { readModel, readShow, type ShownModel } from './model-info.ts'
import { aggregatePull } from './pull-progress.ts'
import type { LoadedNames } from './waiting-watch.ts'

export type ManageDependencies = {
  baseUrl: string
  server: string
  headers: Record<string, string>
  timers: EngineTimers
  closing: AbortSignal
  /** A pull that stands still for so long has failed. */
  stallMs: number
}

type Verbs = Pick<
  Engine,
  'health' | 'list' | 'show' | 'loaded' | 'pull' | 'remove' | 'copy' | 'create' | 'load' | 'unload' | 'embed'
>

const healthMs = 2_000
const callMs = 30_000
/** What a list waits for details of models that it has not seen; what is late is in the next list. */
const detailsMs = 1_000
const loadedFreshMs = 500

/** The full name: what Ollama means by a name without a tag. */
function withTag(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).includes(':') ? name : `${name}:latest`
}

/** Everything but chatting, by way of the `ollama` package: one client per call, for it can't abort a single call of a shared one. */
export function createOllamaManagement(deps: ManageDependencies) {
  const { baseUrl, server, headers, timers, closing } = deps
  /** By digest: a model that was pulled anew is asked again. */
  const details = new Map<string, Promise<ShownModel>>()
  const digests = new Map<string, string>()
  let lastLoaded: { at: number; names: Promise<LoadedNames | null> } | undefined

  async function ask<T>(
    call: { signal: AbortSignal },
    options: { model?: string; deadlineMs: number | null },
    run: (client: Ollama) => Promise<T>,
  ): Promise<T> {
    const deadline = options.deadlineMs === null ? [] : [AbortSignal.timeout(options.deadlineMs)]
    const signal = AbortSignal.any([call.signal, closing, ...deadline])
    const full: ManagementCall = {
      signal,
      server,
      headers,
      model: options.model ?? '',
      isLong: options.deadlineMs === null,
    }
    try {
      return await run(new Ollama({ host: baseUrl, fetch: managementFetch(full) }))
    } catch (error) {
      if (error instanceof SyntaxError) throw new AppError('engine-failed', `${server} does not answer like an Ollama.`)
      throw managementError(error, full)
    }
  }

  const shown = (name: string, digest: string | null, signal: AbortSignal): Promise<ShownModel> => {
    const key = digest ?? name
    const there = details.get(key)
    if (there !== undefined) return there
    const asked = ask({ signal }, { model: name, deadlineMs: callMs }, async (client) =>
      readShow(await client.show({ model: name })),
    )
    details.set(key, asked)
    asked.catch(() => details.delete(key))
    return asked
  }

  const running = (call: { signal: AbortSignal }) =>
    ask(call, { deadlineMs: callMs }, async (client) => {
      const models: unknown = (await client.ps()).models
      return (Array.isArray(models) ? models : []).flatMap((model: unknown) => {
        const name: unknown = Reflect.get(Object(model), 'model') ?? Reflect.get(Object(model), 'name')
        const number = (key: string) => {
          const value: unknown = Reflect.get(Object(model), key)
          return typeof value === 'number' && value > 0 ? value : null
        }
        const digest: unknown = Reflect.get(Object(model), 'digest')
        const expiresAt = Date.parse(String(Reflect.get(Object(model), 'expires_at')))
        if (typeof name !== 'string') return []
        return {
          name,
          digest: typeof digest === 'string' ? digest : null,
          contextTokens: number('context_length'),
          sizeBytes: number('size'),
          // "For ever" is the year 2319.
          expiresAt: Number.isNaN(expiresAt) || expiresAt > Date.now() + 3.2e12 ? null : expiresAt,
        }
      })
    })

  const tags = (call: { signal: AbortSignal }) =>
    ask(call, { deadlineMs: callMs }, async (client) => {
      const models: unknown = (await client.list()).models
      if (!Array.isArray(models)) throw new AppError('engine-failed', `${server} does not answer like an Ollama.`)
      return models.filter((model): model is object => typeof model === 'object' && model !== null)
    })

  /** Details of every model, as far as they come in time. */
  async function describe(models: object[]): Promise<Map<object, ShownModel>> {
    const found = new Map<object, ShownModel>()
    const asking = models.map(async (tag) => {
      const info = readModel(tag, null, undefined)
      if (info === null) return
      if (info.digest !== null) digests.set(info.name, info.digest)
      const shownModel = await shown(info.name, info.digest, closing).catch(() => null)
      if (shownModel !== null) found.set(tag, shownModel)
    })
    let stop = () => {}
    const late = new Promise<void>((resolve) => {
      stop = timers.after(detailsMs, resolve)
    })
    await Promise.race([Promise.all(asking), late])
    stop()
    return found
  }

  const verbs: Verbs = {
    async health(call): Promise<EngineHealth> {
      try {
        const { version } = await ask(call, { deadlineMs: healthMs }, (client) => client.version())
        return { ok: true, version: typeof version === 'string' ? version : null }
      } catch (error) {
        const message = error instanceof Error ? error.message : `${server} does not answer.`
        return { ok: false, code: errorCodeOf(error) ?? 'engine-failed', message }
      }
    },
    async list(call) {
      const [models, inMemory] = await Promise.all([tags(call), running(call).catch(() => [])])
      const found = await describe(models)
      return models.flatMap((tag): ModelInfo[] => {
        const info = readModel(tag, found.get(tag) ?? null, undefined)
        if (info === null) return []
        // Two names of the same weights share one runner, and it is listed under one of them.
        const runner = inMemory.find(
          ({ name, digest }) => name === info.name || (digest !== null && digest === info.digest),
        )
        return [{ ...info, loaded: runner !== undefined, contextTokens: runner?.contextTokens ?? null }]
      })
    },
    async show(name, call): Promise<ModelDetails> {
      const all = await verbs.list(call)
      const info = all.find((model) => model.name === withTag(name))
      if (info === undefined) {
        throw new AppError('model-missing', `The model "${name}" is not here.`, { docs: 'model-missing' })
      }
      const { capabilities, contextTokensMax, recommended, template, license } = await ask(
        call,
        { model: name, deadlineMs: callMs },
        async (client) => readShow(await client.show({ model: name })),
      )
      return { ...info, capabilities, contextTokensMax, recommended, template, license }
    },
    async loaded(call) {
      const all = await running(call)
      return all.map(({ name, contextTokens, sizeBytes, expiresAt }) => ({ name, contextTokens, sizeBytes, expiresAt }))
    },
    async *pull(model, call) {
      const left = new AbortController()
      const signal = AbortSignal.any([call.signal, left.signal])
      try {
        const lines = await ask({ signal }, { model, deadlineMs: null }, (client) =>
          client.pull({ model, stream: true }),
        )
        yield* aggregatePull(lines, deps.stallMs, timers)
      } catch (error) {
        if (error instanceof AppError) throw error
        if (signal.aborted || closing.aborted) throw new AppError('aborted', 'The download was stopped.')
        const text = error instanceof Error ? error.message : String(error)
        if (/file does not exist|not found/i.test(text)) {
          throw new AppError('model-missing', `The library of Ollama has no model "${model}".`, {
            docs: 'model-missing',
          })
        }
        throw toAppError(lineFailure(text, server))
      } finally {
        // Leaving the package's iterator does not close its stream.
        left.abort()
      }
    },
    async remove(model, call) {
      await ask(call, { model, deadlineMs: callMs }, (client) => client.delete({ model }))
    },
    async copy(source, destination, call) {
      await ask(call, { model: source, deadlineMs: callMs }, (client) => client.copy({ source, destination }))
    },
    async create({ model, from, system, parameters }, call) {
      await ask(call, { model: from, deadlineMs: null }, (client) =>
        client.create({ model, from, system, parameters, stream: false }),
      )
    },
    async load({ model, contextTokens, keepAlive }, call) {
      const { capabilities } = await shown(model, digests.get(withTag(model)) ?? null, call.signal)
      const keep_alive = keepAliveField(keepAlive)
      await ask(
        call,
        { model, deadlineMs: null },
        (client): Promise<unknown> =>
          // What only makes vectors is refused by the chat.
          capabilities.includes('completion')
            ? client.chat({ model, messages: [], keep_alive, options: { num_ctx: contextTokens }, stream: false })
            : client.embed({ model, input: [], keep_alive }),
      )
    },
    async unload(model, call) {
      await ask(call, { model, deadlineMs: null }, (client) =>
        client.chat({ model, messages: [], keep_alive: 0, stream: false }),
      )
    },
    async embed({ model, input }, call) {
      const answer = await ask(call, { model, deadlineMs: null }, (client) => client.embed({ model, input }))
      if (!Array.isArray(answer.embeddings) || answer.embeddings.length !== input.length) {
        throw new AppError('engine-failed', `${server} gave no vector for some of the texts.`)
      }
      return { vectors: answer.embeddings, promptTokens: answer.prompt_eval_count ?? null }
    },
  }

  return {
    verbs,
    /** Whether the model thinks; false where that can't be found out, for then the chat itself will say what is wrong. */
    async thinks(model: string, signal: AbortSignal): Promise<boolean> {
      const name = withTag(model)
      // The question outlives this call: others may wait for the same answer.
      const asked = shown(name, digests.get(name) ?? null, closing).catch(() => null)
      const stopped = new Promise<null>((resolve) => {
        if (signal.aborted) resolve(null)
        signal.addEventListener('abort', () => resolve(null), { once: true })
      })
      const found = await Promise.race([asked, stopped])
      return found?.capabilities.includes('thinking') ?? false
    },
    /** Two names of the same weights share a runner, which is listed under one of them: the digest tells. */
    isLoaded(model: string, loaded: LoadedNames): boolean {
      const name = withTag(model)
      const digest = digests.get(name)
      return loaded.has(name) || (digest !== undefined && loaded.has(digest))
    },
    /** Names and digests of what is in memory, at most half a second old and asked for once, however many calls wait. */
    loadedNames(): Promise<LoadedNames | null> {
      const now = timers.now()
      if (lastLoaded === undefined || now - lastLoaded.at > loadedFreshMs) {
        const names = running({ signal: closing }).then(
          (all) => new Set(all.flatMap(({ name, digest }) => (digest === null ? [name] : [name, digest]))),
          () => null,
        )
        lastLoaded = { at: now, names }
      }
      return lastLoaded.names
    },
  }
}

import type { Engine, SamplingRecommendation } from '@reynard/engine'
import type { EngineKind, EngineStatus, ErrorInfo, ModelInfo } from '@reynard/protocol'
import type { Clock, EngineSelection, EngineSelector, EngineTarget, RunLogger } from '../runs/ports.ts'
import type { ServerSettings } from '../settings/server-settings.ts'
import { type EngineSnapshot, type EngineWatch, watchEngine } from './engine-watch.ts'
import { canChat, parameterCount } from './model-name.ts'
import { activeEngine, describeEngine, findDefaultModel, findModel, type Resolved } from './resolve-model.ts'
import { pinnedContextTokens } from './window.ts'

/** How each kind of engine is made. Absent: this server has none of that kind. */
export type EngineFactories = {
  ollama(baseUrl: string): Engine
  openai(baseUrl: string): Engine
  embedded(): Engine
}

/** All engines of this server: which one answers, with which model, and how each is doing. */
export type EngineHub = Omit<EngineSelector, 'select'> & {
  /** Whoever asks: what is for whom stands before it (`groups/permitted-models.ts`). */
  select(query: { model: string | null; strict: boolean }): Promise<EngineSelection>
  statuses(): EngineStatus[]
  active(): EngineKind | null
  /** Nothing answers now, and what a person asks is kept until something does. */
  keepsQuestions(): boolean
  defaultModel(): { name: string; label: string; note: string | null } | null
  models(): ModelInfo[]
  /** Those too that can't chat, such as embedding models. */
  allModels(): ModelInfo[]
  /** The engine of that kind, whether it answers or not. */
  engine(kind: EngineKind): Engine | null
  find(model: string): { engine: Engine; host: string; model: ModelInfo } | null
  /** What the publisher of a model recommends; empty where it says nothing, or the model is not here. */
  recommended(model: string): Promise<SamplingRecommendation>
  /** An embedding model of the engine that answers, where it has one: the smallest. */
  embedder(): { engine: Engine; model: string } | null
  /** Asks every engine (or one) now; resolves when the answers are in. */
  recheck(kind?: EngineKind): Promise<void>
  /** What is under way has begun or ended: whoever waits for a model may ask again. */
  poke(): void
  /** What was heard of publishers' recommendations is asked anew; says of how many models that was. */
  forgetRecommendations(): number
  close(): Promise<void>
}

type Options = {
  settings: ServerSettings
  factories: EngineFactories
  /** Parallel answers of one embedded model, which is known and need not be learnt; slots that the operator set for all models. */
  embeddedSlots: () => number
  defaultSlots: number | null
  /** A sentence while a model is on its way (a download, the search for the first one); null when nothing is. */
  underway: () => string | null
  clock: Clock
  logger: RunLogger
}

/** A model with fewer parameters gives titles that are worse than the question cut short, as SmolLM2-135M shows. */
const titleParameters = 1e9

/** Watches each engine that the settings allow, from now until it is closed. */
export function createEngineHub(options: Options): EngineHub {
  const { settings, factories, clock, logger } = options
  const watches = new Map<EngineKind, { key: string; watch: EngineWatch }>()
  const recommendations = new Map<string, Promise<SamplingRecommendation>>()
  const listeners = new Set<() => void>()
  const closings = new Set<Promise<void>>()
  let closed = false
  /** Some model could have answered since the server started. */
  let hadModel = false
  const suspected = new Set<Promise<void>>()

  const changed = () => {
    hadModel ||= activeEngine(candidates()) !== null
    for (const listener of listeners) listener()
  }

  /** Kinds in order of preference, each with where it is. */
  function wanted(): { kind: EngineKind; key: string; make: () => Engine }[] {
    const { choice, ollamaEnabled, ollamaBaseUrl, openaiBaseUrl } = settings.engine()
    const ollama = { kind: 'ollama' as const, key: ollamaBaseUrl, make: () => factories.ollama(ollamaBaseUrl) }
    const embedded = { kind: 'embedded' as const, key: 'this machine', make: factories.embedded }
    if (choice === 'openai') {
      return openaiBaseUrl === null
        ? []
        : [{ kind: 'openai', key: openaiBaseUrl, make: () => factories.openai(openaiBaseUrl) }]
    }
    if (!ollamaEnabled || choice === 'embedded') return [embedded]
    return choice === 'ollama' ? [ollama] : [ollama, embedded]
  }

  function arrange(): void {
    const plan = wanted()
    for (const [kind, { key, watch }] of watches) {
      if (plan.some((entry) => entry.kind === kind && entry.key === key)) continue
      watches.delete(kind)
      const closing = watch
        .close()
        .catch((error: unknown) => logger.error({ err: error, kind }, 'an engine did not close'))
      closings.add(closing)
      void closing.finally(() => closings.delete(closing))
    }
    for (const { kind, key, make } of plan) {
      if (!watches.has(kind))
        watches.set(kind, { key, watch: watchEngine({ engine: make(), host: key, clock, onChange: changed }) })
    }
    changed()
  }

  const candidates = (): EngineSnapshot[] => wanted().flatMap(({ kind }) => watches.get(kind)?.watch.snapshot() ?? [])

  async function target({ from, model }: Resolved, requestedModel: string | null): Promise<EngineTarget> {
    const { contextTokens, slots, keepAlive } = settings.model(model.name)
    return {
      engine: from.engine,
      host: from.host,
      model: model.name,
      requestedModel,
      contextTokens: pinnedContextTokens(model, contextTokens),
      keepAlive,
      recommended: await recommendation(from, model),
      capabilities: model.capabilities,
      writesTitles: (parameterCount(model) ?? Number.POSITIVE_INFINITY) >= titleParameters,
      slots: slots ?? options.defaultSlots ?? (from.engine.kind === 'embedded' ? options.embeddedSlots() : null),
    }
  }

  /** Asked once per version of a model. One that cannot be asked now is asked again for the next run. */
  function recommendation({ engine, host }: EngineSnapshot, model: ModelInfo): Promise<SamplingRecommendation> {
    const key = [engine.kind, host, model.name, model.digest, model.modifiedAt].join('\n')
    const known = recommendations.get(key)
    if (known) return known
    const asked = engine
      .show(model.name, { signal: AbortSignal.timeout(3_000) })
      .then(({ recommended }) => recommended)
      .catch((error: unknown) => {
        recommendations.delete(key)
        logger.warn({ err: error, model: model.name }, 'a model could not be described')
        return {}
      })
    recommendations.set(key, asked)
    return asked
  }

  function nothing(asked: string | null): EngineSelection {
    const present = candidates()
    if (present.some(({ health }) => health === null)) {
      return { state: 'waiting', sentence: 'Looking for an engine.' }
    }
    const sentence = options.underway()
    if (sentence !== null) return { state: 'waiting', sentence }
    return { state: 'none', error: missing(present, asked), awaitsFirst: !hadModel }
  }

  function missing(present: readonly EngineSnapshot[], asked: string | null): ErrorInfo {
    const answering = present.filter(({ health }) => health?.ok)
    if (asked !== null && activeEngine(present)) {
      return { code: 'model-missing', message: `The model "${asked}" is not here.`, docs: 'model-missing' }
    }
    const docs =
      answering.length === 0 ? 'ollama-not-running' : answering.length < present.length ? 'no-engine' : 'model-missing'
    return { code: 'no-engine', message: problemsOf(present), docs }
  }

  const problemsOf = (snapshots: readonly EngineSnapshot[]) =>
    snapshots.flatMap((snapshot) => describeEngine(snapshot).problem ?? []).join(' ') ||
    'No engine is set up: set OPENAI_BASE_URL, or REYNARD_ENGINE to auto.'

  /** The active engine's first. */
  function everyModel(): ModelInfo[] {
    const active = activeEngine(candidates())
    const order = active ? [active, ...candidates().filter(({ engine }) => engine !== active.engine)] : candidates()
    return order.flatMap(({ models }) =>
      models.map((model) =>
        canChat(model)
          ? { ...model, contextTokens: pinnedContextTokens(model, settings.model(model.name).contextTokens) }
          : model,
      ),
    )
  }

  const stopSettings = settings.onChange(() => {
    if (!closed) arrange()
  })
  arrange()

  async function choose({ model: asked, strict }: { model: string | null; strict: boolean }): Promise<EngineSelection> {
    const found = asked === null ? null : findModel(candidates(), asked)
    if (found) return { state: 'ready', target: await target(found, null) }
    const fallback = findDefaultModel(candidates(), settings.defaultModel())
    if (fallback === null || (asked !== null && strict)) return nothing(asked)
    const requested = asked ?? (fallback.note === null ? null : settings.defaultModel())
    return { state: 'ready', target: await target(fallback, requested) }
  }

  async function recheck(kind?: EngineKind): Promise<void> {
    const asked = kind === undefined ? [...watches.values()] : [watches.get(kind)]
    await Promise.all(asked.map((entry) => entry?.watch.recheck()))
  }

  return {
    async select(query) {
      if (suspected.size > 0) await Promise.all(suspected)
      const selection = await choose(query)
      // Who waits for a first model waits anyway; its engines are looked at every few seconds.
      if (selection.state !== 'none' || selection.awaitsFirst) return selection
      // What was heard is some seconds old, and whoever presses Retry may have just started an engine: ask before refusing.
      await recheck()
      return choose(query)
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    suspect(engine) {
      const looking = recheck(engine.kind)
      suspected.add(looking)
      void looking.finally(() => suspected.delete(looking))
    },
    keepsQuestions() {
      const present = candidates()
      if (activeEngine(present) !== null) return false
      return !hadModel || options.underway() !== null || present.some(({ health }) => health === null)
    },
    statuses() {
      const shown = candidates().map(describeEngine)
      const { choice, ollamaEnabled, openaiBaseUrl } = settings.engine()
      if (choice === 'openai' && openaiBaseUrl === null) {
        const problem = 'No address is set for it: set OPENAI_BASE_URL, or enter one here.'
        shown.push({ kind: 'openai', label: 'OpenAI-compatible server', condition: 'off', version: null, problem })
      }
      if (!ollamaEnabled && choice !== 'openai') {
        const problem = 'Ollama is switched off (OLLAMA_ENABLED).'
        shown.push({ kind: 'ollama', label: 'Ollama', condition: 'off', version: null, problem })
      }
      return shown
    },
    active: () => activeEngine(candidates())?.engine.kind ?? null,
    defaultModel() {
      const found = findDefaultModel(candidates(), settings.defaultModel())
      return found && { name: found.model.name, label: found.model.label, note: found.note }
    },
    models: () => everyModel().filter(canChat),
    allModels: everyModel,
    engine: (kind) => watches.get(kind)?.watch.snapshot().engine ?? null,
    find(name) {
      const found = findModel(candidates(), name)
      return found && { engine: found.from.engine, host: found.from.host, model: found.model }
    },
    async recommended(name) {
      const found = findModel(candidates(), name)
      return found ? recommendation(found.from, found.model) : {}
    },
    embedder() {
      const from = activeEngine(candidates())
      if (!from?.engine.supports.has('embed')) return null
      const [model] = from.models
        .filter(({ capabilities }) => capabilities.includes('embedding'))
        .toSorted((one, other) => (one.sizeBytes ?? 0) - (other.sizeBytes ?? 0))
      return model === undefined ? null : { engine: from.engine, model: model.name }
    },
    poke: changed,
    forgetRecommendations() {
      const { size } = recommendations
      recommendations.clear()
      return size
    },
    recheck,
    async close() {
      closed = true
      stopSettings()
      const open = [...watches.values()]
      watches.clear()
      await Promise.allSettled([...open.map(({ watch }) => watch.close()), ...closings])
    },
  }
}

import { statfs } from 'node:fs/promises'
import { type Db, findModelUses, listLastUses } from '@reynard/db'
import type { Engine } from '@reynard/engine'
import { AppError, type ConsoleModel, type ConsoleModels, type ModelInfo, type ModelVerb } from '@reynard/protocol'
import { deadlineSignal } from '../deadline-signal.ts'
import type { EngineHub } from '../engines/engine-hub.ts'
import { sameModel } from '../engines/model-name.ts'
import type { ModelService } from '../engines/model-service.ts'
import type { Clock, RunLogger } from '../runs/ports.ts'
import type { ServerSettings } from '../settings/server-settings.ts'
import type { EngineMemory } from './engine-memory.ts'
import type { ModelAddress, ModelConsole } from './model-console.ts'
import { whenChanged } from './when-changed.ts'

type Options = {
  db: Db
  hub: Pick<EngineHub, 'engine' | 'statuses' | 'defaultModel' | 'recheck'>
  models: Pick<ModelService, 'all'>
  memory: EngineMemory
  settings: Pick<ServerSettings, 'model' | 'updateModel' | 'view' | 'defaultModel'>
  /** Names of models that answer somebody at this moment. */
  busyModels: () => string[]
  /** Lets go of what the embedded engine holds as soon as it answers nobody. */
  freeEmbedded: () => void
  modelsDir: string
  clock: Clock
  logger: RunLogger
}

/** A large model on a slow disk. */
const loadMs = 30 * 60_000
const copyMs = 60_000
const detailsMs = 10_000
/** What is asked of the database and the disk while somebody looks. */
const restMs = 10_000
/** A disk moves all the time; a page need not hear of less than this. */
const diskStepBytes = 100_000_000
const verbs: readonly ModelVerb[] = ['load', 'unload', 'copy', 'remove']

type Work = Pick<ConsoleModel, 'doing' | 'problem'>
const idle: Work = { doing: null, problem: null }
const keyOf = ({ engine, name }: ModelAddress) => `${engine}/${name}`

/** Costs nothing while nobody looks. What it has loaded or let go goes on without whoever asked. */
export function createModelConsole(options: Options): ModelConsole {
  const { db, hub, models, memory, settings, clock, logger } = options
  const work = new Map<string, Work>()
  const lastUses = createRested(clock, () => listLastUses(db.kysely))
  const freeDisk = createRested(clock, async () => {
    const volume = await statfs(options.modelsDir).catch(() => null)
    return volume === null ? null : Math.floor((volume.bavail * volume.bsize) / diskStepBytes) * diskStepBytes
  })

  function need({ engine: kind, name }: ModelAddress): { engine: Engine; model: ModelInfo } {
    const engine = hub.engine(kind)
    const model = models.all().find((each) => each.engine === kind && each.name === name)
    if (engine === null || model === undefined) throw new AppError('not-found', `The model "${name}" is not here.`)
    return { engine, model }
  }

  function can(engine: Engine, verb: ModelVerb): void {
    if (!engine.supports.has(verb)) {
      throw new AppError('unsupported', `${engine.label} takes no order to ${verb} a model.`)
    }
  }

  function look(info: ModelInfo, used: ReadonlyMap<string, number>): ConsoleModel {
    const engine = hub.engine(info.engine)
    const held = memory.held(info.engine).find(({ name }) => sameModel(name, info.name))
    const isVector = !info.capabilities.includes('completion') && info.capabilities.includes('embedding')
    return {
      ...info,
      where: engine?.label ?? '',
      // The embedded engine loads what makes vectors for each call.
      can: verbs.filter(
        (verb) => engine?.supports.has(verb) && !(isVector && info.engine === 'embedded' && /load/.test(verb)),
      ),
      isBusy: options.busyModels().some((busy) => sameModel(busy, info.name)),
      memory: held === undefined ? null : { sizeBytes: held.sizeBytes, expiresAt: held.expiresAt },
      ...(work.get(keyOf(info)) ?? idle),
      lastUsedAt: used.get(info.name) ?? null,
      keepAlive: settings.model(info.name).keepAlive,
    }
  }

  async function all(): Promise<ConsoleModels> {
    const [used, freeDiskBytes] = await Promise.all([lastUses(), freeDisk()])
    const answering = hub.defaultModel()
    const fixed = settings.view().settings.find(({ name }) => name === 'defaultModel')
    return {
      engines: hub.statuses(),
      models: models.all().map((model) => look(model, used)),
      defaultModel: {
        name: answering?.name ?? null,
        chosen: settings.defaultModel(),
        note: answering?.note ?? null,
        variable: fixed?.source === 'environment' ? fixed.variable : null,
      },
      freeDiskBytes,
    }
  }

  /** Begins now, and says how it ends where `watch` looks. One at a time for each model. */
  function begin(address: ModelAddress, verb: 'load' | 'unload', act: () => Promise<void>): void {
    const key = keyOf(address)
    if (work.get(key)?.doing) return
    work.set(key, { doing: { verb, since: clock.now() }, problem: null })
    void act()
      .then(
        () => idle,
        (error: unknown): Work => {
          logger.warn({ err: error, model: address.name, verb }, 'an order for a model failed')
          return { doing: null, problem: error instanceof Error ? error.message : 'The engine gave no reason.' }
        },
      )
      .then(async (end) => {
        // Over only when the list shows it: a row that is loaded and not yet listed so would look as if nothing had happened.
        await Promise.all([hub.recheck(address.engine), memory.refresh(address.engine)])
        work.set(key, end)
      })
  }

  const loaded = (engine: Engine, { name, contextTokens }: ModelInfo) =>
    engine.load(
      {
        model: name,
        contextTokens: contextTokens ?? undefined,
        keepAlive: settings.model(name).keepAlive ?? undefined,
      },
      { signal: AbortSignal.timeout(loadMs) },
    )

  return {
    watch: (signal) => whenChanged(all, { clock, signal }),
    async details(address, signal) {
      const { engine, model } = need(address)
      const tagless = model.name.replace(/:latest$/, '')
      const [shown, uses] = await Promise.all([
        engine.show(model.name, { signal: deadlineSignal(detailsMs, signal) }),
        findModelUses(db, [tagless, `${tagless}:latest`]),
      ])
      const { license, template, recommended } = shown
      const isDefault = sameModel(settings.defaultModel() ?? '', model.name) || hub.defaultModel()?.name === model.name
      return { engine: model.engine, name: model.name, license, template, recommended, uses: { ...uses, isDefault } }
    },
    load(address) {
      const { engine, model } = need(address)
      can(engine, 'load')
      begin(address, 'load', () => loaded(engine, model))
    },
    unload(address) {
      const { engine, model } = need(address)
      can(engine, 'unload')
      begin(address, 'unload', async () => {
        // A question may come between the look and the deed: here it would be cut off, while Ollama lets it end.
        if (model.engine !== 'embedded') await engine.unload(model.name, { signal: AbortSignal.timeout(loadMs) })
        else if (model.loaded) options.freeEmbedded()
      })
    },
    async setKeepAlive(address, keepAlive) {
      const { engine, model } = need(address)
      await settings.updateModel({ ...settings.model(model.name), keepAlive })
      const isHeld = memory.held(model.engine).some(({ name }) => sameModel(name, model.name))
      // With nothing said an engine keeps the stay that it was told last.
      if (isHeld && keepAlive !== null && engine.supports.has('load'))
        begin(address, 'load', () => loaded(engine, model))
    },
    async copy(address, to, signal) {
      const { engine, model } = need(address)
      can(engine, 'copy')
      const isTaken = models.all().some((each) => each.engine === model.engine && sameModel(each.name, to))
      if (isTaken) throw new AppError('conflict', `There is a model "${to}" already. Choose another name.`)
      await engine.copy(model.name, to, { signal: deadlineSignal(copyMs, signal) })
      await hub.recheck(model.engine)
    },
  }
}

/** Asks again after a rest; shared by all who look. */
function createRested<Value>(clock: Clock, ask: () => Promise<Value>): () => Promise<Value> {
  let known: { at: number; value: Promise<Value> } | null = null
  return () => {
    if (known === null || clock.now() - known.at > restMs) {
      const value = ask()
      known = { at: clock.now(), value }
      value.catch(() => {
        known = null
      })
    }
    return known.value
  }
}

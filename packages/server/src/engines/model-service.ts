import {
  AppError,
  type CatalogModel,
  type ChatDefaults,
  type EngineKind,
  type HubReach,
  type ModelInfo,
} from '@reynard/protocol'
import { deadlineSignal } from '../deadline-signal.ts'
import type { ServerSettings } from '../settings/server-settings.ts'
import type { EngineHub } from './engine-hub.ts'
import type { ModelSpeeds } from './model-speed.ts'

/** Models as people see them: what is here, what could be fetched, what a conversation gets. */
export type ModelService = {
  list(): ModelInfo[]
  /** Those too that can't chat. */
  all(): ModelInfo[]
  catalog(): Promise<CatalogModel[]>
  /** Whether models can be fetched now, from what was heard within the last minute; `fresh` asks the hub anew. Takes seconds at most. */
  hubReach(fresh: boolean): Promise<HubReach>
  /** With what the publisher of `model` recommends. */
  defaults(model: string | null): Promise<ChatDefaults>
  /** Deletes a model from its engine's disk. @throws AppError `not-found`, `unsupported` */
  remove(engine: EngineKind, name: string, signal: AbortSignal | undefined): Promise<void>
  /** Asks every engine now. */
  recheck(): Promise<void>
}

type Options = {
  hub: EngineHub
  settings: ServerSettings
  speeds: ModelSpeeds
  catalog: () => Promise<CatalogModel[]>
  hubReach: (fresh: boolean) => Promise<HubReach>
}

/** A large model takes its time to leave a slow disk. */
const removeMs = 60_000

/** Models of all engines, with what was measured of them. */
export function createModelService({ hub, settings, speeds, catalog, hubReach }: Options): ModelService {
  const list = () => hub.models().map(speeds.apply)
  return {
    list,
    all: () => hub.allModels().map(speeds.apply),
    catalog,
    hubReach,
    async defaults(model) {
      const values = settings.values()
      const operator = settings.read()
      return {
        systemPrompt: values.systemPrompt,
        temperature: values.temperature,
        setByOperator: (['systemPrompt', 'temperature', 'maxTokens'] as const).filter(
          (name) => operator[name] !== null,
        ),
        recommendedTemperature: (model === null ? null : (await hub.recommended(model)).temperature) ?? null,
        maxTokens: values.maxTokens,
        contextTokens: Object.fromEntries(
          list().flatMap(({ name, contextTokens }) => (contextTokens === null ? [] : [[name, contextTokens]])),
        ),
      }
    },
    async remove(kind, name, signal) {
      const engine = hub.engine(kind)
      if (!engine) throw new AppError('not-found', 'This engine is not in use.')
      await engine.remove(name, { signal: deadlineSignal(removeMs, signal) })
      await hub.recheck(kind)
    },
    recheck: () => hub.recheck(),
  }
}

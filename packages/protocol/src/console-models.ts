import type { EngineStatus, ModelInfo } from './engine-status.ts'
import type { EngineKind } from './run-event.ts'

/** What can be done with a model where it is. */
export type ModelVerb = 'load' | 'unload' | 'copy' | 'remove'

/** A model as whoever runs the server sees it. Sizes in bytes, times in UTC milliseconds. */
export type ConsoleModel = ModelInfo & {
  /** Where it is, for people. */
  where: string
  can: ModelVerb[]
  /** Answers somebody now. */
  isBusy: boolean
  /** What it takes in memory; `expiresAt` null: it stays. Null where its engine says nothing of it: `loaded` may still be true, by another name of the same weights. */
  memory: { sizeBytes: number | null; expiresAt: number | null } | null
  /** Somebody here had it read into memory or let go, and it is not over. */
  doing: { verb: 'load' | 'unload'; since: number } | null
  /** Why the last load or unload came to nothing, until the next one. */
  problem: string | null
  lastUsedAt: number | null
  /** How long it stays in memory after an answer, by the operator: `5m`, `1h`, `-1` for ever. Null: as its engine does. */
  keepAlive: string | null
}

/** All models of all engines, as they are now. */
export type ConsoleModels = {
  engines: EngineStatus[]
  models: ConsoleModel[]
  /** `name` null: none answers. `chosen`: the operator's word, null where Reynard chooses. `variable`: what fixes it. */
  defaultModel: { name: string | null; chosen: string | null; note: string | null; variable: string | null }
  /** Of the disk that the models folder is on; null where that is not known. */
  freeDiskBytes: number | null
}

/** What of this server goes by a model's name. Numbers of chats, never a word of them. */
export type ModelUses = { isDefault: boolean; assistants: string[]; chats: number; people: number }

/** What is asked for when somebody looks closer at one model. */
export type ConsoleModelDetails = {
  engine: EngineKind
  name: string
  license: string | null
  template: string | null
  recommended: { temperature?: number; topP?: number }
  uses: ModelUses
}

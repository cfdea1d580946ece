import type { ConsoleModelDetails, ConsoleModels, EngineKind } from '@reynard/protocol'

/** One model: two engines may each have one of the same name. */
export type ModelAddress = { engine: EngineKind; name: string }

/** What whoever runs the server sees of models and does with them. Methods throw `not-found` for one that is not here, `unsupported` where its engine can't. */
export type ModelConsole = {
  /** All models as they are, then each change, at most once a second, until `signal` aborts. */
  watch(signal: AbortSignal): AsyncGenerator<ConsoleModels, void>
  /** The licence, the template, and who asks for it by name. */
  details(model: ModelAddress, signal: AbortSignal): Promise<ConsoleModelDetails>
  /**
   * Reads it into memory, with the window and the stay that the operator set. Resolves when that has begun: it goes on by itself, and
   * `watch` tells how it does and how it ended.
   */
  load(model: ModelAddress): void
  /** Lets it go; answers that it writes come to their end first. Resolves when that has begun, as `load`. */
  unload(model: ModelAddress): void
  /** How long it stays in memory after an answer; null: as its engine does. One that is in memory stays so long from now on. */
  setKeepAlive(model: ModelAddress, keepAlive: string | null): Promise<void>
  /** A second name for the same weights. Throws `conflict` where that name is taken. */
  copy(model: ModelAddress, to: string, signal: AbortSignal): Promise<void>
}

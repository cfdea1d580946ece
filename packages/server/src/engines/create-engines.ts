import { createEmbeddedEngine, type EmbeddedEngine } from '@reynard/engine/embedded'
import { createOllamaEngine } from '@reynard/engine/ollama'
import { createOpenAiEngine } from '@reynard/engine/openai'
import type { Env } from '../env.ts'
import type { Logger } from '../logging/create-logger.ts'
import type { ServerSettings } from '../settings/server-settings.ts'
import type { EngineFactories } from './engine-hub.ts'

/** A model that nobody asked for this long gives its memory back. */
const idleUnloadMs = 30 * 60_000

/** How the environment and the settings want their engines. `onEmbedded` hears of the embedded one when it is made. */
export function createEngineFactories(
  env: Env,
  settings: ServerSettings,
  logger: Logger,
  onEmbedded: (engine: EmbeddedEngine) => void,
): EngineFactories {
  const timeoutMs = () => settings.values().timeoutSeconds * 1000
  return {
    ollama: (baseUrl) => createOllamaEngine({ baseUrl, timeoutMs }),
    openai: (baseUrl) => createOpenAiEngine({ baseUrl, apiKey: env.openai.apiKey ?? undefined, timeoutMs }),
    embedded() {
      const engine = createEmbeddedEngine({
        modelsDir: env.modelsDir,
        maxSequences: () => settings.values().maxConcurrentRequests,
        threads: env.threads ?? 'auto',
        gpu: env.gpu,
        stallMs: timeoutMs,
        idleUnloadMs,
        log: (event, details) => logger.debug(details, event),
      })
      onEmbedded(engine)
      return engine
    },
  }
}

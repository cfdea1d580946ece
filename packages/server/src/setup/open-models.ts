import { totalmem } from 'node:os'
import {
  createHubProbe,
  type DetectedGpu,
  describeCatalog,
  detectGpu,
  type EmbeddedEngine,
  findStarter,
  openDownloads,
  threadsFor,
} from '@reynard/engine/embedded'
import type { CatalogModel, EngineKind, ModelInfo, UnusableModel } from '@reynard/protocol'
import { createEngineFactories } from '../engines/create-engines.ts'
import { createEngineHub, type EngineHub } from '../engines/engine-hub.ts'
import { createModelService, type ModelService } from '../engines/model-service.ts'
import type { ModelSpeeds } from '../engines/model-speed.ts'
import { describeOllamaCatalog } from '../engines/ollama-catalog.ts'
import type { Env } from '../env.ts'
import type { Logger } from '../logging/create-logger.ts'
import type { Clock } from '../runs/ports.ts'
import type { ServerSettings } from '../settings/server-settings.ts'
import { createDownloadService, type DownloadService } from './download-service.ts'
import { createFirstModel, type FirstModel } from './first-model.ts'
import { createOllamaPulls } from './ollama-pulls.ts'

/** Engines, models, and what brings new ones. */
export type OpenModels = {
  hub: EngineHub
  models: ModelService
  downloads: DownloadService
  firstModel: FirstModel
  /** Files in the models folder that no model can be made of. */
  unusableModels(): UnusableModel[]
  /** What the embedded engine computes on besides the processor (null: nothing, or nothing known yet), and what it does without. */
  hardware(): { gpu: string | null; note: string | null }
  /** What the embedded engine holds is let go as soon as it answers nobody. */
  freeEmbedded(): void
  close(): Promise<void>
}

type Options = {
  env: Env
  settings: ServerSettings
  speeds: ModelSpeeds
  clock: Clock
  logger: Logger
  /** Something that the status shows may have changed. */
  onChange: () => void
}

/** Opens what the settings name. Which engines answer is found out beside that. */
export async function openModels({ env, settings, speeds, clock, logger, onChange }: Options): Promise<OpenModels> {
  const { modelsDir, huggingFace } = env
  let embedded: EmbeddedEngine | null = null
  const files = await openDownloads({
    modelsDir,
    endpoint: huggingFace.endpoint,
    token: huggingFace.token ?? undefined,
  })

  const probe = createHubProbe({ endpoint: huggingFace.endpoint })
  const hub: EngineHub = createEngineHub({
    settings,
    factories: createEngineFactories(env, settings, logger, (engine) => {
      embedded = engine
      // The folder, the child process and a GPU build say at once what the next look would find.
      engine.onChange(() => void hub.recheck('embedded').then(onChange))
    }),
    embeddedSlots: () => settings.values().maxConcurrentRequests,
    defaultSlots: env.modelSlots,
    underway: () => underway(),
    clock,
    logger,
  })
  const pulls = createOllamaPulls({
    engine: () => hub.engine('ollama'),
    clock,
    onChange: () => moved(),
    onPulled: () => hub.recheck('ollama'),
  })
  const gpuBuild = () => embedded?.gpuDownload() ?? null
  const downloads = createDownloadService({
    pulls,
    embedded: files,
    others: () => [gpuBuild()].filter((each) => each !== null),
  })
  const firstModel = createFirstModel({
    hub,
    fetchStarter: () =>
      env.starter === 'off' || hub.engine('embedded') === null
        ? null
        : async (call) => {
            await findStarter({ ...call, modelsDir, downloads: files, endpoint: huggingFace.endpoint })
          },
    onChange: () => moved(),
    logger,
  })

  // A file has come and is not in the engine's list yet: who waits for it must not find neither a model nor a download.
  let landing = 0
  const underway = () => firstModel.underway() ?? downloads.underway() ?? (landing > 0 ? 'The model is here.' : null)
  let wasUnderway = false
  const moved = () => {
    const isUnderway = underway() !== null
    if (isUnderway !== wasUnderway) hub.poke()
    wasUnderway = isUnderway
    onChange()
  }

  let landed = 0
  const stopFiles = files.onChange(() => {
    const done = files.list().filter(({ state }) => state === 'done').length
    if (done > landed) {
      landing += 1
      void hub.recheck('embedded').then(() => {
        landing -= 1
        moved()
      })
    }
    landed = done
    moved()
  })
  const stopHub = hub.onChange(onChange)
  let sequences = settings.values().maxConcurrentRequests
  const stopSettings = settings.onChange(() => {
    const { maxConcurrentRequests } = settings.values()
    // How many answers a model has room for is decided when it is loaded.
    if (maxConcurrentRequests !== sequences) embedded?.reloadWhenIdle()
    sequences = maxConcurrentRequests
  })

  // Asking the driver starts a process: once, and only when somebody looks at the catalogue.
  let gpu: Promise<DetectedGpu | null> | null = null
  async function catalog(): Promise<CatalogModel[]> {
    gpu ??= env.gpu === 'off' ? Promise.resolve(null) : detectGpu()
    const models = hub.models()
    const installed = (kind: EngineKind) => models.filter(({ engine }) => engine === kind)
    const namesOn = (kind: EngineKind) => installed(kind).map(({ name }) => name)
    const machine = {
      memoryBytes: totalmem(),
      threads: threadsFor(env.threads ?? 'auto'),
      gpu: await gpu,
      measuredBytesPerSecond: readingRate(installed('embedded').map(speeds.apply)),
    }
    const ollama = hub.statuses().find(({ kind }) => kind === 'ollama')
    const canPull = ollama?.condition === 'ready' || ollama?.condition === 'no-model'
    return [
      ...describeCatalog(machine, namesOn('embedded')),
      ...(canPull ? describeOllamaCatalog(machine, namesOn('ollama')) : []),
    ]
  }

  return {
    hub,
    models: createModelService({ hub, settings, speeds, catalog, hubReach: probe.check }),
    downloads,
    firstModel,
    // A file that is no use is of interest where the engine is: with Ollama alone nobody looks into the folder.
    unusableModels: () => (hub.engine('embedded') === null ? [] : (embedded?.unusableModels() ?? [])),
    hardware() {
      const { gpu = null, note = null } = embedded?.hardware() ?? {}
      return { gpu, note }
    },
    freeEmbedded: () => embedded?.reloadWhenIdle(),
    async close() {
      stopFiles()
      stopHub()
      stopSettings()
      pulls.close()
      await Promise.allSettled([firstModel.close(), files.close(), hub.close()])
    },
  }
}

/** Bytes of weights read per second, from the largest model that was measured here: it says most about the others. */
function readingRate(models: readonly ModelInfo[]): number | null {
  const measured = models.filter(({ tokensPerSecond, sizeBytes }) => tokensPerSecond !== null && sizeBytes !== null)
  const largest = measured.toSorted((one, other) => (other.sizeBytes ?? 0) - (one.sizeBytes ?? 0))[0]
  return largest ? (largest.tokensPerSecond ?? 0) * (largest.sizeBytes ?? 0) || null : null
}

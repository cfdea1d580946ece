import { join } from 'node:path'
import { AppError, type Download, type ModelInfo, type UnusableModel } from '@reynard/protocol'
import type { ChatRequest, Engine, EngineHealth, EnginePart, ManagementVerb, ModelDetails } from '../engine.ts'
import type { Deadline } from '../http/timers.ts'
import { type ModelFile, openModelsFolder } from './folder/models-folder.ts'
import { createGpuSupport, type GpuSetting } from './gpu/gpu-support.ts'
import { llamaVersion } from './gpu/llama-version.ts'
import { startModelProcess } from './model-process/model-process.ts'
import { defaultContextTokens } from './model-process/window-fit.ts'
import { createModelScheduler } from './model-scheduler.ts'
import { createPartQueue } from './part-queue.ts'
import { threadsFor } from './threads.ts'

export type EmbeddedEngineOptions = {
  /** Where GGUF files are looked for. */
  modelsDir: string
  /** Answers side by side; each has a window of its own in memory. A function is asked when a model is loaded. */
  maxSequences: number | (() => number)
  threads?: 'auto' | number
  gpu?: GpuSetting
  /** Where fetched GPU builds are kept. Default: `.gpu` in the models folder. */
  gpuDir?: string
  /** The npm registry that GPU builds come from. */
  registry?: string
  /** A model that nobody asks is let go after this long. Absent: never. */
  idleUnloadMs?: number
  /** A child that gives no sign of life, or no token, for this long is killed. Milliseconds. */
  silenceMs?: number
  stallMs?: Deadline
  log?: (event: string, details: Record<string, unknown>) => void
}

export type EmbeddedEngine = Engine & {
  /** Called when a model appears, goes, loads or unloads, and when a GPU build moves on. */
  onChange(listener: () => void): () => void
  /** Reads a model into memory ahead of its first question. @throws AppError `model-missing`, `out-of-memory`, `engine-failed`, `engine-busy` */
  warm(model: string): Promise<void>
  /** What is in memory is let go when it answers nobody: the next question loads it as the options say then. */
  reloadWhenIdle(): void
  /** What answers run on, and a sentence where something was given up. */
  hardware(): { gpu: string | null; threads: number; note: string | null }
  /** Files in the models folder that no model can be made of, as the last look found them. */
  unusableModels(): UnusableModel[]
  /** The child that holds the model, for whoever watches processes; null where none runs. */
  processId(): number | null
  /** The GPU build on its way here, for the list of downloads; null where none is. */
  gpuDownload(): Download | null
}

const supports: ReadonlySet<ManagementVerb> = new Set<ManagementVerb>(['remove', 'load', 'unload', 'embed'])

/**
 * The engine that comes along: llama.cpp by node-llama-cpp, one model in a child process of its own. A native crash, an
 * out-of-memory kill or a hang costs the answers in work and nothing else; the next question starts a new child.
 */
export function createEmbeddedEngine(options: EmbeddedEngineOptions): EmbeddedEngine {
  const { modelsDir, maxSequences, log = () => {} } = options
  const threads = threadsFor(options.threads ?? 'auto')
  const listeners = new Set<() => void>()
  const changed = () => {
    for (const listener of listeners) listener()
  }
  const folder = openModelsFolder(modelsDir)
  const gpu = createGpuSupport({
    setting: options.gpu ?? 'auto',
    directory: options.gpuDir ?? join(modelsDir, '.gpu'),
    registry: options.registry,
    onChange: changed,
    onReady: () => scheduler.unloadWhenIdle(),
    log,
  })
  const start = (purpose: 'chat' | 'embed') => (file: ModelFile, contextTokens: number | null) => {
    const { kind, packagesDir } = gpu.current()
    const child = startModelProcess({
      modelPath: file.path,
      purpose,
      contextTokens,
      sequences: typeof maxSequences === 'number' ? maxSequences : maxSequences(),
      threads,
      gpu: kind,
      gpuPackagesDir: packagesDir,
      silenceMs: options.silenceMs ?? 60_000,
      stallMs: options.stallMs ?? 300_000,
      onLine: (line) => log('llama.cpp', { line }),
    })
    child.loaded.then(
      (info) => gpu.loaded(info),
      (error: unknown) => {
        gpu.failed(error)
        // On a GPU it may be the GPU; what the processor's build refuses is the file.
        if (kind === null && refusedFile(error)) folder.refuse(file)
      },
    )
    return child
  }
  const scheduler = createModelScheduler({
    start: start('chat'),
    idleUnloadMs: options.idleUnloadMs ?? null,
    onChange: changed,
    log,
  })
  folder.onChange(changed)
  const startEmbedding = start('embed')
  const closing = new AbortController()

  async function* chat(request: ChatRequest, { signal }: { signal: AbortSignal }): AsyncGenerator<EnginePart, void> {
    if (signal.aborted) return yield { type: 'error', code: 'aborted', message: 'Stopped.' }
    const invalid = problemWith(request)
    if (invalid !== null) return yield { type: 'error', code: 'bad-request', message: invalid }
    const file = await folder.find(request.model).catch(missing)
    if (file instanceof AppError) {
      return yield { type: 'error', code: 'model-missing', message: file.message, docs: file.docs }
    }
    if (!file.capabilities.includes('completion')) {
      return yield {
        type: 'error',
        code: 'unsupported',
        message: `The model "${file.name}" makes vectors and cannot chat.`,
      }
    }
    const queue = createPartQueue()
    const run = scheduler.submit({ file, request: withRecommended(request, file), push: queue.push })
    signal.addEventListener('abort', run.cancel, { once: true })
    if (signal.aborted) run.cancel()
    try {
      yield* queue.parts()
    } finally {
      signal.removeEventListener('abort', run.cancel)
      run.cancel()
    }
  }

  async function embed({ model, input }: { model: string; input: string[] }, { signal }: { signal: AbortSignal }) {
    const child = startEmbedding(await folder.find(model), null)
    try {
      await child.loaded
      return await child.embed(input, AbortSignal.any([signal, closing.signal]))
    } finally {
      await child.stop()
    }
  }

  function toInfo(file: ModelFile): ModelInfo {
    const resident = scheduler.resident()
    const info = resident?.file.path === file.path ? resident.info : null
    const { loadMs, tokensPerSecond } = scheduler.measured(file.path)
    return {
      name: file.name,
      engine: 'embedded',
      label: file.label,
      sizeBytes: file.sizeBytes,
      digest: null,
      modifiedAt: file.modifiedAt,
      family: file.family,
      parameterSize: file.parameterSize,
      quantization: file.quantization,
      contextTokensMax: file.contextTokensMax,
      contextTokens:
        info?.contextTokens ?? Math.min(file.contextTokensMax ?? defaultContextTokens, defaultContextTokens),
      capabilities: file.capabilities,
      loaded: info !== null,
      tokensPerSecond,
      loadMs,
      note: file.isStarter || file.sizeBytes < tinyBytes ? 'Tiny, for trying out.' : null,
    }
  }

  async function show(model: string): Promise<ModelDetails> {
    const file = await folder.find(model)
    return { ...toInfo(file), recommended: file.recommended, template: file.template, license: file.license }
  }

  async function loaded() {
    const resident = scheduler.resident()
    if (resident === null || resident.info === null) return []
    const { file, info, expiresAt } = resident
    return [{ name: file.name, contextTokens: info.contextTokens, sizeBytes: info.memoryBytes, expiresAt }]
  }

  async function load({ model, contextTokens, keepAlive }: Parameters<Engine['load']>[0]) {
    const file = await folder.find(model)
    if (!file.capabilities.includes('completion')) {
      throw new AppError('unsupported', `The model "${file.name}" makes vectors: it is loaded for each call.`)
    }
    await scheduler.warm(file, contextTokens ?? null, keepAlive)
  }

  async function unload(model: string) {
    const file = await folder.find(model)
    if (scheduler.resident()?.file.path === file.path) await scheduler.unload()
  }

  async function remove(model: string) {
    if (scheduler.resident() !== null) await unload(model).catch(missing)
    await folder.remove(model)
    await folder.list()
  }

  async function health(): Promise<EngineHealth> {
    return { ok: true, version: llamaVersion() }
  }

  async function close() {
    closing.abort()
    gpu.close()
    folder.close()
    listeners.clear()
    await scheduler.close()
  }

  return {
    kind: 'embedded',
    label: 'Embedded, on this machine',
    supports,
    chat,
    embed,
    health,
    list: async () => (await folder.list()).map(toInfo),
    show,
    loaded,
    pull: () => unsupported('Models for the embedded engine are fetched from the catalog.'),
    remove,
    copy: async () => unsupported('The embedded engine does not copy models.'),
    create: async () => unsupported('The embedded engine does not create models.'),
    load,
    unload,
    close,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async warm(model) {
      await scheduler.warm(await folder.find(model), null)
    },
    reloadWhenIdle: () => scheduler.unloadWhenIdle(),
    hardware: () => {
      const info = scheduler.resident()?.info ?? null
      return { gpu: info?.gpu ?? gpu.current().kind, threads: info?.threads ?? threads, note: info?.note ?? gpu.note() }
    },
    unusableModels: folder.unusable,
    processId: () => scheduler.resident()?.processId ?? null,
    gpuDownload: gpu.download,
  }
}

/** Below this size a model answers in sentences at best; whoever meets it first should know. */
const tinyBytes = 300_000_000

/**
 * Below this size models fall into loops, and their publishers ask for a penalty on repeating; above it a penalty harms code and
 * tables. Bytes.
 */
const loopingBytes = 1_200_000_000

/** The publisher's sampling where the caller has no word on it: this engine has no default of its own to fall back on. */
function withRecommended(request: ChatRequest, { recommended, sizeBytes }: ModelFile): ChatRequest {
  return {
    ...request,
    temperature: request.temperature ?? recommended.temperature ?? 0.7,
    topP: request.topP ?? recommended.topP,
    options: { repeat_penalty: sizeBytes < loopingBytes ? 1.1 : 1, ...request.options },
  }
}

function problemWith({ messages, maxTokens, tools, format }: ChatRequest): string | null {
  if (messages.length === 0) return 'A chat needs at least one message.'
  if (maxTokens !== undefined && maxTokens < 1) return 'The limit of an answer must be at least 1 token.'
  if (tools?.length && format !== undefined)
    return 'A request can have tools or a format, not both, on the embedded engine.'
  return null
}

function missing(error: unknown): AppError {
  if (error instanceof AppError && error.code === 'model-missing') return error
  throw error
}

function refusedFile(error: unknown): boolean {
  return error instanceof AppError && error.details.refusedFile === true
}

function unsupported(message: string): never {
  throw new AppError('unsupported', message)
}

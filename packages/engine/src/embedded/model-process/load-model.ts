import { totalmem } from 'node:os'
import { AppError } from '@reynard/protocol'
import {
  getLlama,
  InsufficientMemoryError,
  type Llama,
  type LlamaContext,
  type LlamaModel,
  NoBinaryFoundError,
} from 'node-llama-cpp'
import { resolveGpuPackagesFrom } from '../gpu/resolve-gpu-packages.ts'
import type { GpuKind, LoadOptions } from './messages.ts'
import { defaultContextTokens, fitWindow } from './window-fit.ts'

export type LoadedModel = {
  llama: Llama
  model: LlamaModel
  context: LlamaContext | null
  gpu: GpuKind | null
  note: string | null
}

/** @throws AppError `out-of-memory`, `engine-failed` */
export async function loadModel(options: LoadOptions, onProgress: () => void): Promise<LoadedModel> {
  if (options.gpuPackagesDir) resolveGpuPackagesFrom(options.gpuPackagesDir)
  const { llama, gpu, note } = await startLlama(options)
  // Taken before the weights come in: mapped weights still count as free memory afterwards, copied ones do not.
  const freeBytes = availableMemory()
  try {
    const model = await llama
      .loadModel({
        modelPath: options.modelPath,
        onLoadProgress: onProgress,
        ...(gpu === null ? { gpuLayers: 0 } : {}),
      })
      .catch((error: unknown) => {
        throw error instanceof InsufficientMemoryError ? error : refusal(error, llama)
      })
    if (options.purpose === 'embed') return { llama, model, context: null, gpu, note }
    const { context, note: windowNote } = await createContext(model, options, gpu, freeBytes - model.size)
    const notes = [note, windowNote].filter((each) => each !== null)
    return { llama, model, context, gpu, note: notes.length > 0 ? notes.join(' ') : null }
  } catch (error) {
    throw readableLoadError(error, llama)
  }
}

/** Knows containers' limits. macOS calls memory free only when nothing is cached in it; half of all is nearer to the truth there. */
function availableMemory(): number {
  const free = process.availableMemory()
  return process.platform === 'darwin' ? Math.max(free, totalmem() / 2) : free
}

async function startLlama(options: LoadOptions): Promise<{ llama: Llama; gpu: GpuKind | null; note: string | null }> {
  const common = {
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    maxThreads: options.threads,
  } as const
  if (options.gpu !== null) {
    try {
      return { llama: await getLlama({ ...common, gpu: options.gpu }), gpu: options.gpu, note: null }
    } catch (error) {
      const note = `The ${options.gpu} build of llama.cpp does not run here: ${whyNot(error)}. The processor answers instead.`
      return { llama: await startOnProcessor(), gpu: null, note }
    }
  }
  return { llama: await startOnProcessor(), gpu: null, note: null }

  async function startOnProcessor(): Promise<Llama> {
    try {
      return await getLlama({ ...common, gpu: false })
    } catch (error) {
      if (!(error instanceof NoBinaryFoundError)) throw error
      const system = `${process.platform} ${process.arch}`
      const message = `llama.cpp has no build that runs on this system (${system}; Linux needs glibc 2.34 or newer). Start Ollama instead.`
      throw new AppError('engine-failed', message, { cause: error })
    }
  }
}

function whyNot(error: unknown): string {
  if (error instanceof NoBinaryFoundError) return 'the driver or its libraries are missing, or do not fit it'
  return error instanceof Error ? (error.message.split('\n')[0] ?? error.name) : String(error)
}

async function createContext(model: LlamaModel, options: LoadOptions, gpu: GpuKind | null, freeBytes: number) {
  const trained = model.trainContextSize
  const wanted = Math.min(options.contextTokens ?? defaultContextTokens, trained)
  const vram = gpu === null ? null : await model.llama.getVramState()
  const budgetBytes = vram === null ? Math.max(0, freeBytes * 0.6) : vram.free * 0.9
  const stateBytes = async (contextTokens: number, sequences: number) => {
    const need = await model.fileInsights.estimateContextResourceRequirementsV2({
      contextSize: contextTokens,
      modelGpuLayers: gpu === null ? 0 : model.gpuLayers,
      sequences,
      batchSize: Math.min(512, contextTokens),
    })
    return need.cpuRam + need.gpuVram
  }
  const fit = await fitWindow({
    wanted,
    sequences: options.sequences,
    budgetBytes,
    pinned: options.contextTokens !== null,
    stateBytes,
  })
  if (fit === null) {
    const need = await stateBytes(wanted, 1)
    throw new AppError('out-of-memory', outOfMemorySentence(need, budgetBytes), { docs: 'memory' })
  }
  const context = await model.createContext({
    contextSize: fit.contextTokens,
    sequences: fit.sequences,
    threads: options.threads,
    batchSize: Math.min(512, fit.contextTokens),
    failedCreationRemedy: false,
  })
  return { context, note: fit.note }
}

function readableLoadError(error: unknown, llama: Llama): AppError {
  if (error instanceof AppError) return error
  if (error instanceof InsufficientMemoryError) {
    return new AppError('out-of-memory', `${error.message} Free now: ${inGigabytes(availableMemory())}.`, {
      cause: error,
      docs: 'memory',
    })
  }
  return new AppError('engine-failed', failureSentence(error, llama), { cause: error })
}

function refusal(error: unknown, llama: Llama): AppError {
  const message = `${failureSentence(error, llama)} The file is damaged, or made for another version.`
  return new AppError('engine-failed', message, { cause: error, details: { refusedFile: true } })
}

function failureSentence(error: unknown, llama: Llama): string {
  const message = error instanceof Error ? error.message : String(error)
  return `The model could not be loaded: ${message} (llama.cpp ${llama.llamaCppRelease.release}).`
}

function outOfMemorySentence(need: number, budget: number): string {
  return `The model's window needs ${inGigabytes(need)} of memory beside its weights, and ${inGigabytes(budget)} can be given. Choose a smaller window or a smaller model.`
}

function inGigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`
}

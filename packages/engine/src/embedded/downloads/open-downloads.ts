import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, type Download, type ErrorInfo } from '@reynard/protocol'
import { z } from 'zod'
import { type CatalogEntry, catalog } from '../catalog.ts'
import { type DownloadFileOptions, type DownloadProgress, downloadFile } from './download-file.ts'
import { createRateMeter } from './rate-meter.ts'
import { discardPart } from './resume-point.ts'

export type DownloadsOptions = {
  modelsDir: string
  /** Default: https://huggingface.co. */
  endpoint?: string
  /** Sent to the endpoint only. */
  token?: string
  /** Files at the same time; the others wait. */
  parallel?: number
  /** Deadlines and tries of each file, for slow lines and for tests. */
  limits?: Pick<DownloadFileOptions, 'connectMs' | 'stallMs' | 'tries' | 'backoffMs'>
}

export type Downloads = {
  /** Settled ones stay in the list until the next start. */
  list(): Download[]
  /** Starting what is running already is no error. @throws AppError `not-found` for an id that no catalog has */
  start(catalogId: string): Download
  startEntry(entry: CatalogEntry): Download
  /** @param why said beside it, where nobody asked for the pause */
  pause(id: string, why?: string): Download
  resume(id: string): Download
  /** Stops it and throws away what was received. */
  cancel(id: string): Promise<Download>
  /** Cancels it, unless it is done, and forgets it. An unknown id is no error. */
  discard(id: string): Promise<void>
  /** Resolves with the download when it is done, failed, paused or cancelled, or the server stops. */
  settled(id: string): Promise<Download>
  onChange(listener: () => void): () => void
  /** Stops the transfers; those that ran go on at the next start of the server. */
  close(): Promise<void>
}

const savedSchema = z.array(z.object({ id: z.string(), state: z.enum(['running', 'paused']) }))
type Item = { entry: CatalogEntry; download: Download; abort: AbortController | null; work: Promise<void> }

/**
 * Downloads that belong to the server: they go on with no page open, and after a restart from where they stood. What is on its way is
 * noted in `.downloads.json` in the models folder, beside the parts.
 */
export async function openDownloads(options: DownloadsOptions): Promise<Downloads> {
  const { modelsDir, endpoint = 'https://huggingface.co', token, parallel = 2, limits } = options
  const notes = join(modelsDir, '.downloads.json')
  const items = new Map<string, Item>()
  const listeners = new Set<() => void>()
  let closed = false
  let saving: Promise<void> = Promise.resolve()

  for (const { id, state } of await readNotes(notes)) {
    const entry = catalog.find((each) => each.id === id)
    if (entry) add(entry, state === 'paused' ? 'paused' : 'waiting')
  }
  startWaiting()

  function add(entry: CatalogEntry, state: Download['state']): Item {
    const download: Download = {
      id: entry.id,
      kind: 'huggingface',
      name: entry.file,
      label: entry.label,
      state,
      receivedBytes: 0,
      totalBytes: entry.sizeIsExact ? entry.sizeBytes : null,
      bytesPerSecond: null,
      etaMs: null,
      detail: null,
      error: null,
    }
    const item: Item = { entry, download, abort: null, work: Promise.resolve() }
    items.set(entry.id, item)
    return item
  }

  function startWaiting() {
    if (closed) return
    let free = parallel - [...items.values()].filter((item) => item.abort !== null).length
    for (const item of items.values()) {
      if (free <= 0) break
      if (item.download.state !== 'waiting') continue
      item.work = transfer(item)
      free--
    }
  }

  async function transfer(item: Item) {
    const { entry } = item
    const abort = new AbortController()
    item.abort = abort
    const rate = createRateMeter()
    update(item, { state: 'running', error: null, detail: null })
    try {
      await downloadFile({
        ...limits,
        url: `${endpoint.replace(/\/$/, '')}/${entry.repository}/resolve/${entry.revision}/${entry.file}`,
        path: join(modelsDir, entry.file),
        expectedBytes: entry.sizeIsExact ? entry.sizeBytes : undefined,
        checksum: entry.sha256 === null ? undefined : { algorithm: 'sha256', hex: entry.sha256 },
        headers: token ? { authorization: `Bearer ${token}` } : {},
        signal: abort.signal,
        onProgress: (progress) => report(item, progress, rate),
      })
      update(item, {
        state: 'done',
        receivedBytes: item.download.totalBytes ?? item.download.receivedBytes,
        bytesPerSecond: null,
        etaMs: null,
      })
    } catch (error) {
      // A pause or a cancel has set its own state.
      if (!abort.signal.aborted)
        update(item, { state: 'failed', bytesPerSecond: null, etaMs: null, error: asInfo(error) })
    } finally {
      item.abort = null
      announce()
      startWaiting()
    }
  }

  function report(
    item: Item,
    { phase, receivedBytes, totalBytes }: DownloadProgress,
    rate: ReturnType<typeof createRateMeter>,
  ) {
    if (item.abort?.signal.aborted) return
    const bytesPerSecond = rate.add(receivedBytes)
    const left = totalBytes === null ? null : totalBytes - receivedBytes
    Object.assign(item.download, {
      state: phase === 'checking' ? 'checking' : 'running',
      receivedBytes,
      totalBytes: totalBytes ?? item.download.totalBytes,
      bytesPerSecond,
      etaMs: left === null || !bytesPerSecond ? null : Math.round((left / bytesPerSecond) * 1000),
    } satisfies Partial<Download>)
    announce()
  }

  function update(item: Item, change: Partial<Download>) {
    Object.assign(item.download, change)
    saving = saving.then(save)
    announce()
  }

  async function save() {
    const state = (item: Item) => (item.download.state === 'paused' ? ('paused' as const) : ('running' as const))
    const open = [...items.values()].filter(({ download }) =>
      ['waiting', 'running', 'checking', 'paused'].includes(download.state),
    )
    try {
      await mkdir(modelsDir, { recursive: true })
      await writeFile(`${notes}.new`, JSON.stringify(open.map((item) => ({ id: item.entry.id, state: state(item) }))))
      await rename(`${notes}.new`, notes)
    } catch {
      // A folder that cannot be written fails the download itself with a sentence; the note is not worth another.
    }
  }

  function announce() {
    for (const listener of listeners) listener()
  }

  function need(id: string): Item {
    const item = items.get(id)
    if (!item) throw new AppError('not-found', `There is no download "${id}".`)
    return item
  }

  function startEntry(entry: CatalogEntry): Download {
    const known = items.get(entry.id)
    if (known && ['waiting', 'running', 'checking'].includes(known.download.state)) return { ...known.download }
    // One that is done is fetched again: who asks for it has removed the file.
    if (known && known.download.state !== 'done') return resume(entry.id)
    const item = add(entry, 'waiting')
    update(item, {})
    startWaiting()
    return { ...item.download }
  }

  function start(catalogId: string): Download {
    const entry = catalog.find((each) => each.id === catalogId)
    if (!entry) throw new AppError('not-found', `The catalog has no model "${catalogId}".`)
    return startEntry(entry)
  }

  function pause(id: string, why?: string): Download {
    const item = need(id)
    if (['waiting', 'running', 'checking'].includes(item.download.state)) {
      update(item, { state: 'paused', bytesPerSecond: null, etaMs: null, detail: why ?? null })
      item.abort?.abort()
    }
    return { ...item.download }
  }

  function resume(id: string): Download {
    const item = need(id)
    if (['paused', 'failed', 'cancelled'].includes(item.download.state)) {
      update(item, { state: 'waiting', error: null, detail: null })
      // The stopped transfer of a quick pause-and-resume still holds the part; its end starts what waits.
      if (item.abort === null) startWaiting()
    }
    return { ...item.download }
  }

  async function cancel(id: string): Promise<Download> {
    const item = need(id)
    if (item.download.state === 'done') return { ...item.download }
    update(item, { state: 'cancelled', bytesPerSecond: null, etaMs: null, receivedBytes: 0 })
    item.abort?.abort()
    await item.work
    await discardPart(join(modelsDir, item.entry.file))
    // Noted too, so that it does not come back after a restart.
    await saving
    return { ...item.download }
  }

  async function discard(id: string) {
    if (!items.has(id)) return
    await cancel(id)
    items.delete(id)
    announce()
  }

  async function settled(id: string): Promise<Download> {
    const item = need(id)
    const isOver = () =>
      closed || (['done', 'failed', 'paused', 'cancelled'].includes(item.download.state) && item.abort === null)
    while (!isOver()) {
      await new Promise<void>((resolve) => {
        const off = onChange(() => {
          off()
          resolve()
        })
      })
    }
    return { ...item.download }
  }

  function onChange(listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  async function close() {
    closed = true
    await saving
    for (const item of items.values()) item.abort?.abort()
    await Promise.all([...items.values()].map((item) => item.work))
  }

  const list = () => [...items.values()].map((item) => ({ ...item.download }))
  return { list, start, startEntry, pause, resume, cancel, discard, settled, onChange, close }
}

async function readNotes(path: string): Promise<z.infer<typeof savedSchema>> {
  try {
    return savedSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    await rm(path, { force: true }).catch(() => {})
    return []
  }
}

function asInfo(error: unknown): ErrorInfo {
  if (error instanceof AppError)
    return { code: error.code, message: error.message, retryAfterMs: error.retryAfterMs, docs: 'downloads' }
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) }
}

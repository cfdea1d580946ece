import { type FSWatcher, mkdirSync, watch } from 'node:fs'
import { readdir, rm, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { AppError } from '@reynard/protocol'
import { describeModel, type ModelCard } from './describe-model.ts'
import { readGgufHeader } from './gguf-header.ts'

export type ModelFile = ModelCard & {
  name: string
  path: string
  /** All parts of a split model, the first one first. */
  paths: string[]
  sizeBytes: number
  modifiedAt: number
}

export type ModelsFolder = {
  list(): Promise<ModelFile[]>
  /** @throws AppError `model-missing` */
  find(name: string): Promise<ModelFile>
  remove(name: string): Promise<void>
  onChange(listener: () => void): () => void
  close(): void
}

const splitName = /-(\d{5})-of-(\d{5})$/
/** Two folders deep, and nothing hidden: those are downloads and packages that are still being unpacked. */
const isOffered = (segments: string[]) => segments.length <= 3 && !segments.some((name) => name.startsWith('.'))
/** A file that is copied in fires many events; one look in this time is enough. Milliseconds. */
const settleMs = 500
const rewatchMs = 1000

/**
 * The folder of GGUF files, two levels deep. Files that are no model, not whole yet, or a download's `.part` are not listed.
 * Headers are read once per file and change of its size or time.
 */
export function openModelsFolder(modelsDir: string): ModelsFolder {
  const cards = new Map<string, { key: string; card: ModelCard | null }>()
  const listeners = new Set<() => void>()
  let watcher: FSWatcher | null = null
  let settling: NodeJS.Timeout | null = null

  async function list(): Promise<ModelFile[]> {
    const entries = await readdir(modelsDir, { recursive: true, withFileTypes: true }).catch(() => [])
    const paths = entries
      .filter((entry) => !entry.isDirectory() && entry.name.endsWith('.gguf'))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => isOffered(relative(modelsDir, path).split(sep)))
      .sort()
    const all = new Set(paths)
    const files = await Promise.all(paths.map((path) => readModel(path, all)))
    return files.filter((file) => file !== null)
  }

  async function readModel(path: string, all: ReadonlySet<string>): Promise<ModelFile | null> {
    const stem = relative(modelsDir, path).slice(0, -'.gguf'.length).split(sep).join('/')
    const split = splitName.exec(stem)
    if (split && split[1] !== '00001') return null
    const count = Number(split?.[2] ?? 1)
    const part = (index: number) => path.replace(/-00001-of-/, `-${String(index + 1).padStart(5, '0')}-of-`)
    const paths = Array.from({ length: count }, (_, index) => part(index))
    if (paths.some((each) => !all.has(each))) return null
    const stats = await Promise.all(paths.map((each) => stat(each).catch(() => null)))
    const first = stats[0]
    if (!first || stats.includes(null)) return null
    const name = stem.replace(splitName, '').replace(/[^A-Za-z0-9._:/@+-]/g, '-')
    const key = `${first.size} ${first.mtimeMs}`
    let known = cards.get(path)
    if (known?.key !== key) {
      const header = await readGgufHeader(path).catch(() => null)
      const whole = header !== null && first.size >= header.completeBytes
      const isModel = whole && header.metadata.get('general.architecture') !== 'clip'
      known = { key, card: isModel ? describeModel(header, name.split('/').at(-1) ?? name) : null }
      cards.set(path, known)
    }
    if (known.card === null) return null
    const sizeBytes = stats.reduce((sum, each) => sum + (each?.size ?? 0), 0)
    return { ...known.card, name, path, paths, sizeBytes, modifiedAt: Math.round(first.mtimeMs) }
  }

  async function find(name: string): Promise<ModelFile> {
    const wanted = name.replace(/:latest$/, '').toLowerCase()
    const files = await list()
    const found = files.find((file) => file.name === name) ?? files.find((file) => file.name.toLowerCase() === wanted)
    if (found) return found
    throw new AppError('model-missing', `The model "${name}" is not in the models folder.`, { docs: 'model-missing' })
  }

  async function remove(name: string): Promise<void> {
    const { paths } = await find(name)
    for (const path of paths) await rm(path, { force: true })
    announce()
  }

  function announce() {
    settling = null
    for (const listener of listeners) listener()
  }

  function onChange(listener: () => void): () => void {
    listeners.add(listener)
    startWatching()
    return () => listeners.delete(listener)
  }

  function startWatching() {
    if (watcher) return
    try {
      mkdirSync(modelsDir, { recursive: true })
      watcher = watch(modelsDir, { recursive: true, persistent: false }, (_event, file) => {
        if (file && !file.endsWith('.gguf')) return
        settling ??= setTimeout(announce, settleMs).unref()
      })
      watcher.on('error', watchAgainLater)
    } catch {
      // Some network file systems cannot be watched; `list` reads the folder each time anyway.
    }
  }

  /** A folder that vanishes under the watch ends it; what was missed meanwhile is told of in the end. */
  function watchAgainLater() {
    watcher?.close()
    watcher = null
    settling?.close()
    settling = setTimeout(() => {
      startWatching()
      announce()
    }, rewatchMs)
    settling.unref()
  }

  function close() {
    listeners.clear()
    settling?.close()
    watcher?.close()
  }

  return { list, find, remove, onChange, close }
}

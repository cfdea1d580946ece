import { readdir, rm, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { AppError, type UnusableModel } from '@reynard/protocol'
import { describeModel, type ModelCard } from './describe-model.ts'
import { type GgufHeader, readGgufHeader } from './gguf-header.ts'
import { judgeFile, type Problem, refusedByLlama } from './judge-file.ts'
import { watchFolder } from './watch-folder.ts'

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
  /** What the last look found that no model can be made of. */
  unusable(): UnusableModel[]
  /** @throws AppError `model-missing` */
  find(name: string): Promise<ModelFile>
  /** Deletes a model, or a file that is none. @throws AppError `model-missing` */
  remove(name: string): Promise<void>
  /** llama.cpp would not load it: it is no model any more, until its file changes. */
  refuse(file: ModelFile): void
  /** Called when a file comes, changes or goes, and when another look judges one differently. */
  onChange(listener: () => void): () => void
  close(): void
}

type Group = { name: string; path: string; paths: string[]; sizeBytes: number; modifiedAt: number }
type Look = Group & { card: ModelCard | null; problem: Problem | null }
type Header = GgufHeader | 'no-gguf' | 'cut-off'

const splitName = /-(\d{5})-of-(\d{5})$/
/** Two folders deep, and nothing hidden: those are downloads and packages that are still being unpacked. */
const isOffered = (segments: string[]) => segments.length <= 3 && !segments.some((name) => name.startsWith('.'))

/**
 * The folder of GGUF files, two levels deep, without a download's `.part`. Headers are read once per file and change of its size or
 * time.
 * @param now the wall clock that files' times are compared with
 */
export function openModelsFolder(modelsDir: string, now: () => number = Date.now): ModelsFolder {
  const headers = new Map<string, { key: string; header: Header; card: ModelCard | null }>()
  const refused = new Map<string, string>()
  const listeners = new Set<() => void>()
  let watch: ReturnType<typeof watchFolder> | null = null
  let last: Look[] = []

  async function look(): Promise<Look[]> {
    const entries = await readdir(modelsDir, { recursive: true, withFileTypes: true }).catch(() => [])
    const paths = entries
      .filter((entry) => !entry.isDirectory() && entry.name.endsWith('.gguf'))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => isOffered(relative(modelsDir, path).split(sep)))
      .sort()
    const found = (await Promise.all(groupParts(paths).map(readGroup))).filter((each) => each !== null)
    const before = verdicts(last)
    last = found
    if (verdicts(found) !== before) announce()
    return found
  }

  async function readGroup({ present, missing }: Parts): Promise<Look | null> {
    const stats = await Promise.all(present.map((each) => stat(each).catch(() => null)))
    const first = stats[0]
    const path = present[0]
    // Gone since the folder was read.
    if (!first || !path || stats.includes(null)) return null
    const name = nameOf(modelsDir, path)
    const key = keyOf(first)
    let known = headers.get(path)
    if (known?.key !== key) {
      // One that cannot be opened (another program holds it, no permission) is looked at again next time.
      const header = await readGgufHeader(path).catch(() => null)
      const isModel = header !== null && typeof header === 'object'
      const card = isModel
        ? describeModel(header, { fileName: name.split('/').at(-1) ?? name, sizeBytes: first.size })
        : null
      known = { key, header: header ?? 'cut-off', card }
      if (header !== null) headers.set(path, known)
    }
    const written = Math.max(...stats.map((each) => each?.mtimeMs ?? 0))
    const quietMs = Math.max(0, now() - written)
    const problem =
      judgeFile(known.header, { sizeBytes: first.size, missingParts: missing, quietMs }) ??
      (refused.get(path) === key ? refusedByLlama : null)
    const sizeBytes = stats.reduce((sum, each) => sum + (each?.size ?? 0), 0)
    const modifiedAt = Math.round(first.mtimeMs)
    return { name, path, paths: present, sizeBytes, modifiedAt, card: known.card, problem }
  }

  async function list(): Promise<ModelFile[]> {
    const files = (await look()).flatMap(({ card, problem, ...group }) =>
      card === null || problem !== null ? [] : [{ ...card, ...group }],
    )
    // Two files of one model are told apart by their names.
    const isShared = (file: ModelFile) => files.some((other) => other !== file && other.label === file.label)
    return files.map((file) => (isShared(file) ? { ...file, label: `${file.label} (${file.name})` } : file))
  }

  async function find(name: string): Promise<ModelFile> {
    const found = byName(await list(), name)
    if (found) return found
    const unusable = byName(last, name)?.problem
    const message = unusable
      ? `The model "${name}" cannot be used. ${unusable.problem}`
      : `The model "${name}" is not in the models folder.`
    throw new AppError('model-missing', message, { docs: unusable ? 'model-files' : 'model-missing' })
  }

  async function remove(name: string): Promise<void> {
    const { paths } = byName(await look(), name) ?? (await find(name))
    for (const path of paths) await rm(path, { force: true })
    announce()
  }

  async function refuse({ path }: ModelFile): Promise<void> {
    const stats = await stat(path).catch(() => null)
    if (stats) refused.set(path, keyOf(stats))
    announce()
  }

  function announce() {
    for (const listener of listeners) listener()
  }

  function onChange(listener: () => void): () => void {
    listeners.add(listener)
    watch ??= watchFolder(modelsDir, announce)
    return () => listeners.delete(listener)
  }

  function close() {
    listeners.clear()
    watch?.close()
  }

  const unusable = () => problemsIn(last)
  return { list, unusable, find, remove, refuse: (file) => void refuse(file), onChange, close }
}

type Parts = { present: string[]; missing: string[] }

/** One entry per model: all parts of a split one together, the names of those that are not there apart. */
function groupParts(paths: readonly string[]): Parts[] {
  const groups = new Map<string, Parts>()
  const all = new Set(paths)
  for (const path of paths) {
    const stem = path.slice(0, -'.gguf'.length)
    const [suffix, , count] = splitName.exec(stem) ?? []
    if (suffix === undefined) {
      groups.set(path, { present: [path], missing: [] })
      continue
    }
    const base = stem.slice(0, -suffix.length)
    const part = (index: number) => `${base}-${String(index + 1).padStart(5, '0')}-of-${count}.gguf`
    const parts = Array.from({ length: Number(count) }, (_, index) => part(index))
    groups.set(`${base} ${count}`, {
      present: parts.filter((each) => all.has(each)),
      missing: parts.filter((each) => !all.has(each)).map((each) => each.split(sep).at(-1) ?? each),
    })
  }
  return [...groups.values()]
}

function nameOf(modelsDir: string, path: string): string {
  const stem = relative(modelsDir, path).slice(0, -'.gguf'.length).split(sep).join('/')
  return stem.replace(splitName, '').replace(/[^A-Za-z0-9._:/@+-]/g, '-')
}

function byName<Entry extends { name: string }>(entries: readonly Entry[], name: string): Entry | undefined {
  const wanted = name.replace(/:latest$/, '').toLowerCase()
  return entries.find((each) => each.name === name) ?? entries.find((each) => each.name.toLowerCase() === wanted)
}

function problemsIn(looks: readonly Look[]): UnusableModel[] {
  return looks.flatMap(({ name, sizeBytes, problem }) => (problem === null ? [] : [{ name, sizeBytes, ...problem }]))
}

/** What is worth telling by itself. A file that grows is told of by the watch, else each look would bring about the next one. */
function verdicts(looks: readonly Look[]): string {
  return JSON.stringify(
    problemsIn(looks).map(({ name, state, problem }) => [name, state === 'arriving' ? state : problem]),
  )
}

const keyOf = ({ size, mtimeMs }: { size: number; mtimeMs: number }) => `${size} ${mtimeMs}`

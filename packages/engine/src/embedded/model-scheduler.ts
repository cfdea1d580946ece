import { AppError, type ErrorCode } from '@reynard/protocol'
import type { ChatRequest, EngineErrorCode, EnginePart } from '../engine.ts'
import type { ModelFile } from './folder/models-folder.ts'
import type { ChatEnding, LoadedInfo } from './model-process/messages.ts'
import type { ModelProcess } from './model-process/model-process.ts'

type Ticket = {
  file: ModelFile
  request: ChatRequest
  push(part: EnginePart): void
}

type ResidentModel = {
  file: ModelFile
  info: LoadedInfo | null
  expiresAt: number | null
  processId: number | undefined
}
type Measured = { loadMs: number | null; tokensPerSecond: number | null }

export type ModelScheduler = {
  /** The ticket gets its parts, one ending last. `cancel` ends it at once; the model stops at its next token. */
  submit(ticket: Ticket): { cancel(): void }
  /** Reads a model into memory ahead of its first question, in the place of one that answers nobody. @throws AppError where that fails, `engine-busy` */
  warm(file: ModelFile, contextTokens: number | null, keepAlive?: string): Promise<LoadedInfo>
  resident(): ResidentModel | null
  measured(path: string): Measured
  /** Answers in work end with `aborted`. */
  unload(): Promise<void>
  /** When nothing is in work any more, the model is let go, so that the next question loads it afresh. */
  unloadWhenIdle(): void
  close(): Promise<void>
}

export type SchedulerOptions = {
  start(file: ModelFile, contextTokens: number | null): ModelProcess
  /** A model that nobody asks is let go after this long. Null: never. A request's `keepAlive` wins. */
  idleUnloadMs: number | null
  onChange(): void
  log(event: string, details: Record<string, unknown>): void
}

type Entry = Ticket & { said: Set<'loading' | 'waiting'>; queuedAt: number; loadMs: number | null; ended: boolean }
type Current = {
  file: ModelFile
  wanted: number | null
  process: ModelProcess
  info: LoadedInfo | null
  running: Set<Entry>
  stopping: boolean
  dropWhenIdle: boolean
}

/**
 * One model in memory at a time, its calls side by side, the others in line. The line is kept strictly: who asks for another model is
 * not overtaken by later questions to the one that is loaded, else a busy model would never be let go.
 */
export function createModelScheduler(options: SchedulerOptions): ModelScheduler {
  const line: Entry[] = []
  const figures = new Map<string, Measured>()
  let current: Current | null = null
  let idleTimer: NodeJS.Timeout | null = null
  let expiresAt: number | null = null
  let keepAliveMs = options.idleUnloadMs
  let closed = false

  function submit(ticket: Ticket) {
    const entry: Entry = { ...ticket, said: new Set(), queuedAt: performance.now(), loadMs: null, ended: false }
    let abortRun: (() => void) | null = null
    entry.push = (part) => {
      if (entry.ended) return
      entry.ended = part.type === 'end' || part.type === 'error'
      ticket.push(part)
    }
    starters.set(entry, (abort) => {
      abortRun = abort
    })
    line.push(entry)
    pump()
    return {
      cancel() {
        const place = line.indexOf(entry)
        if (place >= 0) line.splice(place, 1)
        entry.push({ type: 'error', code: 'aborted', message: 'Stopped.' })
        abortRun?.()
        pump()
      },
    }
  }
  const starters = new WeakMap<Entry, (abort: () => void) => void>()

  function pump() {
    if (closed) return
    for (let head = line[0]; head; head = line[0]) {
      if (current === null) return load(head.file, wantedBy(head))
      if (current.stopping) return sayAll()
      if (!serves(current, head)) {
        if (current.running.size > 0 || current.info === null) return sayAll()
        void stopCurrent()
        return sayAll()
      }
      if (current.info === null || current.running.size >= current.info.sequences) return sayAll()
      line.shift()
      run(current, head)
    }
    restIfIdle()
  }

  function serves(
    model: Current,
    { file, request }: { file: ModelFile; request: Pick<ChatRequest, 'contextTokens'> },
  ): boolean {
    if (model.file.path !== file.path || model.file.modifiedAt !== file.modifiedAt || model.dropWhenIdle) return false
    const wanted = request.contextTokens ?? null
    return wanted === null || wanted === model.wanted || wanted === model.info?.contextTokens
  }

  const holds = (model: Current, file: ModelFile, contextTokens: number | null) =>
    serves(model, { file, request: { contextTokens: contextTokens ?? undefined } })

  function wantedBy({ file, request }: Entry): number | null {
    if (request.contextTokens === undefined) return null
    return Math.min(request.contextTokens, file.contextTokensMax ?? request.contextTokens)
  }

  function load(file: ModelFile, wanted: number | null) {
    clearIdle()
    const startedAt = performance.now()
    const process = options.start(file, wanted)
    const model: Current = {
      file,
      wanted,
      process,
      info: null,
      running: new Set(),
      stopping: false,
      dropWhenIdle: false,
    }
    current = model
    sayAll()
    options.onChange()
    process.loaded.then(
      (info) => {
        model.info = info
        const tookMs = performance.now() - startedAt
        figures.set(file.path, { ...measured(file.path), loadMs: tookMs })
        options.log('model loaded', { model: file.name, tookMs: Math.round(tookMs), ...info })
        for (const entry of line)
          if (serves(model, entry)) entry.loadMs = performance.now() - Math.max(startedAt, entry.queuedAt)
        options.onChange()
        pump()
      },
      (error: unknown) => {
        const { code, message, docs } = asPart(error)
        options.log('model failed to load', { model: file.name, code, message })
        const served = line.filter((entry) => serves(model, entry))
        for (const entry of served) {
          line.splice(line.indexOf(entry), 1)
          entry.push({ type: 'error', code, message, docs })
        }
      },
    )
    void process.exited.then((reason) => {
      if (reason !== null) options.log('model process ended', { model: file.name, reason })
      if (current === model) current = null
      options.onChange()
      pump()
    })
  }

  function run(model: Current, entry: Entry) {
    clearIdle()
    model.running.add(entry)
    keepAliveMs = keepAliveOf(entry.request.keepAlive, options.idleUnloadMs)
    const { abort } = model.process.chat(entry.request, {
      piece: (kind, text, tokens) => entry.push({ type: kind, text, tokens }),
      done: (ending) => {
        model.running.delete(entry)
        finish(model, entry, ending)
        pump()
      },
    })
    starters.get(entry)?.(abort)
  }

  function finish(model: Current, entry: Entry, ending: ChatEnding) {
    if (ending.type === 'error') return entry.push({ ...ending, docs: docsOf[ending.code] })
    for (const call of ending.calls) entry.push({ type: 'tool-call', call })
    const usage = { ...ending.usage, ...(entry.loadMs === null ? {} : { loadMs: entry.loadMs }) }
    const { completionTokens = 0, completionMs = 0 } = usage
    if (completionTokens >= 16 && completionMs > 0) {
      figures.set(model.file.path, {
        ...measured(model.file.path),
        tokensPerSecond: (completionTokens * 1000) / completionMs,
      })
    }
    options.log('answered', { model: model.file.name, ...usage, evaluatedTokens: ending.evaluatedTokens })
    entry.push({ type: 'end', reason: ending.reason, usage })
  }

  /** Tells everyone in line what they wait for, once. */
  function sayAll() {
    let isBehindAnother = false
    for (const entry of line) {
      isBehindAnother ||= current === null || !serves(current, entry)
      const isLoading = !isBehindAnother && current?.info === null && !current.stopping
      const word = isLoading ? 'loading' : 'waiting'
      if (entry.said.has(word)) continue
      entry.said.add(word)
      entry.push(isLoading ? { type: 'loading', expectedMs: expectedMs(entry.file) } : { type: 'waiting' })
    }
  }

  /** From this model's last load here, else from another one's and the sizes, else unknown. */
  function expectedMs(file: ModelFile): number | null {
    const own = measured(file.path).loadMs
    if (own !== null) return Math.round(own)
    const [other] = figures.values()
    const size = current?.file.sizeBytes
    return other?.loadMs && size ? Math.round((other.loadMs * file.sizeBytes) / size) : null
  }

  function measured(path: string): Measured {
    return figures.get(path) ?? { loadMs: null, tokensPerSecond: null }
  }

  function restIfIdle() {
    if (current === null || current.running.size > 0 || current.info === null) return
    if (current.dropWhenIdle) return void stopCurrent()
    if (keepAliveMs === null || idleTimer) return
    expiresAt = Date.now() + keepAliveMs
    idleTimer = setTimeout(() => void stopCurrent(), keepAliveMs)
    idleTimer.unref()
  }

  function clearIdle() {
    if (idleTimer) clearTimeout(idleTimer)
    idleTimer = null
    expiresAt = null
  }

  async function stopCurrent() {
    clearIdle()
    if (current === null) return
    current.stopping = true
    await current.process.stop()
  }

  async function warm(file: ModelFile, contextTokens: number | null, keepAlive?: string): Promise<LoadedInfo> {
    const before = current
    if (before !== null && !holds(before, file, contextTokens)) {
      if (before.running.size > 0 || line.length > 0) throw inUse(before)
      await stopCurrent()
      await before.process.exited
    }
    if (current === null && line.length === 0) load(file, contextTokens)
    if (current === null || current.file.path !== file.path) throw inUse(current)
    const info = await current.process.loaded
    if (keepAlive !== undefined) keepAliveMs = keepAliveOf(keepAlive, options.idleUnloadMs)
    clearIdle()
    restIfIdle()
    return info
  }

  function unloadWhenIdle() {
    if (current === null) return
    current.dropWhenIdle = true
    pump()
    restIfIdle()
  }

  async function close() {
    closed = true
    for (const entry of line.splice(0))
      entry.push({ type: 'error', code: 'aborted', message: 'The engine was closed.' })
    await stopCurrent()
  }

  const resident = () =>
    current === null ? null : { file: current.file, info: current.info, expiresAt, processId: current.process.pid }
  return { submit, warm, resident, measured, unload: stopCurrent, unloadWhenIdle, close }
}

function inUse(model: Current | null): AppError {
  const who = model === null ? 'Another model is in use.' : `${model.file.label} answers somebody.`
  return new AppError('engine-busy', `${who} One model is in memory at a time: try again when it is free.`)
}

/** Where docs/troubleshooting.md speaks of it. */
const docsOf: Partial<Record<EngineErrorCode, string>> = {
  'engine-failed': 'engine-failed',
  'engine-timeout': 'time-outs',
  'out-of-memory': 'memory',
}

const partCodes: ReadonlySet<ErrorCode> = new Set<EngineErrorCode>([
  'aborted',
  'engine-failed',
  'engine-timeout',
  'out-of-memory',
])

function asPart(error: unknown): { code: EngineErrorCode; message: string; docs: string | undefined } {
  if (error instanceof AppError && isPartCode(error.code))
    return { code: error.code, message: error.message, docs: error.docs ?? docsOf[error.code] }
  return {
    code: 'engine-failed',
    message: error instanceof Error ? error.message : String(error),
    docs: docsOf['engine-failed'],
  }
}

function isPartCode(code: ErrorCode): code is EngineErrorCode {
  return partCodes.has(code)
}

/** Ollama's form: "5m", "30s", "2h", a number of seconds, "0" for at once, negative for never. */
function keepAliveOf(setting: string | undefined, standard: number | null): number | null {
  const match = /^(-?\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(setting ?? '')
  if (!match) return standard
  const amount = Number(match[1])
  if (amount < 0) return null
  const unit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[match[2] ?? 's'] ?? 1000
  return amount * unit
}

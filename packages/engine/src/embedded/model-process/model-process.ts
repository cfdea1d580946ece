import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { AppError } from '@reynard/protocol'
import type { ChatRequest } from '../../engine.ts'
import { type Deadline, deadlineMs } from '../../http/timers.ts'
import type { ChatEnding, FromChild, LoadedInfo, LoadOptions, ToChild } from './messages.ts'

type ChatSink = {
  piece(kind: 'text' | 'reasoning', text: string, tokens: number): void
  /** Called exactly once, also when the child dies. */
  done(ending: ChatEnding): void
}

export type ModelProcess = {
  readonly pid: number | undefined
  /** @throws AppError `out-of-memory`, `engine-failed`, `engine-timeout` */
  readonly loaded: Promise<LoadedInfo>
  /** Resolves when the process is gone, with a sentence on why where that was not our wish. */
  readonly exited: Promise<string | null>
  chat(request: ChatRequest, sink: ChatSink): { abort(): void }
  embed(input: string[], signal: AbortSignal): Promise<{ vectors: number[][]; promptTokens: number }>
  /** Runs still in it end with `aborted`. */
  stop(): Promise<void>
}

export type ModelProcessOptions = LoadOptions & {
  /** No sign of life for this long, and the child is killed. Milliseconds. */
  silenceMs: number
  /** No progress of any run for this long (native code may hang while JavaScript lives), and the child is killed. Milliseconds. */
  stallMs: Deadline
  /** The child's standard error, line by line: llama.cpp's own words. */
  onLine?: (line: string) => void
}

type Run = { sink: ChatSink; movedAt: number }
type Vectors = { resolve(value: { vectors: number[][]; promptTokens: number }): void; reject(error: unknown): void }

const entry = fileURLToPath(new URL('./main.ts', import.meta.url))
const watchEveryMs = 1000
/** On a busy machine it takes seconds until a child has imported llama.cpp and can speak at all. Milliseconds. */
const startGraceMs = 30_000

/** Forks the child and loads its model. Never throws: what goes wrong comes out of `loaded`, `exited` and the runs. */
export function startModelProcess(options: ModelProcessOptions): ModelProcess {
  const { silenceMs, onLine, stallMs: deadline, ...load } = options
  const child: ChildProcess = fork(entry, [], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'json',
  })
  const runs = new Map<number, Run>()
  const embeddings = new Map<number, Vectors>()
  const ready = Promise.withResolvers<LoadedInfo>()
  const gone = Promise.withResolvers<string | null>()
  // Whoever waits sees the failure; nobody waiting is no reason to take the server down.
  ready.promise.catch(() => {})
  let isReady = false
  let isGone = false
  let stopping = false
  let killedFor: { code: 'engine-timeout'; message: string } | null = null
  let nextId = 1
  let heardAt = performance.now() + startGraceMs
  let lastLine = ''

  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.split('\n')) {
      if (line.trim() === '') continue
      lastLine = line.trim().slice(0, 300)
      onLine?.(lastLine)
    }
  })
  child.on('message', (message) => {
    heardAt = performance.now()
    receive(message as FromChild)
  })
  child.on('error', (error) => ended(`The embedded engine could not be started: ${error.message}.`))
  child.on('exit', (code, signal) => ended(exitSentence(code, signal, lastLine)))
  const watchdog = setInterval(watch, watchEveryMs)
  watchdog.unref()
  send({ type: 'load', options: load })

  function send(message: ToChild) {
    if (child.connected) child.send(message, () => {})
  }

  function receive(message: FromChild) {
    switch (message.type) {
      case 'alive':
      case 'load-progress':
        break
      case 'loaded':
        isReady = true
        ready.resolve(message.info)
        break
      case 'load-failed':
        ready.reject(
          new AppError(message.code, message.message, {
            docs: message.code === 'out-of-memory' ? 'memory' : message.refusedFile ? 'model-files' : undefined,
            details: { refusedFile: message.refusedFile },
          }),
        )
        void stop()
        break
      case 'progress':
        moved(message.id)
        break
      case 'pieces':
        for (const [id, kind, text, tokens] of message.pieces) moved(id)?.sink.piece(kind, text, tokens)
        break
      case 'done': {
        const run = runs.get(message.id)
        runs.delete(message.id)
        run?.sink.done(message.ending)
        break
      }
      case 'vectors':
        embeddings.get(message.id)?.resolve(message)
        embeddings.delete(message.id)
        break
      case 'failed':
        embeddings.get(message.id)?.reject(new AppError('engine-failed', `The model failed: ${message.message}.`))
        embeddings.delete(message.id)
        break
    }
  }

  function moved(id: number): Run | undefined {
    const run = runs.get(id)
    if (run) run.movedAt = performance.now()
    return run
  }

  function watch() {
    const now = performance.now()
    if (now - heardAt > silenceMs) return hang(`The embedded engine gave no sign of life for ${seconds(silenceMs)}.`)
    const stallMs = deadlineMs(deadline)
    for (const run of runs.values()) {
      if (now - run.movedAt > stallMs) return hang(`The embedded engine gave no token for ${seconds(stallMs)}.`)
    }
  }

  function hang(message: string) {
    killedFor = { code: 'engine-timeout', message: `${message} It was restarted.` }
    child.kill('SIGKILL')
  }

  function ended(reason: string) {
    if (isGone) return
    isGone = true
    clearInterval(watchdog)
    const failure = stopping
      ? ({ code: 'aborted', message: 'The model was unloaded.' } as const)
      : (killedFor ?? ({ code: 'engine-failed', message: reason } as const))
    if (!isReady) ready.reject(new AppError(failure.code, failure.message))
    for (const { sink } of runs.values()) sink.done({ type: 'error', ...failure })
    for (const { reject } of embeddings.values()) reject(new AppError(failure.code, failure.message))
    runs.clear()
    embeddings.clear()
    gone.resolve(stopping ? null : failure.message)
  }

  function chat(request: ChatRequest, sink: ChatSink) {
    const id = nextId++
    if (isGone) {
      sink.done({ type: 'error', code: 'engine-failed', message: 'The embedded engine has stopped.' })
      return { abort() {} }
    }
    runs.set(id, { sink, movedAt: performance.now() })
    send({ type: 'chat', id, request })
    return { abort: () => send({ type: 'abort', id }) }
  }

  function embed(input: string[], signal: AbortSignal) {
    const id = nextId++
    const { promise, resolve, reject } = Promise.withResolvers<{ vectors: number[][]; promptTokens: number }>()
    if (isGone) reject(new AppError('engine-failed', 'The embedded engine has stopped.'))
    embeddings.set(id, { resolve, reject })
    const abort = () => reject(new AppError('aborted', 'Stopped.'))
    signal.addEventListener('abort', abort, { once: true })
    send({ type: 'embed', id, input })
    return promise.finally(() => signal.removeEventListener('abort', abort))
  }

  async function stop() {
    if (!isGone) {
      stopping = true
      child.kill('SIGKILL')
    }
    await gone.promise
  }

  return { pid: child.pid, loaded: ready.promise, exited: gone.promise, chat, embed, stop }
}

function exitSentence(code: number | null, signal: string | null, lastLine: string): string {
  const how =
    signal === 'SIGKILL'
      ? 'was killed, which the system does when memory runs out'
      : signal
        ? `stopped with ${signal}`
        : `exited with code ${code}`
  return `The embedded engine ${how}.${lastLine ? ` Its last words: ${lastLine}` : ''} The next question starts it again.`
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`
}

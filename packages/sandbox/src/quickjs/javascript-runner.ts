import type { Worker } from 'node:worker_threads'
import { toldSafely } from '../child/output-cap.ts'
import { SandboxError } from '../sandbox-error.ts'
import type { ConsoleLevel, GuestError, SnippetOutcome, SnippetRequest, WorkerMessage } from './messages.ts'
import { SnippetWorkers } from './snippet-workers.ts'

export type JavaScriptOptions = {
  code: string
  language: 'javascript' | 'typescript'
  timeoutMs?: number
  /** Console output kept, bytes. */
  outputBytes?: number
  /** Largest result, characters of its JSON. */
  resultLength?: number
  signal?: AbortSignal
  onConsole?: (line: ConsoleLine) => void
}

export type ConsoleLine = { level: ConsoleLevel; text: string }

/** `json` is null where the result has no JSON form; `text` then says what it is. An attacker's data all of it. */
export type JavaScriptResult = { console: ConsoleLine[]; truncated: boolean; wallMs: number } & (
  | { outcome: 'value'; json: string | null; text: string | null }
  | { outcome: 'error'; error: GuestError }
)

const longestCode = 512 * 1024
/** The engine interrupts itself at the deadline; a loop inside one of its own functions does not, so this much later the thread ends. */
const graceMs = 250

/** Runs snippets at level L1: each in a fresh worker thread with QuickJS, of which one is kept warm. */
export class JavaScriptRunner {
  readonly #workers = new SnippetWorkers()

  /** Starts the spare worker, so that the next snippet need not wait for one. */
  warm(): void {
    this.#workers.warm()
  }

  /**
   * Runs one snippet. What its code throws is a result, not an error of ours.
   * @throws {SandboxError} `timeout`, `aborted`, `too-large` (code or result), `failed` (out of memory, or the engine broke)
   */
  async run(options: JavaScriptOptions): Promise<JavaScriptResult> {
    if (options.code.length > longestCode) throw new SandboxError('too-large', 'The code is over 512 KiB.')
    if (options.signal?.aborted) throw new SandboxError('aborted', 'The code was stopped before it ran.')
    const worker = await this.#workers.take()
    try {
      return await runIn(worker, options)
    } finally {
      // A loop inside the engine's own functions ends here too, in milliseconds.
      void worker.terminate()
      this.#workers.warm()
    }
  }

  close(): Promise<void> {
    return this.#workers.close()
  }
}

async function runIn(worker: Worker, options: JavaScriptOptions): Promise<JavaScriptResult> {
  const started = performance.now()
  const { code, language, timeoutMs = 2000, outputBytes = 64 * 1024, resultLength = 256 * 1024 } = options
  const lines: ConsoleLine[] = []
  const tell = toldSafely(options.onConsole ?? (() => {}))
  let truncated = false
  let deadline: NodeJS.Timeout | undefined
  let onAbort = () => {}
  const outcome = await new Promise<SnippetOutcome | 'aborted'>((resolve) => {
    deadline = setTimeout(resolve, timeoutMs + graceMs, { kind: 'timeout' })
    onAbort = () => resolve('aborted')
    options.signal?.addEventListener('abort', onAbort, { once: true })
    worker.on('error', (error: Error) => resolve({ kind: 'broken', message: error.message }))
    worker.on('exit', () => resolve({ kind: 'broken', message: 'its thread ended' }))
    worker.on('message', (message: WorkerMessage) => {
      if (message.type === 'outcome') resolve(message.outcome)
      if (message.type !== 'console') return
      const line = { level: message.level, text: message.text }
      lines.push(line)
      truncated ||= message.truncated
      tell(line)
    })
    worker.postMessage({ code, language, timeoutMs, outputBytes, resultLength } satisfies SnippetRequest)
  })
  clearTimeout(deadline)
  options.signal?.removeEventListener('abort', onAbort)
  worker.removeAllListeners('message')

  const common = { console: lines, truncated, wallMs: performance.now() - started }
  const stdout = lines.map((line) => line.text).join('\n')
  const failed = (code: 'aborted' | 'timeout' | 'too-large' | 'failed', message: string) =>
    new SandboxError(code, message, { output: { stdout, stderr: '', truncated } })
  if (outcome === 'aborted') throw failed('aborted', 'The code was stopped.')
  switch (outcome.kind) {
    case 'value':
      return { outcome: 'value', json: outcome.json, text: outcome.text, ...common }
    case 'error':
      return { outcome: 'error', error: outcome.error, ...common }
    case 'timeout':
      throw failed('timeout', `The code ran longer than ${timeoutMs} ms.`)
    case 'too-large':
      throw failed('too-large', `The result has ${outcome.length} characters, more than ${resultLength}.`)
    case 'broken':
      throw failed(
        'failed',
        `The JavaScript engine gave up: ${outcome.message}. It has 64 MiB of memory and half of one of stack.`,
      )
  }
}

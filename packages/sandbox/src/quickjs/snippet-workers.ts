/// <reference path="./webassembly.d.ts" />
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import { SandboxError } from '../sandbox-error.ts'

const startMs = 10_000

/** Worker threads that have loaded the engine and wait for their one snippet. At most one is kept in advance. */
export class SnippetWorkers {
  #module: Promise<WebAssembly.Module> | undefined
  #spare: Promise<Worker> | undefined
  #closed = false

  /** Starts the spare unless there is one. */
  warm(): void {
    if (this.#closed || this.#spare) return
    this.#spare = this.#start()
    this.#spare.catch(() => {
      this.#spare = undefined
    })
  }

  /**
   * A worker that is ready: the spare, or a new one. The caller terminates it after one snippet.
   * @throws {SandboxError} `failed` when none could be started
   */
  take(): Promise<Worker> {
    const spare = this.#spare
    this.#spare = undefined
    return spare ?? this.#start()
  }

  async close(): Promise<void> {
    this.#closed = true
    const spare = await this.#spare?.catch(() => undefined)
    await spare?.terminate()
  }

  async #start(): Promise<Worker> {
    this.#module ??= compileEngine()
    const worker = new Worker(new URL('./snippet-worker.ts', import.meta.url), {
      workerData: { wasmModule: await this.#module },
      env: {},
      argv: [],
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
    })
    // A spare alone keeps no process alive, and one that dies takes none with it: the run that gets it will tell.
    worker.unref()
    worker.on('error', () => {})
    return new Promise((resolve, reject) => {
      const fail = (error: Error) => {
        void worker.terminate()
        reject(new SandboxError('failed', `The JavaScript engine did not start: ${error.message}`, { cause: error }))
      }
      const late = setTimeout(() => fail(new Error('it took too long')), startMs)
      worker.once('error', fail)
      worker.once('message', () => {
        clearTimeout(late)
        worker.removeListener('error', fail)
        resolve(worker)
      })
    })
  }
}

/** Once per process: compiled code is shared between threads. */
async function compileEngine(): Promise<WebAssembly.Module> {
  const require = createRequire(import.meta.url)
  return await WebAssembly.compile(await readFile(require.resolve('@jitl/quickjs-ng-wasmfile-release-sync/wasm')))
}

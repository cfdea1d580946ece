import { Worker } from 'node:worker_threads'
import { AppError } from '@reynard/protocol'
import { sqliteError } from './sqlite-error.ts'
import type {
  SqliteQueryResult,
  SqliteReply,
  SqliteRequest,
  SqliteThreadOptions,
  Statement,
} from './sqlite-messages.ts'

type RequestBody = SqliteRequest extends infer Request
  ? Request extends SqliteRequest
    ? Omit<Request, 'id'>
    : never
  : never
type Waiting = { resolve: (reply: SqliteReply) => void; reject: (error: AppError) => void }

/** One SQLite connection in a thread of its own. Requests are answered in the order in which they were sent. */
export class SqliteThread {
  readonly #worker: Worker
  readonly #path: string
  readonly #waiting = new Map<number, Waiting>()
  #lastId = 0
  #ended: AppError | null = null

  private constructor(options: SqliteThreadOptions) {
    this.#path = options.path
    this.#worker = new Worker(new URL('./sqlite-worker.ts', import.meta.url), {
      workerData: options,
      name: `sqlite-${options.role}`,
    })
    this.#worker.on('message', (reply: SqliteReply) => this.#settle(reply))
    this.#worker.on('error', (error) => this.#end(`The database thread died: ${error.message}`))
    this.#worker.on('exit', () => this.#end('The database is closed.'))
  }

  /** Starts the thread and opens the file. Throws an AppError that says why it can't be opened. */
  static async open(options: SqliteThreadOptions): Promise<SqliteThread> {
    const thread = new SqliteThread(options)
    await new Promise<SqliteReply>((resolve, reject) => thread.#waiting.set(0, { resolve, reject })).catch(
      async (error: unknown) => {
        await thread.#worker.terminate()
        throw error
      },
    )
    return thread
  }

  async query(statement: Statement): Promise<SqliteQueryResult> {
    const reply = await this.#ask({ kind: 'query', statement })
    if (reply.kind !== 'rows') throw unexpected(reply)
    return reply.result
  }

  /** One entry per group, null when it is durable; `replaced` when a restore came in between and nothing was written. */
  async commit(groups: Statement[][], epoch: number | null): Promise<(AppError | null)[] | 'replaced'> {
    const reply = await this.#ask({ kind: 'commit', groups, epoch })
    if (reply.kind === 'replaced') return 'replaced'
    if (reply.kind !== 'committed') throw unexpected(reply)
    return reply.failures.map((failure) => (failure ? sqliteError(failure, this.#path) : null))
  }

  /** False: somebody reads in the log just now, and it was left as it is. */
  async fold(): Promise<boolean> {
    const reply = await this.#ask({ kind: 'fold' })
    if (reply.kind !== 'folded') throw unexpected(reply)
    return reply.isWhole
  }

  /** Finishes what was asked before, then closes the file and ends the thread. */
  async close(): Promise<void> {
    if (this.#ended) return
    const exited = new Promise((resolve) => this.#worker.once('exit', resolve))
    await this.#ask({ kind: 'close' })
    await exited
  }

  #ask(body: RequestBody): Promise<SqliteReply> {
    if (this.#ended) return Promise.reject(this.#ended)
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#worker.postMessage({ ...body, id })
    })
  }

  #settle(reply: SqliteReply): void {
    const waiting = this.#waiting.get(reply.id)
    this.#waiting.delete(reply.id)
    if (reply.kind === 'failed') waiting?.reject(sqliteError(reply.failure, this.#path))
    else waiting?.resolve(reply)
  }

  #end(reason: string): void {
    this.#ended ??= new AppError('shutting-down', reason)
    for (const { reject } of this.#waiting.values()) reject(this.#ended)
    this.#waiting.clear()
  }
}

function unexpected(reply: SqliteReply): AppError {
  return new AppError('internal', `The database thread answered "${reply.kind}" out of turn.`)
}

import type { AppError } from '@reynard/protocol'
import pg from 'pg'
import { replacedError } from '../replaced-error.ts'
import type { Statement } from '../sqlite/sqlite-messages.ts'
import { postgresError } from './postgres-error.ts'

type Outcome = AppError | null

/**
 * A connection of its own for group commits, in pipeline mode: begin, all statements and commit leave in one go, so that a commit costs
 * one round trip and one flush, whatever it holds. Each statement's text is prepared once on the server.
 */
export class PostgresCommitter {
  readonly #config: pg.ClientConfig
  readonly #commitDelayMs: number
  #client: Promise<pg.Client> | null = null
  readonly #names = new Map<string, string>()
  /** See the table `database_epoch`. */
  epoch: number | null = null

  constructor(config: pg.ClientConfig, commitDelayMs: number) {
    this.#config = config
    this.#commitDelayMs = commitDelayMs
  }

  /** One entry per group: null when it is durable. Throws when the connection was lost: then nobody knows what was saved. */
  async commit(groups: Statement[][]): Promise<Outcome[]> {
    const client = await this.#connect()
    const failure = await this.#transaction(client, groups.flat())
    if (!failure) return groups.map(() => null)
    if (groups.length === 1 || !isStatementsFault(failure)) return groups.map(() => failure)
    const outcomes: Outcome[] = []
    for (const group of groups) outcomes.push(await this.#transaction(client, group))
    return outcomes
  }

  async close(): Promise<void> {
    const client = await this.#client?.catch(() => null)
    this.#client = null
    await client?.end()
  }

  async #transaction(client: pg.Client, statements: Statement[]): Promise<Outcome> {
    const results = await Promise.allSettled([
      client.query('begin'),
      // Read first: it takes a lock that a restore waits for, and then everything below is of the same epoch. Another one divides by zero.
      ...(this.epoch === null ? [] : [client.query({ text: epochGuard, values: [this.epoch], name: 'epoch_guard' })]),
      ...statements.map(({ sql, parameters }) =>
        client.query({ text: sql, values: parameters, name: this.#name(sql) }),
      ),
      ...(this.#commitDelayMs > 0 ? [client.query(`select pg_sleep(${this.#commitDelayMs / 1000})`)] : []),
      client.query('commit'),
    ])
    const failed = results.find((result) => result.status === 'rejected')
    if (!failed) return null
    return pgCode(failed.reason) === divisionByZero && results[1] === failed
      ? replacedError()
      : postgresError(failed.reason)
  }

  #connect(): Promise<pg.Client> {
    if (this.#client !== null) return this.#client
    const opened = this.#open(() => {
      // A client tells of its end by `error`, by `end`, or by both: the second word comes when another one may be there.
      if (this.#client !== opened) return
      this.#client = null
      this.#names.clear()
    })
    this.#client = opened
    return opened
  }

  async #open(forget: () => void): Promise<pg.Client> {
    const client = new pg.Client({ ...this.#config, pipeline: true })
    client.on('error', forget)
    client.on('end', forget)
    try {
      await client.connect()
      return client
    } catch (error) {
      forget()
      throw postgresError(error)
    }
  }

  /** Undefined once there are many: statements of every length would fill the server's memory. */
  #name(sql: string): string | undefined {
    const known = this.#names.get(sql)
    if (known || this.#names.size >= mostPreparedStatements) return known
    const name = `commit_${this.#names.size}`
    this.#names.set(sql, name)
    return name
  }
}

const mostPreparedStatements = 300
const divisionByZero = '22012'
const epochGuard = 'select 1 / (epoch = $1)::integer from database_epoch'

/** A statement's own fault (bad data, a constraint), not the connection's or the server's. */
function isStatementsFault(error: AppError): boolean {
  return (
    /^(21|22|23|42)/.test(String(error.details.code ?? '')) || error.code === 'conflict' || error.code === 'not-found'
  )
}

function pgCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

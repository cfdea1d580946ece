import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
  type RootOperationNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { toParameters } from '../parameters.ts'
import type { SqliteQueryResult } from './sqlite-messages.ts'
import type { SqliteThread } from './sqlite-thread.ts'
import type { WriteLock } from './write-lock.ts'

type Threads = { writer: SqliteThread; reader: SqliteThread; lock: WriteLock }

/** Kysely on two SQLite threads: reads go to the reader at once, writes and transactions wait their turn for the writer. */
export class SqliteThreadDialect implements Dialect {
  readonly #threads: Threads

  constructor(threads: Threads) {
    this.#threads = threads
  }

  createDriver(): Driver {
    return new SqliteThreadDriver(this.#threads)
  }
  createQueryCompiler(): SqliteQueryCompiler {
    return new SqliteQueryCompiler()
  }
  createAdapter(): SqliteAdapter {
    return new SqliteAdapter()
  }
  createIntrospector(db: Kysely<unknown>): SqliteIntrospector {
    return new SqliteIntrospector(db)
  }
}

class SqliteThreadDriver implements Driver {
  readonly #threads: Threads

  constructor(threads: Threads) {
    this.#threads = threads
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<SqliteThreadConnection> {
    return new SqliteThreadConnection(this.#threads)
  }

  beginTransaction(connection: SqliteThreadConnection): Promise<void> {
    return connection.begin()
  }
  commitTransaction(connection: SqliteThreadConnection): Promise<void> {
    return connection.end('commit')
  }
  rollbackTransaction(connection: SqliteThreadConnection): Promise<void> {
    return connection.end('rollback')
  }
  async savepoint(connection: SqliteThreadConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`savepoint "${name}"`))
  }
  async rollbackToSavepoint(connection: SqliteThreadConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`rollback to "${name}"`))
  }
  async releaseSavepoint(connection: SqliteThreadConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`release "${name}"`))
  }
  async releaseConnection(connection: SqliteThreadConnection): Promise<void> {
    connection.release()
  }
  /** The threads belong to the database handle, which closes them. */
  async destroy(): Promise<void> {}
}

class SqliteThreadConnection implements DatabaseConnection {
  readonly #threads: Threads
  #releaseLock: (() => void) | null = null

  constructor(threads: Threads) {
    this.#threads = threads
  }

  async begin(): Promise<void> {
    const release = await this.#threads.lock.acquire()
    try {
      await this.#threads.writer.query({ sql: 'begin immediate', parameters: [] })
      this.#releaseLock = release
    } catch (error) {
      release()
      throw error
    }
  }

  async end(how: 'commit' | 'rollback'): Promise<void> {
    await this.#threads.writer.query({ sql: how, parameters: [] })
    this.release()
  }

  release(): void {
    this.#releaseLock?.()
    this.#releaseLock = null
  }

  async executeQuery<Row>(compiled: CompiledQuery): Promise<QueryResult<Row>> {
    const statement = { sql: compiled.sql, parameters: toParameters(compiled.parameters) }
    if (this.#releaseLock) return toResult(await this.#threads.writer.query(statement))
    if (isRead(compiled.query, compiled.sql)) return toResult(await this.#threads.reader.query(statement))
    const release = await this.#threads.lock.acquire()
    try {
      return toResult(await this.#threads.writer.query(statement))
    } finally {
      release()
    }
  }

  // biome-ignore lint/correctness/useYield: a cursor would hold the reader thread; lists are paged instead
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('Streaming a query is not supported: page through it.')
  }
}

function isRead(node: RootOperationNode, sql: string): boolean {
  return node.kind === 'SelectQueryNode' || (node.kind === 'RawNode' && /^\s*select\b/i.test(sql))
}

function toResult<Row>({ rows, changes, insertId }: SqliteQueryResult): QueryResult<Row> {
  return {
    // Kysely knows the row's type from the query; the thread only carries it.
    rows: rows as Row[],
    numAffectedRows: changes === null ? undefined : BigInt(changes),
    insertId: insertId === null ? undefined : BigInt(insertId),
  }
}

import { Kysely } from 'kysely'
import pg from 'pg'
import { CommitQueue } from '../commit-queue.ts'
import type { Database } from '../schema.ts'
import { PostgresCommitter } from './postgres-committer.ts'
import { OurPostgresDialect } from './postgres-dialect.ts'
import { postgresError } from './postgres-error.ts'
import { lockPostgres } from './server-lock.ts'

export type OpenPostgresOptions = {
  databaseUrl: string
  commitDelayMs?: number
  /** False for what works beside a server: a backup, a restore. */
  exclusive?: boolean
  log?: (message: string) => void
}

export type PostgresDatabase = {
  kysely: Kysely<Database>
  queue: CommitQueue
  /** Resolves when another server has taken the database over, while the connection was lost. */
  lost: Promise<void>
  /** From now on commits are refused once the data was replaced by a restore. */
  watchEpoch(epoch: number): void
  /** See `Db.forgetDeleted`. */
  forgetDeleted(): Promise<boolean>
  close(): Promise<void>
}

const connectDeadlineMs = 10_000
const queryDeadlineMs = 60_000
const poolSize = 10
const int8 = 20

/** Our numbers are times and counts, far below 2^53: bigint columns come back as numbers, as SQLite gives them. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => (oid === int8 ? Number : pg.types.getTypeParser(oid, format)),
}

/** Connects to Postgres. Throws an AppError with a sentence when it does not answer or refuses, or when another server has it. */
export async function openPostgres(options: OpenPostgresOptions): Promise<PostgresDatabase> {
  const config: pg.ClientConfig = {
    connectionString: options.databaseUrl,
    connectionTimeoutMillis: connectDeadlineMs,
    query_timeout: queryDeadlineMs,
    application_name: 'reynard',
    keepAlive: true,
    types,
  }
  const pool = new pg.Pool({ ...config, max: poolSize })
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', (error) => options.log?.(`A connection to Postgres broke: ${error.message}`))
  try {
    const client = await pool.connect()
    client.release()
  } catch (error) {
    await pool.end()
    throw postgresError(error)
  }
  const lock = await (options.exclusive === false ? unlocked : lockPostgres(config, options.log)).catch(
    async (error: unknown) => {
      await pool.end()
      throw error
    },
  )
  const kysely = new Kysely<Database>({ dialect: new OurPostgresDialect({ pool }) })
  const committer = new PostgresCommitter(config, options.commitDelayMs ?? 0)
  const queue = new CommitQueue((groups) => committer.commit(groups))
  return {
    kysely,
    queue,
    lost: lock.lost,
    watchEpoch: (epoch) => {
      committer.epoch = epoch
    },
    // Its own vacuum does, in its own time.
    forgetDeleted: () => Promise.resolve(true),
    async close() {
      await queue.close()
      await committer.close()
      await kysely.destroy()
      // Last: who comes next finds everything saved.
      await lock.release()
    },
  }
}

const unlocked = Promise.resolve({ lost: new Promise<void>(() => {}), release: async () => {} })

import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Compilable, Kysely } from 'kysely'
import { backupDatabase } from './backup/backup-database.ts'
import { migrate } from './migrations/migrate.ts'
import type { Dialect } from './migrations/migration.ts'
import { openPostgres } from './postgres/open-postgres.ts'
import { keepPrivate } from './private-folder.ts'
import type { Database } from './schema.ts'
import { openSqlite } from './sqlite/open-sqlite.ts'

export type OpenDatabaseOptions = {
  /** Holds reynard.db and its backups; made where it is missing. */
  dataDir: string
  /** A Postgres URL. Absent or empty: SQLite in the data folder. */
  databaseUrl?: string
  log?: (message: string) => void
  /** Added to every commit, in milliseconds: what the benchmark of a slow disk sets. */
  commitDelayMs?: number
}

export type Db = {
  /**
   * Queries and transactions. A transaction has the only writing connection of SQLite: within it use nothing but `tx`, and wait for
   * nothing else.
   */
  kysely: Kysely<Database>
  dialect: Dialect
  /**
   * Writes the statements as one unit and resolves when they are durable. Statements of all callers that come while a commit is on its
   * way share the next one. Throws AppError, and then none of the caller's statements is saved: `conflict` for something that exists
   * already, `not-found` for a parent that does not, `shutting-down` after close or a restore.
   */
  commit(statements: readonly Compilable[]): Promise<void>
  /**
   * Leaves nothing of deleted rows in files beside the tables: SQLite's write-ahead log keeps pages as they were. Resolves with false
   * where somebody reads in it just now; ask again later.
   */
  forgetDeleted(): Promise<boolean>
  /**
   * Resolves when a backup was restored into this database, or when another server took it over while the connection to Postgres was
   * lost. Every commit is refused with `shutting-down` then: what the server holds in memory belongs to data that is gone. Close, and
   * open anew, which says so if another server has it.
   */
  replaced: Promise<void>
  /** Finishes the commits that were taken, then closes. */
  close(): Promise<void>
}

const backupsKept = 5
const lookForRestoreEveryMs = 2_000

/** Opens the database and brings its schema up to date. Throws an AppError whose message is a sentence for people. */
export async function openDatabase(options: OpenDatabaseOptions): Promise<Db> {
  const db = options.databaseUrl ? await openOnPostgres(options, options.databaseUrl) : await openOnSqlite(options)
  keepPrivate(options.dataDir, options.log)
  return db
}

async function openOnSqlite({ dataDir, log, commitDelayMs }: OpenDatabaseOptions): Promise<Db> {
  const database = await openSqlite({ dataDir, commitDelayMs })
  const backup = backupBefore({ dataDir, log })
  const prepare = async () => {
    await migrate({ kysely: database.kysely, dialect: 'sqlite', backup, log })
    return await readEpoch(database.kysely)
  }
  return await finish({ ...database, lost: new Promise(() => {}) }, prepare, 'sqlite')
}

async function openOnPostgres(options: OpenDatabaseOptions, databaseUrl: string): Promise<Db> {
  const { dataDir, log, commitDelayMs } = options
  const database = await openPostgres({ databaseUrl, commitDelayMs, log })
  const backup = backupBefore({ dataDir, databaseUrl, log })
  const prepare = async () => {
    await migrate({ kysely: database.kysely, dialect: 'postgres', backup, log })
    return await countEpochUp(database.kysely)
  }
  return await finish(database, prepare, 'postgres')
}

/** Keeps what is there before migrations touch it. Throws, and so stops the start, when that can't be done. */
function backupBefore({ dataDir, databaseUrl, log }: OpenDatabaseOptions): (fromVersion: number) => Promise<void> {
  return async (fromVersion) => {
    const file = nextBackupPath(dataDir, fromVersion, databaseUrl ? 'jsonl.gz' : 'db')
    await backupDatabase({ dataDir, databaseUrl, file })
    log?.(`Saved a backup of the data at ${file}.`)
  }
}

type Opened = Awaited<ReturnType<typeof openPostgres>>

/** `prepare` brings the schema up to date and says which epoch this server writes in. */
async function finish(database: Opened, prepare: () => Promise<number>, dialect: Dialect): Promise<Db> {
  const { kysely, queue } = database
  let epoch: number
  try {
    epoch = await prepare()
    database.watchEpoch(epoch)
  } catch (error) {
    await database.close()
    throw error
  }
  const restore = watchForRestore(kysely, epoch)
  return {
    kysely,
    dialect,
    replaced: Promise.race([restore.seen, database.lost]),
    commit: (statements) => queue.commit(statements),
    forgetDeleted: () => database.forgetDeleted(),
    close() {
      restore.stop()
      return database.close()
    },
  }
}

async function readEpoch(kysely: Kysely<Database>): Promise<number> {
  const { epoch } = await kysely.selectFrom('database_epoch').select('epoch').executeTakeFirstOrThrow()
  return epoch
}

/**
 * A lock on Postgres ends with its connection, and its owner may be the last to hear of that: what an earlier server still has on the
 * way is of an earlier epoch from here on, and is refused.
 */
async function countEpochUp(kysely: Kysely<Database>): Promise<number> {
  const { epoch } = await kysely
    .updateTable('database_epoch')
    .set(({ eb }) => ({ epoch: eb('epoch', '+', 1) }))
    .returning('epoch')
    .executeTakeFirstOrThrow()
  return epoch
}

/** Safety does not hang on this look (each commit checks for itself): it only lets an idle server know. */
function watchForRestore(kysely: Kysely<Database>, epoch: number): { seen: Promise<void>; stop(): void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  let looking = false
  const look = async () => {
    if (looking) return
    looking = true
    try {
      if ((await readEpoch(kysely)) !== epoch) {
        clearInterval(timer)
        resolve()
      }
    } catch {
      // The database can't be read just now: whoever reads next says so.
    } finally {
      looking = false
    }
  }
  const timer = setInterval(() => void look(), lookForRestoreEveryMs)
  timer.unref()
  return { seen: promise, stop: () => clearInterval(timer) }
}

/** `backups/<time>-schema-<n>.<extension>`, after the oldest of such files have made room. */
function nextBackupPath(dataDir: string, fromVersion: number, extension: string): string {
  const folder = join(dataDir, 'backups')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const earlier = readdirSync(folder)
    .filter((name) => /^\d{8}T\d{6}\d*Z-schema-\d+\.(db|jsonl\.gz)$/.test(name))
    .sort()
  for (const name of earlier.slice(0, Math.max(0, earlier.length - backupsKept + 1))) rmSync(join(folder, name))
  const time = new Date().toISOString().replaceAll(/[-:.]/g, '')
  return join(folder, `${time}-schema-${fromVersion}.${extension}`)
}

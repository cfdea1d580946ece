import { randomUUID } from 'node:crypto'
import { existsSync, renameSync } from 'node:fs'
import { resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { AppError, errorCodeOf } from '@reynard/protocol'
import { type Kysely, sql } from 'kysely'
import { latestSchema } from '../migrations/index.ts'
import { migrate } from '../migrations/migrate.ts'
import type { Dialect } from '../migrations/migration.ts'
import { openPostgres } from '../postgres/open-postgres.ts'
import type { Database } from '../schema.ts'
import { openSqlite, sqlitePath } from '../sqlite/open-sqlite.ts'
import { lockDataDir } from '../sqlite/server-lock.ts'
import { backupDatabase } from './backup-database.ts'
import { type BackupRow, type BackupTable, backupTableNames, backupTables } from './backup-tables.ts'
import { insertRows } from './insert-rows.ts'
import { stageBackup } from './stage-backup.ts'

export type RestoreOptions = {
  dataDir: string
  databaseUrl?: string
  file: string
  log?: (message: string) => void
}

export type Restored = {
  rows: number
  /** Where what was there before is kept; null where there was nothing. */
  before: string | null
}

/**
 * Puts a backup in the place of all data, while a server runs or none does. The backup is checked and brought to today's schema in a
 * temp folder first; then one transaction keeps a backup of what is there, replaces everything and counts the epoch up. From that
 * moment no commit of a server that was started before can be saved: all it holds in memory belongs to the old data. It notices
 * (`Db.replaced`) and starts anew. So at every moment, and whatever dies, there is either all of the old data or all of the new.
 */
export async function restoreDatabase({ dataDir, databaseUrl, file, log }: RestoreOptions): Promise<Restored> {
  const staged = await stageBackup(resolve(file))
  try {
    if (!databaseUrl) setDamagedAside(dataDir, log)
    const target = await openTarget(dataDir, databaseUrl)
    try {
      return await replaceAll(target, rowsOf(staged.kysely), async () => {
        if (target.isNew) return null
        const before = await backupDatabase({ dataDir, databaseUrl })
        log?.(`What was there before is kept at ${before}.`)
        return before
      })
    } finally {
      await target.close()
    }
  } finally {
    await staged.remove()
  }
}

type Target = { kysely: Kysely<Database>; dialect: Dialect; isNew: boolean; close(): Promise<void> }

async function openTarget(dataDir: string, databaseUrl: string | undefined): Promise<Target> {
  const { opened, running } = await openLocked((exclusive) =>
    databaseUrl ? openPostgres({ databaseUrl, exclusive }) : openSqlite({ dataDir, exclusive }),
  )
  const { kysely, close } = opened
  const dialect = databaseUrl ? 'postgres' : 'sqlite'
  try {
    const version = await schemaVersion(kysely)
    if (running && version !== latestSchema) {
      throw new AppError('conflict', 'The server that is running is of another version. Stop it, then restore.')
    }
    await migrate({ kysely, dialect })
    return { kysely, dialect, isNew: version === 0, close }
  } catch (error) {
    await close()
    throw error
  }
}

type Opened = { kysely: Kysely<Database>; close(): Promise<void> }

/** With the lock where no server has it: none shall start meanwhile. Beside the server otherwise. */
async function openLocked(
  open: (exclusive: boolean) => Promise<Opened>,
): Promise<{ opened: Opened; running: boolean }> {
  try {
    return { opened: await open(true), running: false }
  } catch (error) {
    if (errorCodeOf(error) !== 'conflict') throw error
    return { opened: await open(false), running: true }
  }
}

/** 0 where there is no schema yet. */
async function schemaVersion(kysely: Kysely<Database>): Promise<number> {
  try {
    const row = await kysely
      .selectFrom('schema_migrations')
      .select(({ fn }) => fn.max('version').as('version'))
      .executeTakeFirst()
    return row?.version ?? 0
  } catch {
    return 0
  }
}

async function replaceAll(
  { kysely, dialect }: Target,
  rows: ReturnType<typeof rowsOf>,
  keepBefore: () => Promise<string | null>,
): Promise<Restored> {
  return await kysely.transaction().execute(async (tx) => {
    // Every group commit reads the epoch first: this waits for those under way and holds up the next ones until all is replaced. (In
    // SQLite to have begun is to be the only writer.)
    if (dialect === 'postgres') await sql`lock table database_epoch in access exclusive mode`.execute(tx)
    // Only now, with every writer held up: what was acknowledged at the last moment is in it.
    const before = await keepBefore()
    const count = await insertRows(tx, dialect, rows)
    // The log outlives what it tells of, and says so.
    await tx.insertInto('audit_entries').values(restoredEntry(count)).execute()
    await tx
      .updateTable('database_epoch')
      .set(({ eb }) => ({ epoch: eb('epoch', '+', 1) }))
      .execute()
    return { rows: count, before }
  })
}

/** Whoever restores is at the machine itself: nobody that the server knows. */
function restoredEntry(rows: number) {
  return {
    ...{ id: randomUUID(), at: Date.now(), action: 'restore', outcome: 'done' as const, actor_kind: 'server' as const },
    ...{ actor_id: null, credential: null, address: null, subject_id: null },
    ...{ object_kind: null, object_id: null, object_name: null, details: JSON.stringify({ rows }) },
  }
}

const rowsPerRead = 200

async function* rowsOf(kysely: Kysely<Database>): AsyncGenerator<{ table: BackupTable; row: BackupRow }> {
  for (const table of backupTableNames) {
    const columns = sql.join(backupTables[table].map((name) => sql.ref(name)))
    let last = 0
    for (;;) {
      const page = await sql<BackupRow & { row_number: number }>`
        select rowid as row_number, ${columns} from ${sql.table(table)} where rowid > ${last} order by rowid limit ${sql.lit(rowsPerRead)}`.execute(
        kysely,
      )
      for (const { row_number, ...row } of page.rows) {
        last = row_number
        yield { table, row }
      }
      if (page.rows.length < rowsPerRead) break
    }
  }
}

/** A damaged file can't be written into. It is moved, never deleted: somebody may still get something out of it. */
function setDamagedAside(dataDir: string, log: ((message: string) => void) | undefined): void {
  const path = sqlitePath(dataDir)
  if (!existsSync(path) || isSound(path)) return
  // Throws while a server has it: then that one has to be stopped first.
  const lock = lockDataDir(dataDir)
  try {
    const aside = `${path}.damaged-${new Date().toISOString().replaceAll(/[-:.]/g, '')}`
    for (const suffix of ['', '-wal', '-shm']) {
      if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix)
    }
    log?.(`The database was damaged; it is kept at ${aside}.`)
  } finally {
    lock.release()
  }
}

function isSound(path: string): boolean {
  try {
    const db = new DatabaseSync(path, { readOnly: true, timeout: 10_000 })
    try {
      return db.prepare('pragma quick_check(1)').get()?.quick_check === 'ok'
    } finally {
      db.close()
    }
  } catch (error) {
    const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0
    return code !== 11 && code !== 26
  }
}

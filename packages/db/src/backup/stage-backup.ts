import { chmodSync, copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { AppError } from '@reynard/protocol'
import type { Kysely } from 'kysely'
import { latestSchema, migrations } from '../migrations/index.ts'
import { migrate } from '../migrations/migrate.ts'
import type { Database } from '../schema.ts'
import { openSqlite, sqlitePath } from '../sqlite/open-sqlite.ts'
import { insertRows } from './insert-rows.ts'
import { notABackup, readRowFile } from './row-file.ts'

/** A backup laid out in a temp folder as a SQLite database of today's schema. */
export type StagedBackup = { kysely: Kysely<Database>; remove(): Promise<void> }

/**
 * Reads a backup of any kind and any earlier schema into a place of its own, so that it is known to be whole and current before any live
 * data is touched. Throws AppError when it is not.
 */
export async function stageBackup(file: string): Promise<StagedBackup> {
  if (!existsSync(file)) throw new AppError('not-found', `There is no file ${file} to restore.`)
  const folder = mkdtempSync(join(tmpdir(), 'reynard-restore-'))
  try {
    const isSqlite = (await firstBytes(file, 15)).toString('latin1') === 'SQLite format 3'
    const isGzip = (await firstBytes(file, 2)).toString('hex') === '1f8b'
    if (!isSqlite && !isGzip) throw notABackup(file)
    if (isSqlite) copyDatabase(file, sqlitePath(folder))
    const staged = await openSqlite({ dataDir: folder })
    const remove = async () => {
      await staged.close()
      rmSync(folder, { recursive: true, force: true })
    }
    try {
      if (isGzip) await loadRows(staged.kysely, file)
      await migrate({ kysely: staged.kysely, dialect: 'sqlite' })
    } catch (error) {
      await remove()
      throw error
    }
    return { kysely: staged.kysely, remove }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

function copyDatabase(file: string, target: string): void {
  copyFileSync(file, target)
  chmodSync(target, 0o600)
  const copy = new DatabaseSync(target)
  try {
    const [verdict] = copy.prepare('pragma quick_check(1)').all()
    if (verdict?.quick_check !== 'ok') throw damaged(file, String(verdict?.quick_check))
    const tables = copy.prepare(`select name from sqlite_schema where name = 'schema_migrations'`).all()
    if (tables.length === 0) throw notABackup(file)
  } catch (error) {
    if (error instanceof AppError) throw error
    throw damaged(file, error instanceof Error ? error.message : String(error))
  } finally {
    copy.close()
  }
}

async function loadRows(kysely: Kysely<Database>, file: string): Promise<void> {
  const { schema, rows } = await readRowFile(file)
  if (schema > latestSchema) {
    throw new AppError(
      'conflict',
      `The backup ${file} was made by a newer Reynard (schema ${schema}; this one knows ${latestSchema}). Restore it with that version.`,
    )
  }
  await migrate({ kysely, dialect: 'sqlite', migrations: migrations.filter(({ version }) => version <= schema) })
  await kysely.transaction().execute(async (tx) => await insertRows(tx, 'sqlite', rows))
}

function damaged(file: string, why: string): AppError {
  return new AppError('bad-request', `The backup ${file} is damaged (${why}). Nothing was restored.`)
}

async function firstBytes(file: string, count: number): Promise<Buffer> {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(count), 0, count, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

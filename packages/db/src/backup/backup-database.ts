import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { AppError } from '@reynard/protocol'
import { openPostgres } from '../postgres/open-postgres.ts'
import { sqlitePath } from '../sqlite/open-sqlite.ts'
import { writeRowFile } from './row-file.ts'

export type BackupOptions = {
  dataDir: string
  databaseUrl?: string
  /** Where to; must not exist. Absent: a name with the time, in the folder "backups" of the data folder. */
  file?: string
}

/**
 * Saves everything as it is at one moment, while a server reads and writes. SQLite: a database file; Postgres: rows as gzipped JSON
 * lines. Either can be restored into either. Resolves with the file's path once it is checked and on the disk; a backup that breaks off
 * leaves no file. Throws AppError.
 */
export async function backupDatabase({ dataDir, databaseUrl, file }: BackupOptions): Promise<string> {
  const target = file ? resolve(file) : defaultFile(dataDir, databaseUrl ? 'jsonl.gz' : 'db')
  if (existsSync(target)) {
    throw new AppError('conflict', `${target} exists already. Name another file, or delete that one first.`)
  }
  const partial = `${target}.partial`
  // Judged before a folder is made for it.
  if (!databaseUrl) mustExist(sqlitePath(dataDir))
  try {
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 })
    // Made first, so that nobody but its owner can ever read it.
    await (await open(partial, 'w', 0o600)).close()
    if (databaseUrl) await backupPostgres(databaseUrl, partial)
    else await backupSqlite(sqlitePath(dataDir), partial)
    await flush(partial)
    renameSync(partial, target)
    if (process.platform !== 'win32') await flush(dirname(target))
    return target
  } catch (error) {
    for (const leftover of [partial, `${partial}-journal`, `${partial}-wal`, `${partial}-shm`])
      rmSync(leftover, { force: true })
    if (error instanceof AppError) throw error
    const message = error instanceof Error ? error.message : String(error)
    throw new AppError('internal', `The backup ${target} could not be written: ${message}`, { cause: error })
  }
}

function mustExist(path: string): void {
  if (existsSync(path)) return
  throw new AppError('not-found', `There is no database at ${path} to back up. REYNARD_DATA_DIR names the data folder.`)
}

async function backupSqlite(path: string, partial: string): Promise<void> {
  const source = new DatabaseSync(path, { readOnly: true, timeout: 10_000 })
  try {
    // All pages in one step: one snapshot. In small steps it would start over at every commit of the server.
    await backup(source, partial, { rate: 2 ** 31 - 1 })
  } finally {
    source.close()
  }
  const copy = new DatabaseSync(partial)
  try {
    // One file that needs no companions, and no surprise on the day that it is needed.
    copy.exec('pragma journal_mode = delete')
    const [verdict] = copy.prepare('pragma quick_check(1)').all()
    if (verdict?.quick_check !== 'ok') {
      throw new AppError(
        'internal',
        `The database ${path} is damaged (${verdict?.quick_check}): the backup is of no use.`,
      )
    }
  } finally {
    copy.close()
  }
}

async function backupPostgres(databaseUrl: string, partial: string): Promise<void> {
  const { kysely, close } = await openPostgres({ databaseUrl, exclusive: false })
  try {
    await writeRowFile(kysely, partial)
  } finally {
    await close()
  }
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function defaultFile(dataDir: string, extension: string): string {
  const time = new Date().toISOString().replaceAll(/[-:.]/g, '')
  return join(dataDir, 'backups', `reynard-${time}.${extension}`)
}

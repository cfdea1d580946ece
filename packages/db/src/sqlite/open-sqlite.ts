import { accessSync, constants, mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { AppError } from '@reynard/protocol'
import { Kysely } from 'kysely'
import { CommitQueue } from '../commit-queue.ts'
import { replacedError } from '../replaced-error.ts'
import type { Database } from '../schema.ts'
import { lockDataDir } from './server-lock.ts'
import { SqliteThreadDialect } from './sqlite-dialect.ts'
import { sqliteError } from './sqlite-error.ts'
import { SqliteThread } from './sqlite-thread.ts'
import { WriteLock } from './write-lock.ts'

/** Long enough for a restore that writes into the live database. */
const busyTimeoutMs = 60_000

export type OpenSqliteOptions = {
  dataDir: string
  commitDelayMs?: number
  /** False for a restore: it writes beside the server that has the folder. */
  exclusive?: boolean
}

export type SqliteDatabase = {
  kysely: Kysely<Database>
  queue: CommitQueue
  path: string
  /** From now on commits are refused once the data was replaced by a restore. */
  watchEpoch(epoch: number): void
  /** See `Db.forgetDeleted`. */
  forgetDeleted(): Promise<boolean>
  close(): Promise<void>
}

/** The database file's name within the data folder. */
export function sqlitePath(dataDir: string): string {
  return join(dataDir, 'reynard.db')
}

/**
 * Opens `reynard.db` in the data folder on two threads, one that writes and one that reads. Throws an AppError with a sentence when the
 * folder is read-only, the disk full, the file no database, or another server has it.
 */
export async function openSqlite({
  dataDir,
  commitDelayMs = 0,
  exclusive = true,
}: OpenSqliteOptions): Promise<SqliteDatabase> {
  const path = sqlitePath(dataDir)
  const folderLock = prepareFolder(dataDir, path, exclusive)
  const opened: SqliteThread[] = []
  try {
    const writer = await SqliteThread.open({ path, role: 'writer', busyTimeoutMs, commitDelayMs })
    opened.push(writer)
    // After the writer: it makes the file.
    const reader = await SqliteThread.open({ path, role: 'reader', busyTimeoutMs, commitDelayMs: 0 })
    opened.push(reader)
    const lock = new WriteLock()
    const kysely = new Kysely<Database>({ dialect: new SqliteThreadDialect({ writer, reader, lock }) })
    let epoch: number | null = null
    const queue = new CommitQueue(async (groups) => {
      const release = await lock.acquire()
      try {
        const outcome = await writer.commit(groups, epoch)
        if (outcome === 'replaced') throw replacedError()
        return outcome
      } finally {
        release()
      }
    })
    return {
      kysely,
      queue,
      path,
      watchEpoch: (value) => {
        epoch = value
      },
      async forgetDeleted() {
        const release = await lock.acquire()
        try {
          return await writer.fold()
        } finally {
          release()
        }
      },
      async close() {
        await queue.close()
        await kysely.destroy()
        // The reader first: who closes last folds the write-ahead log into the file.
        await reader.close()
        await writer.close()
        folderLock.release()
      },
    }
  } catch (error) {
    await Promise.all(opened.map((thread) => thread.close()))
    folderLock.release()
    throw error
  }
}

function prepareFolder(dataDir: string, path: string, exclusive: boolean): { release(): void } {
  try {
    makeFolder(dataDir)
    accessSync(dataDir, constants.R_OK | constants.W_OK)
    return exclusive ? lockDataDir(dataDir) : { release: () => {} }
  } catch (error) {
    if (error instanceof AppError) throw error
    throw folderError(dataDir, path, error)
  }
}

/** Step by step: `recursive` never returns where the system keeps saying that the parent is not there, as /proc does. */
function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return
  const parent = dirname(path)
  if (parent !== path) makeFolder(parent)
  // What people talk about with their assistant is for no other account of this machine.
  mkdirSync(path, { mode: 0o700 })
}

function folderError(dataDir: string, path: string, error: unknown): AppError {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof Error && 'errcode' in error)
    return sqliteError({ message, errcode: Number(error.errcode) }, path)
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const why =
    code === 'ENOSPC'
      ? 'the disk is full'
      : code === 'EROFS' || code === 'EACCES' || code === 'EPERM'
        ? 'it is read-only for this user'
        : code === 'EEXIST' || code === 'ENOTDIR'
          ? 'it, or a part of its path, is a file'
          : message
  return new AppError(
    'internal',
    `The data folder ${dataDir} can't be used: ${why}. Set REYNARD_DATA_DIR to a folder that you can write.`,
    {
      cause: error,
      details: { dataDir, code },
    },
  )
}

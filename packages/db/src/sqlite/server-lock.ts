import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { AppError } from '@reynard/protocol'

/**
 * Keeps a second server off the same data folder. The lock is SQLite's own lock on an empty file, so the operating system takes it back
 * when its owner dies, however it dies: there is no stale lock, and a reused process id deceives nobody. `server.pid` beside it only
 * says who the owner is. Throws AppError `conflict` naming the owner.
 */
export function lockDataDir(dataDir: string): { release(): void } {
  const pidFile = join(dataDir, 'server.pid')
  const lock = new DatabaseSync(join(dataDir, 'server.lock'), { timeout: 0 })
  try {
    lock.exec('pragma journal_mode = memory; begin exclusive')
  } catch (error) {
    lock.close()
    if (isBusy(error)) throw taken(dataDir, readOwner(pidFile))
    throw error
  }
  writeFileSync(pidFile, `${process.pid}\n`)
  return { release: () => lock.close() }
}

function taken(dataDir: string, owner: string): AppError {
  return new AppError(
    'conflict',
    `Another Reynard (process ${owner}) is using the data folder ${dataDir}. Stop it first, or set REYNARD_DATA_DIR to another folder.`,
    { details: { owner } },
  )
}

function readOwner(pidFile: string): string {
  try {
    return readFileSync(pidFile, 'utf8').trim() || 'unknown'
  } catch {
    return 'unknown'
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === 5
}

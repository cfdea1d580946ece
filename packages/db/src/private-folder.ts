import { chmodSync, existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const others = 0o077
const othersMayWrite = 0o022
const ours = /^(reynard\.db(-wal|-shm|\.damaged-.*)?|server\.(lock|pid))$/

/**
 * What people write is for no other account of this machine: files of ours in the data folder lose every right of others, also where an
 * earlier start or a copy had given them. The folder itself may be somebody's choice and is left as it is; where others may write in
 * it, and so put files of theirs in the place of ours, a sentence says so. Windows keeps such rights elsewhere.
 */
export function keepPrivate(dataDir: string, log?: (message: string) => void): void {
  if (process.platform === 'win32' || !existsSync(dataDir)) return
  for (const name of readdirSync(dataDir)) if (ours.test(name)) takeFromOthers(join(dataDir, name))
  const backups = join(dataDir, 'backups')
  if (existsSync(backups)) for (const name of readdirSync(backups)) takeFromOthers(join(backups, name))
  if ((statSync(dataDir).mode & othersMayWrite) !== 0)
    log?.(
      `Other accounts of this machine may write in the data folder ${dataDir}. Take that from them: chmod go-w ${dataDir}`,
    )
}

function takeFromOthers(path: string): void {
  try {
    const { mode } = statSync(path)
    if ((mode & others) !== 0) chmodSync(path, mode & 0o700)
  } catch {
    // Another account's file, or one that has just gone: not ours to change.
  }
}

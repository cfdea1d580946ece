import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'

export type FolderSize = { bytes: number; files: number }

/** What lies in a folder and below it, links not followed. A folder that is not there holds nothing; what vanishes meanwhile is not counted. */
export async function measureFolder(folder: string, signal: AbortSignal): Promise<FolderSize> {
  const size = { bytes: 0, files: 0 }
  const folders = [folder]
  for (let here = folders.pop(); here !== undefined; here = folders.pop()) {
    const path = here
    signal.throwIfAborted()
    const entries = await readdir(path, { withFileTypes: true }).catch(() => [])
    for (const entry of entries) {
      if (entry.isDirectory()) folders.push(join(path, entry.name))
      if (!entry.isFile()) continue
      const found = await lstat(join(path, entry.name)).catch(() => null)
      if (found === null) continue
      size.bytes += found.size
      size.files += 1
    }
    // Somebody's token comes first.
    await nextTurn()
  }
  return size
}

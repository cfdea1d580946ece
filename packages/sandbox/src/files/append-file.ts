import { close, constants } from 'node:fs'
import { promisify } from 'node:util'
import { openBeneath } from './open-beneath.ts'
import { parseChangeablePath } from './path-rules.ts'
import type { Place } from './place.ts'
import type { Quota } from './quota.ts'
import { findEntry } from './stat-entry.ts'
import { type Written, writeAll, writeFile } from './write-file.ts'

const closeFd = promisify(close)

/** Adds to the end of a file; makes it where it is missing. Throws `quota`, and as `openBeneath`. */
export async function appendToFile(place: Place, quota: Quota, path: string, content: Uint8Array): Promise<Written> {
  const segments = parseChangeablePath(path)
  if (!findEntry(place, path)) return writeFile(place, quota, path, content, { exclusive: true })
  quota.check(content.byteLength, 0)
  const { fd, stats } = openBeneath(place.root, path, constants.O_WRONLY | constants.O_APPEND, place)
  try {
    await writeAll(fd, content)
  } finally {
    await closeFd(fd)
  }
  quota.book(content.byteLength, 0)
  return { path: segments.join('/'), bytes: stats.size + content.byteLength, created: false }
}

import { close, createReadStream, fstatSync, read } from 'node:fs'
import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { toSandboxError } from './file-system-error.ts'
import { openBeneath } from './open-beneath.ts'
import type { Place } from './place.ts'

const readFd = promisify(read)
const closeFd = promisify(close)

/** Bytes of a file from `offset`, and how many it has in all. */
export type FileBytes = { bytes: Buffer; offset: number; totalBytes: number }

/** Opens a file to read, hands its descriptor to `work`, and closes it. Errors as `openBeneath`, `aborted` by the caller's own checks. */
export async function withFile<T>(
  place: Place,
  path: string,
  work: (fd: number, bytes: number) => Promise<T>,
): Promise<T> {
  const { fd, stats } = openBeneath(place.root, path, undefined, place)
  try {
    return await work(fd, stats.size)
  } catch (error) {
    throw toSandboxError(error)
  } finally {
    await closeFd(fd)
  }
}

/** At most `length` bytes (1 MiB unless told) from `offset` on. A file that is shorter gives what there is. */
export function readBytes(place: Place, path: string, { offset = 0, length = 1 << 20 } = {}): Promise<FileBytes> {
  return withFile(place, path, async (fd, totalBytes) => {
    const bytes = await readRange(fd, offset, Math.max(0, Math.min(length, totalBytes - offset)))
    return { bytes, offset, totalBytes }
  })
}

/** Fills a buffer of `length` from a position, less where the file ends before that. */
export async function readRange(fd: number, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await readFd(fd, buffer, filled, length - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}

/** A file as a stream for a download: exactly as long as it is now, however it grows. The stream closes the file. */
export function streamFile(place: Place, path: string): { stream: Readable; bytes: number; modifiedMs: number } {
  const { fd, stats } = openBeneath(place.root, path, undefined, place)
  const bytes = fstatSync(fd).size
  // An `end` before the start would be read as “all”.
  const stream = createReadStream('', bytes > 0 ? { fd, start: 0, end: bytes - 1 } : { fd, start: 0, end: 0 })
  return { stream, bytes, modifiedMs: Math.trunc(stats.mtimeMs) }
}

import { randomUUID } from 'node:crypto'
import {
  close,
  constants,
  fchmodSync,
  fchownSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  type Stats,
  write,
} from 'node:fs'
import { promisify } from 'node:util'
import { SandboxError } from '../sandbox-error.ts'
import { toSandboxError } from './file-system-error.ts'
import { type Folder, openFolder } from './folder.ts'
import { makeFolders } from './make-folders.ts'
import { newName, parseChangeablePath } from './path-rules.ts'
import type { Place } from './place.ts'
import type { Quota } from './quota.ts'

const writeFd = promisify(write)
const closeFd = promisify(close)
const exclusive = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW

/** `created`: there was no such file before. `path` is the file's name as it is on disk. */
export type Written = { path: string; bytes: number; created: boolean }
/** `exclusive` refuses with `denied` where the file exists. `executable`: whether programs may run it; as it was unless told. */
export type WriteOptions = { exclusive?: boolean; executable?: boolean; signal?: AbortSignal }

/** Under such names files lie until they are whole. */
const partName = () => `.reynard-${randomUUID()}.part`
const partPattern = /^\.reynard-[0-9a-f-]{36}\.part$/
const abandonedMs = 3_600_000

/** Whether an entry is what a write left that a crash has ended: no write takes an hour. */
export function isAbandonedPart(name: string, { mtimeMs }: Stats): boolean {
  return partPattern.test(name) && Date.now() - mtimeMs > abandonedMs
}

/**
 * Writes a file whole: beside its place under another name, then renamed over it, so that a reader sees the old or the new. Folders
 * of the path are made. An existing file keeps its permissions. What comes in chunks is counted as it comes, and once more in the moment
 * of the renaming, so that writes side by side hold the quota together.
 * Throws `quota`, `denied` (a link or `.git` in the way), `bad-path`, `aborted`.
 */
export async function writeFile(
  place: Place,
  quota: Quota,
  path: string,
  content: Uint8Array | AsyncIterable<Uint8Array>,
  options: WriteOptions = {},
): Promise<Written> {
  const segments = parseChangeablePath(path)
  const asked = segments.pop() ?? ''
  const folders = makeFolders(place, quota, segments)
  const folder = openFolder(place.root, folders, place.mode)
  let beside: string | undefined
  try {
    const name = existing(folder, asked) ? asked : newName(asked)
    checkRoom(folder, name, quota, content instanceof Uint8Array ? content.byteLength : 0, options)
    beside = folder.child(partName())
    const bytes = await writeBeside(place, quota, folder, beside, name, content, options)
    // From here on nothing waits: what is checked is what is booked.
    const replaced = checkRoom(folder, name, quota, bytes, options)
    folder.verify()
    renameSync(beside, folder.child(name))
    quota.book(bytes - (replaced?.size ?? 0), replaced ? 0 : 1)
    return { path: [...folders, name].join('/'), bytes, created: !replaced }
  } catch (error) {
    if (beside) rmSync(beside, { force: true })
    throw toSandboxError(error)
  } finally {
    folder.close()
  }
}

/** The file that would be replaced, if so many bytes may be written over it. */
function checkRoom(
  folder: Folder,
  name: string,
  quota: Quota,
  bytes: number,
  options: WriteOptions,
): Stats | undefined {
  const replaced = existing(folder, name)
  if (replaced && options.exclusive) throw new SandboxError('denied', 'There is something of this name already.')
  quota.check(bytes - (replaced?.size ?? 0), replaced ? 0 : 1)
  return replaced
}

async function writeBeside(
  place: Place,
  quota: Quota,
  folder: Folder,
  beside: string,
  name: string,
  content: Uint8Array | AsyncIterable<Uint8Array>,
  { signal, executable }: WriteOptions,
): Promise<number> {
  const fd = openSync(beside, exclusive, 0o600)
  try {
    const replaced = existing(folder, name)
    let bytes = 0
    for await (const chunk of content instanceof Uint8Array ? [content] : content) {
      if (signal?.aborted) throw new SandboxError('aborted', 'This was stopped.')
      bytes += chunk.byteLength
      quota.check(bytes - (replaced?.size ?? 0), 0)
      await writeAll(fd, chunk)
    }
    if (place.owner) fchownSync(fd, place.owner.uid, place.owner.gid)
    const mode = replaced ? replaced.mode & 0o777 : place.shared ? 0o644 : 0o600
    // Whoever may read it may run it.
    fchmodSync(fd, executable === undefined ? mode : executable ? mode | ((mode & 0o444) >> 2) : mode & 0o666)
    return bytes
  } finally {
    await closeFd(fd)
  }
}

/** All of a chunk, however little the system takes at once. */
export async function writeAll(fd: number, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.byteLength; ) {
    at += (await writeFd(fd, chunk, at, chunk.byteLength - at)).bytesWritten
  }
}

function existing(folder: Folder, name: string): Stats | undefined {
  const stats = lstatSync(folder.child(name), { throwIfNoEntry: false })
  if (!stats || stats.isFile()) return stats
  if (stats.isDirectory()) throw new SandboxError('bad-path', 'There is a folder of this name.')
  throw new SandboxError('denied', 'There is a link or a device of this name; it is not written through.')
}

import { randomUUID } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { SandboxError } from '../sandbox-error.ts'
import { isOtherDisk, moveByCopy, nameForPrograms } from './copy-tree.ts'
import { countTree } from './count-tree.ts'
import { systemCode, toSandboxError } from './file-system-error.ts'
import { type Folder, openFolder, withFolder } from './folder.ts'
import { makeFolders } from './make-folders.ts'
import { parseChangeablePath } from './path-rules.ts'
import type { Place } from './place.ts'
import type { Quota } from './quota.ts'
import { removeTree } from './remove-tree.ts'

const noteSchema = z.object({ path: z.string(), bytes: z.number(), entries: z.number(), removedMs: z.number() })
/** Something removed that can be put back: where it was, how much it is, when it went (UTC ms). */
export type TrashItem = z.infer<typeof noteSchema> & { id: string }

const idSchema = z.uuid()
/** To another disk it is copied, which takes time and space: no more than this. */
const mostCopied = { bytes: 128 * 1024 ** 2, entries: 10_000 }

/**
 * Why something can't be moved to the trash, in a sentence that says what to do; null where nothing is known against it. Throws as
 * `removeEntry` where it is not there.
 */
export async function removalProblem(place: Place, trash: string, path: string): Promise<string | null> {
  const segments = parseChangeablePath(path)
  const name = segments.at(-1) ?? ''
  mkdirSync(trash, { recursive: true, mode: 0o700 })
  const look = (folder: Folder) => ({
    isFar: isOtherDisk(folder.child('.'), trash),
    stats: lstatSync(folder.child(name)),
  })
  const { isFar, stats } = withFolder(place.root, segments.slice(0, -1), look, place.mode)
  if (!isFar) return null
  const { bytes, entries } = stats.isDirectory()
    ? await countTree(place.root, segments)
    : { bytes: stats.size, entries: 1 }
  if (bytes <= mostCopied.bytes && entries <= mostCopied.entries) return null
  return `${path} lies on another disk than the trash and is too large to be copied there (at most ${mostCopied.bytes / 1024 ** 2} MiB in ${mostCopied.entries} files), so it could not be put back. Only the person can delete it, by hand.`
}

/**
 * Moves a file, a folder or a link out of the workspace into a folder of the server's beside it, from where `restoreRemoved` brings
 * it back. Throws `not-found`, `denied`, `bad-path`; `unavailable` where the two lie on different file systems.
 */
export async function removeEntry(place: Place, quota: Quota, trash: string, path: string): Promise<TrashItem> {
  const segments = parseChangeablePath(path)
  const id = randomUUID()
  const home = join(trash, id)
  mkdirSync(home, { recursive: true, mode: 0o700 })
  try {
    await moveOut(place, segments, trash, join(home, 'entry'))
  } catch (error) {
    await removeTree(home)
    throw error
  }
  const inside = await countTree(home)
  const item = {
    path: segments.join('/'),
    bytes: inside.bytes,
    entries: inside.entries,
    removedMs: performance.timeOrigin + performance.now(),
  }
  writeFileSync(join(home, 'note.json'), JSON.stringify(item), { mode: 0o600 })
  quota.book(-inside.bytes, -inside.entries)
  return { id, ...item }
}

async function moveOut(place: Place, segments: string[], trash: string, to: string): Promise<void> {
  const folder = openFolder(place.root, segments.slice(0, -1), place.mode)
  const name = segments.at(-1) ?? ''
  try {
    if (!movedAtOnce(folder.child(name), to)) {
      const problem = await removalProblem(place, trash, segments.join('/'))
      if (problem !== null) throw new SandboxError('unavailable', problem)
      await moveByCopy(nameForPrograms(folder, name), to)
    }
    folder.verify()
  } catch (error) {
    throw toSandboxError(error)
  } finally {
    folder.close()
  }
}

/** False where the two lie on different disks. */
function movedAtOnce(from: string, to: string): boolean {
  try {
    renameSync(from, to)
    return true
  } catch (error) {
    if (systemCode(error) === 'EXDEV') return false
    throw error
  }
}

/** Puts something removed back where it was. Throws `not-found`, `quota`, `denied` where something new is there. */
export async function restoreRemoved(place: Place, quota: Quota, trash: string, id: string): Promise<TrashItem> {
  const item = findRemoved(trash, id)
  if (!item) throw new SandboxError('not-found', 'This is no longer in the trash.')
  quota.check(item.bytes, item.entries)
  const segments = parseChangeablePath(item.path)
  const name = segments.pop() ?? ''
  const folders = makeFolders(place, quota, segments)
  const folder = openFolder(place.root, folders, place.mode)
  try {
    if (lstatSync(folder.child(name), { throwIfNoEntry: false })) {
      throw new SandboxError('denied', 'There is something of this name already.')
    }
    const entry = join(trash, item.id, 'entry')
    if (!movedAtOnce(entry, folder.child(name))) await moveByCopy(entry, nameForPrograms(folder, name))
    folder.verify()
  } catch (error) {
    throw toSandboxError(error)
  } finally {
    folder.close()
  }
  quota.book(item.bytes, item.entries)
  rmSync(join(trash, item.id), { recursive: true })
  return item
}

/** What can be put back, the latest first. */
export function listRemoved(trash: string): TrashItem[] {
  if (!existsSync(trash)) return []
  const items = readdirSync(trash).map((id) => findRemoved(trash, id))
  return items.filter((item) => item !== undefined).sort((a, b) => b.removedMs - a.removedMs)
}

/** Deletes for good: the oldest items until the rest is at most `keepBytes`, and whatever a crash has left half done. */
export async function emptyTrash(trash: string, keepBytes = 0): Promise<void> {
  if (!existsSync(trash)) return
  let kept = 0
  const keep = new Set<string>()
  for (const item of listRemoved(trash)) {
    kept += item.bytes
    if (kept <= keepBytes) keep.add(item.id)
  }
  for (const id of readdirSync(trash)) if (!keep.has(id)) await removeTree(join(trash, id))
}

function findRemoved(trash: string, id: string): TrashItem | undefined {
  if (!idSchema.safeParse(id).success) return undefined
  try {
    const note = noteSchema.parse(JSON.parse(readFileSync(join(trash, id, 'note.json'), 'utf8')))
    return { id, ...note }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

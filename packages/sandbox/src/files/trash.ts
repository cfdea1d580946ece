import { randomUUID } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { SandboxError } from '../sandbox-error.ts'
import { countTree } from './count-tree.ts'
import { systemCode } from './file-system-error.ts'
import { withFolder } from './folder.ts'
import { makeFolders } from './make-folders.ts'
import { parseChangeablePath } from './path-rules.ts'
import type { Place } from './place.ts'
import type { Quota } from './quota.ts'
import { removeTree } from './remove-tree.ts'

const noteSchema = z.object({ path: z.string(), bytes: z.number(), entries: z.number(), removedMs: z.number() })
/** Something removed that can be put back: where it was, how much it is, when it went (UTC ms). */
export type TrashItem = z.infer<typeof noteSchema> & { id: string }

const idSchema = z.uuid()

/**
 * Moves a file, a folder or a link out of the workspace into a folder of the server's beside it, from where `restoreRemoved` brings
 * it back. Throws `not-found`, `denied`, `bad-path`; `unavailable` where the two lie on different file systems.
 */
export async function removeEntry(place: Place, quota: Quota, trash: string, path: string): Promise<TrashItem> {
  const segments = parseChangeablePath(path)
  const name = segments.at(-1) ?? ''
  const id = randomUUID()
  const home = join(trash, id)
  mkdirSync(home, { recursive: true, mode: 0o700 })
  try {
    withFolder(
      place.root,
      segments.slice(0, -1),
      (folder) => renameSync(folder.child(name), join(home, 'entry')),
      place.mode,
    )
  } catch (error) {
    rmSync(home, { recursive: true })
    const cause = error instanceof Error ? error.cause : undefined
    if (systemCode(cause) !== 'EXDEV') throw error
    throw new SandboxError('unavailable', 'This folder lies on another disk than the trash.', { cause })
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

/** Puts something removed back where it was. Throws `not-found`, `quota`, `denied` where something new is there. */
export function restoreRemoved(place: Place, quota: Quota, trash: string, id: string): TrashItem {
  const item = findRemoved(trash, id)
  if (!item) throw new SandboxError('not-found', 'This is no longer in the trash.')
  quota.check(item.bytes, item.entries)
  const segments = parseChangeablePath(item.path)
  const name = segments.pop() ?? ''
  const folders = makeFolders(place, quota, segments)
  withFolder(
    place.root,
    folders,
    (folder) => {
      if (lstatSync(folder.child(name), { throwIfNoEntry: false })) {
        throw new SandboxError('denied', 'There is something of this name already.')
      }
      renameSync(join(trash, item.id, 'entry'), folder.child(name))
    },
    place.mode,
  )
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

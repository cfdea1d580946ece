import { chownSync, lstatSync, mkdirSync } from 'node:fs'
import { SandboxError } from '../sandbox-error.ts'
import { systemCode } from './file-system-error.ts'
import { withFolder } from './folder.ts'
import { newName } from './path-rules.ts'
import type { Place } from './place.ts'
import type { Quota } from './quota.ts'

/**
 * Makes what is missing of the folders of a path and returns their names as they are on disk: those that exist keep theirs, new ones
 * are written in NFC. Throws `quota`, `denied` (a link), `bad-path` (a name that can't be, a file in the way).
 */
export function makeFolders(place: Place, quota: Quota, segments: string[]): string[] {
  const made: string[] = []
  for (const segment of segments) {
    made.push(withFolder(place.root, made, (folder) => makeFolder(place, quota, folder.child, segment), place.mode))
  }
  return made
}

function makeFolder(place: Place, quota: Quota, child: (name: string) => string, segment: string): string {
  if (isFolder(child(segment))) return segment
  const name = newName(segment)
  if (isFolder(child(name))) return name
  quota.check(0, 1)
  try {
    mkdirSync(child(name), { mode: place.shared ? 0o755 : 0o700 })
  } catch (error) {
    // Another was faster: its folder is as good.
    if (systemCode(error) === 'EEXIST' && isFolder(child(name))) return name
    throw error
  }
  if (place.owner) chownSync(child(name), place.owner.uid, place.owner.gid)
  quota.book(0, 1)
  return name
}

function isFolder(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (!stats || stats.isDirectory()) return stats !== undefined
  if (stats.isSymbolicLink()) throw new SandboxError('denied', 'A part of this path is a link; links are not followed.')
  throw new SandboxError('bad-path', 'A part of this path is a file, not a folder.')
}

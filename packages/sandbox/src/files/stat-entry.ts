import { lstatSync, type Stats } from 'node:fs'
import { SandboxError } from '../sandbox-error.ts'
import { withFolder } from './folder.ts'
import { parsePath } from './path-rules.ts'
import type { Place } from './place.ts'

/** `other`: a pipe, a socket, a device. Only `file` and `folder` can be opened. */
export type EntryType = 'file' | 'folder' | 'link' | 'other'
/** One thing in a workspace. `path` is relative to its root, `.` for the root; `bytes` is 0 but for files. */
export type Entry = { path: string; type: EntryType; bytes: number; modifiedMs: number }

/** What lies at `path`; a link is reported as such and not followed. Throws `not-found`, `bad-path`, `denied`. */
export function statEntry(place: Place, path: string): Entry {
  const entry = findEntry(place, path)
  if (!entry) throw new SandboxError('not-found', 'There is no such file or folder.')
  return entry
}

/** As `statEntry`, but `undefined` where nothing is. */
export function findEntry(place: Place, path: string): Entry | undefined {
  const segments = parsePath(path)
  const shown = segments.join('/') || '.'
  const name = segments.pop() ?? '.'
  try {
    const find = (folder: { child(name: string): string }) => lstatSync(folder.child(name), { throwIfNoEntry: false })
    // The root's own name is a link to it in /proc, so it is looked at as the folder that it is.
    const stats = withFolder(place.root, segments, find, place.mode)
    if (name === '.') return { path: shown, type: 'folder', bytes: 0, modifiedMs: 0 }
    return stats && toEntry(shown, stats)
  } catch (error) {
    if (error instanceof SandboxError && error.code === 'not-found') return undefined
    throw error
  }
}

/** An entry of what the system says of it. */
export function toEntry(path: string, stats: Stats): Entry {
  const type = typeOf(stats)
  return { path, type, bytes: type === 'file' ? stats.size : 0, modifiedMs: Math.trunc(stats.mtimeMs) }
}

function typeOf(stats: Stats): EntryType {
  if (stats.isFile()) return 'file'
  if (stats.isDirectory()) return 'folder'
  return stats.isSymbolicLink() ? 'link' : 'other'
}

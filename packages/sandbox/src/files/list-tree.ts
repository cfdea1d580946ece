import { SandboxError } from '../sandbox-error.ts'
import { isPresentable, parsePath } from './path-rules.ts'
import type { Place } from './place.ts'
import { type Entry, statEntry, toEntry } from './stat-entry.ts'
import { walkTree } from './walk-tree.ts'

/** `depth` 1 (default) lists one folder; at most 80. `maxEntries` 1,000 unless told. Folders named in `skip` are shown, not entered. */
export type ListOptions = { depth?: number; maxEntries?: number; skip?: readonly string[]; signal?: AbortSignal }
/** `hidden` counts names that can't be shown: no UTF-8, control or direction characters, backslashes. */
export type Listing = { entries: Entry[]; truncated: boolean; hidden: number }

/** What lies beneath a folder, sorted by path. Throws `not-found`, `denied`, `bad-path` (also for a file), `aborted`. */
export async function listTree(place: Place, path: string, options: ListOptions = {}): Promise<Listing> {
  const start = parsePath(path)
  const { type } = statEntry(place, path)
  if (type === 'link') throw new SandboxError('denied', 'This is a link; links are not followed.')
  if (type !== 'folder') throw new SandboxError('bad-path', 'This is a file, not a folder.')
  const { depth = 1, maxEntries = 1000, skip = [], signal } = options
  const walk = walkTree(place.root, start, { depth, maxEntries, skip: new Set(skip), signal })
  const entries: Entry[] = []
  const hiddenFolders = new Set<string>()
  let hidden = 0
  let step = await walk.next()
  for (; !step.done; step = await walk.next()) {
    const names = step.value.path.map((name) => name.toString())
    if (names.every(isPresentable)) entries.push(toEntry([...start, ...names].join('/'), step.value.stats))
    else if (!hiddenFolders.has(names.slice(0, -1).join('/'))) hidden++
    if (step.value.stats.isDirectory() && !names.every(isPresentable)) hiddenFolders.add(names.join('/'))
  }
  entries.sort((a, b) => (a.path < b.path ? -1 : 1))
  return { entries, truncated: step.value.truncated, hidden }
}

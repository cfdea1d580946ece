import type { FolderListing, WorkspaceEntry } from '@reynard/protocol'

/** One line of the tree. `position` of `size` within its folder; `level` counts from 1. */
export type TreeRow =
  | { kind: 'entry'; entry: WorkspaceEntry; level: number; position: number; size: number; isOpen: boolean }
  | { kind: 'more'; folder: string; count: number; level: number }
  | { kind: 'failed'; folder: string; level: number }
  | { kind: 'hidden'; folder: string; count: number; level: number }

/** What is known of a folder: its pages so far; null where it could not be read, undefined while it is read. */
export type KnownFolders = ReadonlyMap<string, FolderListing[] | null>

/** The lines that are in sight: what is in folders that are open, as far as it was read. */
export function treeRows(known: KnownFolders, open: ReadonlySet<string>): TreeRow[] {
  const rows: TreeRow[] = []
  const add = (folder: string, level: number) => {
    const pages = known.get(folder)
    if (pages === undefined) return
    if (pages === null) return void rows.push({ kind: 'failed', folder, level })
    const entries = pages.flatMap((page) => page.entries)
    const size = pages.at(-1)?.total ?? 0
    for (const [index, entry] of entries.entries()) {
      const isOpen = entry.type === 'folder' && open.has(entry.path)
      rows.push({ kind: 'entry', entry, level, position: index + 1, size, isOpen })
      if (isOpen) add(entry.path, level + 1)
    }
    if (entries.length < size) rows.push({ kind: 'more', folder, count: Math.min(500, size - entries.length), level })
    const hidden = pages[0]?.hidden ?? 0
    if (hidden > 0) rows.push({ kind: 'hidden', folder, count: hidden, level })
  }
  add('.', 1)
  return rows
}

export const rowKey = (row: TreeRow): string =>
  row.kind === 'entry' ? `=${row.entry.path}` : `${row.kind} ${row.folder}`

/** Where a folder lies; null for what is in the workspace itself. */
export function parentOf(path: string): string | null {
  const at = path.lastIndexOf('/')
  return at < 0 ? null : path.slice(0, at)
}

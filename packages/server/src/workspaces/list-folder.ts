import type { FolderListing, WorkspaceEntry } from '@reynard/protocol'
import type { Workspace } from '@reynard/sandbox'

const pageSize = 500
/** Beyond this a folder shows its first entries only. */
const mostEntries = 200_000
const byName = new Intl.Collator('en', { numeric: true })
const nameOf = ({ path }: WorkspaceEntry) => path.slice(path.lastIndexOf('/') + 1)

/** A page of one folder: folders first, then by name as people count. */
export async function listFolder(workspace: Workspace, path: string, from: number): Promise<FolderListing> {
  const { entries, hidden } = await workspace.list(path, { maxEntries: mostEntries })
  const rank = ({ type }: WorkspaceEntry) => (type === 'folder' ? 0 : 1)
  entries.sort((a, b) => rank(a) - rank(b) || byName.compare(nameOf(a), nameOf(b)))
  return { path, entries: entries.slice(from, from + pageSize), from, total: entries.length, hidden }
}

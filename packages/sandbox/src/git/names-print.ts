import { createHash } from 'node:crypto'
import { walkTree } from '../files/walk-tree.ts'
import type { Workspace } from '../files/workspace.ts'

const mostNames = 40_000
const places = ['HEAD', 'packed-refs', 'shallow'] as const

/**
 * What the names of the repository at `.git` look like from outside: another text once any of them changed. Reads no file. Null where
 * there is no repository.
 */
export async function namesPrint(workspace: Workspace): Promise<string | null> {
  if (workspace.find('.git')?.type !== 'folder') return null
  const hash = createHash('sha256')
  for (const place of places) {
    const entry = workspace.find(`.git/${place}`)
    hash.update(`${place} ${entry?.bytes} ${entry?.modifiedMs}\n`)
  }
  if (workspace.find('.git/refs')?.type === 'folder') {
    const lines: string[] = []
    for await (const { path, stats } of walkTree(workspace.root, ['.git', 'refs'], { maxEntries: mostNames })) {
      if (stats.isFile()) lines.push(`${path.map(String).join('/')} ${stats.size} ${stats.mtimeMs} ${stats.ino}`)
    }
    hash.update(lines.sort().join('\n'))
  }
  return hash.digest('hex')
}

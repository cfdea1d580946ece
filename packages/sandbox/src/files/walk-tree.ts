import { lstatSync, opendirSync, type Stats } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { SandboxError } from '../sandbox-error.ts'
import { toSandboxError } from './file-system-error.ts'
import { openFolder } from './folder.ts'
import { maxDepth } from './path-rules.ts'

/** One thing found. Names are bytes: code in a sandbox leaves such that are no UTF-8. */
export type TreeEntry = { path: Buffer[]; name: Buffer; stats: Stats }
export type WalkOptions = {
  /** Folders below the start that are entered; 1 is the start alone. At most, and by default, 80. */
  depth?: number
  /** The walk ends here; its return value says so. */
  maxEntries?: number
  /** Folders of these names are reported but not entered. */
  skip?: ReadonlySet<string>
  signal?: AbortSignal
}
/** Why a walk has not seen everything. `deep`: something lies more than 80 folders down. */
export type WalkEnd = { truncated: boolean; deep: boolean }

const entriesPerTurn = 256

/**
 * Everything beneath a folder, breadth first so that a limit cuts what lies deepest, following no link. It gives the event loop a turn
 * every 256 entries. A folder that vanishes or can't be read is passed over.
 */
export async function* walkTree(
  root: string,
  start: (string | Buffer)[],
  { depth = maxDepth, maxEntries = Number.POSITIVE_INFINITY, skip, signal }: WalkOptions = {},
): AsyncGenerator<TreeEntry, WalkEnd> {
  let queue: Buffer[][] = [[]]
  let seen = 0
  let deep = false
  for (let level = 1; queue.length > 0; level++) {
    const next: Buffer[][] = []
    for (const path of queue) {
      for (const entry of readFolder(root, start, path)) {
        if (seen++ >= maxEntries) return { truncated: true, deep }
        if (seen % entriesPerTurn === 0) {
          await setImmediate()
          if (signal?.aborted) throw new SandboxError('aborted', 'This was stopped.')
        }
        yield entry
        if (!entry.stats.isDirectory() || skip?.has(entry.name.toString())) continue
        if (level < depth) next.push(entry.path)
        else if (level >= maxDepth) deep = true
      }
    }
    queue = next
  }
  return { truncated: false, deep }
}

/** The entries of one folder, unsorted, while it is held open. */
function* readFolder(root: string, start: (string | Buffer)[], path: Buffer[]): Generator<TreeEntry, void> {
  try {
    const folder = openFolder(root, [...start, ...path])
    try {
      // latin1 keeps the bytes of a name as they are.
      const directory = opendirSync(folder.child('.'), { encoding: 'latin1', bufferSize: entriesPerTurn })
      try {
        for (let entry = directory.readSync(); entry; entry = directory.readSync()) {
          const name = Buffer.from(entry.name, 'latin1')
          const stats = lstatSync(folder.child(name), { throwIfNoEntry: false })
          if (stats) yield { path: [...path, name], name, stats }
        }
      } finally {
        directory.closeSync()
      }
      folder.verify()
    } finally {
      folder.close()
    }
  } catch (error) {
    const refused = toSandboxError(error)
    if (path.length === 0 || !['not-found', 'denied'].includes(refused.code)) throw refused
  }
}

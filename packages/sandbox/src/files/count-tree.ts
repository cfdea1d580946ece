import type { WorkspaceUsage } from './quota.ts'
import { type TreeEntry, walkTree } from './walk-tree.ts'

/** Disk that was set aside beyond a file's length, above what a file system rounds up to, counts as well. */
const roundingBytes = 1 << 16
const sizeOf = (length: number, onDisk: number) => (onDisk > length + roundingBytes ? onDisk : length)
/** Counting ends here: who leaves more is over any quota. */
const maxCounted = 500_000

/**
 * What a tree holds. A file counts with the length it claims, so that a sparse terabyte is over any quota; links and folders count as
 * entries. Trees deeper than 80 folders, or of more than 500,000 entries, are `over`. Reads nothing but names and
 * sizes. What `leaveOut` says yes to is not counted.
 */
export async function countTree(
  root: string,
  start: (string | Buffer)[] = [],
  signal?: AbortSignal,
  leaveOut: (entry: TreeEntry) => boolean = () => false,
): Promise<WorkspaceUsage> {
  const walk = walkTree(root, start, { maxEntries: maxCounted, signal })
  let bytes = 0
  let entries = 0
  try {
    let step = await walk.next()
    for (; !step.done; step = await walk.next()) {
      if (leaveOut(step.value)) continue
      entries++
      const { stats } = step.value
      if (!stats.isDirectory()) bytes += sizeOf(stats.size, stats.blocks * 512)
    }
    return { bytes, entries, over: step.value.truncated || step.value.deep }
  } finally {
    // A walk that is left half way holds folders open.
    await walk.return({ truncated: true, deep: false })
  }
}

import { statfsSync } from 'node:fs'
import { countTree } from '../files/count-tree.ts'
import type { WorkspaceLimits } from '../files/quota.ts'

const intervalMs = 100
/** So much less free space, or so many less free inodes, is reason to count. A program writes about this much in one interval. */
const stepBytes = 64 * 1024 * 1024
const stepEntries = 5000
/** Whoever frees space on the same disk meanwhile hides what is written: so it is counted now and then in any case, and never for long. */
const restMs = 2000
const restPerCount = 20

/**
 * Calls `onFull` once when a workspace outgrows its limits while a program runs in it: no limit of the kernel's counts many files. Looks at
 * the disk's free space, which costs nothing, and counts the workspace when that has shrunk, and rarely besides. Returns what ends the watch.
 */
export function watchDisk(folder: string, limits: WorkspaceLimits, onFull: () => void): () => void {
  const stop = new AbortController()
  const free = () => {
    const { bavail, bsize, ffree } = statfsSync(folder)
    return { bytes: bavail * bsize, entries: ffree }
  }
  let before = free()
  let counting = false
  let nextCount = performance.now() + restMs
  const look = async () => {
    const now = free()
    const shrunk = before.bytes - now.bytes >= stepBytes || before.entries - now.entries >= stepEntries
    before = shrunk ? now : { bytes: Math.max(before.bytes, now.bytes), entries: Math.max(before.entries, now.entries) }
    const started = performance.now()
    if (!shrunk && started < nextCount) return
    const { bytes, entries, over } = await countTree(folder, [], stop.signal)
    nextCount = performance.now() + Math.max(restMs, (performance.now() - started) * restPerCount)
    if ((over || bytes > limits.bytes || entries > limits.entries) && !stop.signal.aborted) onFull()
  }
  const timer = setInterval(() => {
    if (counting) return
    counting = true
    // A folder that is gone, or a count that was stopped, has nothing to tell.
    look()
      .catch(() => {})
      .finally(() => {
        counting = false
      })
  }, intervalMs)
  return () => {
    clearInterval(timer)
    stop.abort()
  }
}

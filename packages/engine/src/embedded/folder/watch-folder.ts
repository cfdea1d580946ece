import { type FSWatcher, mkdirSync, watch } from 'node:fs'

/** A file that is copied in fires many events; one look in this time is enough. Milliseconds. */
const settleMs = 500
const rewatchMs = 1000

/** Makes the folder if need be and calls back when a GGUF file in it comes, changes or goes, at most every half second. */
export function watchFolder(directory: string, changed: () => void): { close(): void } {
  let watcher: FSWatcher | null = null
  let settling: NodeJS.Timeout | null = null

  function announce() {
    settling = null
    changed()
  }

  function start() {
    try {
      mkdirSync(directory, { recursive: true })
      watcher = watch(directory, { recursive: true, persistent: false }, (_event, file) => {
        if (file && !file.endsWith('.gguf')) return
        settling ??= setTimeout(announce, settleMs).unref()
      })
      watcher.on('error', watchAgainLater)
    } catch {
      // Some network file systems cannot be watched; the folder is read every few seconds anyway.
    }
  }

  /** A folder that vanishes under the watch ends it; what was missed meanwhile is told of in the end. */
  function watchAgainLater() {
    watcher?.close()
    watcher = null
    if (settling) clearTimeout(settling)
    settling = setTimeout(() => {
      start()
      announce()
    }, rewatchMs)
    settling.unref()
  }

  start()
  return {
    close() {
      if (settling) clearTimeout(settling)
      watcher?.close()
    },
  }
}

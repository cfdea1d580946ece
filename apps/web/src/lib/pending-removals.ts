import { useSyncExternalStore } from 'react'

/** As long as the toast with its Undo stands. */
const UNDO_MS = 8000

let hidden: ReadonlySet<string> = new Set()
const NOTHING: ReadonlySet<string> = new Set()
const waiting = new Map<string, ReturnType<typeof setTimeout>>()
const listeners = new Set<() => void>()

function set(next: Set<string>) {
  hidden = next
  for (const listener of listeners) listener()
}

/** A page that goes away does at once what it was going to do. */
function removeAllNow() {
  for (const [id, timer] of waiting) {
    clearTimeout(timer)
    // Our own calls gather for a moment that this page no longer has, and end with it.
    void fetch('/api/trpc/chat.removeMessage', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id }),
      keepalive: true,
    })
  }
  waiting.clear()
}

/** Takes a thing off the screen now and calls `remove` when it can no longer be had back. */
export function removeLater(id: string, remove: () => void) {
  if (waiting.size === 0) addEventListener('pagehide', removeAllNow, { once: true })
  const timer = setTimeout(() => {
    waiting.delete(id)
    remove()
  }, UNDO_MS)
  waiting.set(id, timer)
  set(new Set([...hidden, id]))
}

export function showAgain(id: string) {
  clearTimeout(waiting.get(id))
  waiting.delete(id)
  set(new Set([...hidden].filter((other) => other !== id)))
}

/** What is off the screen though the server still has it, by id. */
export function usePendingRemovals(): ReadonlySet<string> {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => hidden,
    () => NOTHING,
  )
}

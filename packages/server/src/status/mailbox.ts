/** What one slow reader still has to read. An item with the key of one that waits takes its place, so that it cannot grow without end. */
export type Mailbox<Item> = {
  deliver(item: Item): void
  /** Items in the order they came, until `signal` aborts. One reader only. */
  read(signal: AbortSignal): AsyncGenerator<Item, void>
}

/** `keyOf`: items with the same key replace each other. */
export function createMailbox<Item>(keyOf: (item: Item) => string): Mailbox<Item> {
  const waiting = new Map<string, Item>()
  let wake = Promise.withResolvers<void>()
  return {
    deliver(item) {
      const key = keyOf(item)
      waiting.delete(key)
      waiting.set(key, item)
      wake.resolve()
    },
    async *read(signal) {
      const stop = () => wake.resolve()
      signal.addEventListener('abort', stop, { once: true })
      try {
        while (!signal.aborted) {
          await wake.promise
          wake = Promise.withResolvers<void>()
          // The last delivery and an abort may share one wake-up.
          if (signal.aborted) return
          const items = [...waiting.values()]
          waiting.clear()
          yield* items
        }
      } finally {
        signal.removeEventListener('abort', stop)
      }
    },
  }
}

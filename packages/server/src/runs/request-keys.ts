import { AppError, errorCodeOf, type SendResult } from '@reynard/protocol'
import type { Clock } from './ports.ts'

export type RequestKeys = {
  /** Whatever the key started before is what it gives again; else `start` is called, once for all who ask at the same time. */
  once(ownerId: string, key: string, start: () => Promise<SendResult>): Promise<SendResult>
  /**
   * What the key has started, as soon as it is durable. A watcher may come before the request that it belongs to, so an unknown key is
   * waited for. Throws why the start was refused, or `not-found` when none came within ten seconds. Null when `signal` aborts first.
   */
  started(ownerId: string, key: string, signal: AbortSignal): Promise<SendResult | null>
  /** The key has started a run in an earlier life of the server. */
  remember(ownerId: string, key: string): void
  /** Resolves when nothing is being accepted any more. */
  settled(): Promise<void>
}

type Options = {
  /** What the database knows of a key; null where it knows nothing. */
  find(ownerId: string, key: string): Promise<SendResult | null>
  clock: Clock
  /** A client that asks again does so within minutes; this many keys should last for days. */
  keysKept: number
}

/** How long a watcher waits for a request that has not come, in milliseconds. */
const waitMs = 10_000

/** The keys that clients make for what they start: the same key never starts twice, and finds its run before its ids are known. */
export function createRequestKeys({ find, clock, keysKept }: Options): RequestKeys {
  const accepting = new Map<string, Promise<SendResult>>()
  /** Keys that have started a run, newest last: only for these is the database asked before a new run starts. */
  const used = new Set<string>()
  const waiting = new Map<string, Set<(result: Promise<SendResult>) => void>>()
  const nameOf = (ownerId: string, key: string) => `${ownerId}\n${key}`

  function remember(name: string): void {
    used.add(name)
    if (used.size <= keysKept) return
    for (const oldest of used) {
      used.delete(oldest)
      return
    }
  }

  async function startOnce(ownerId: string, key: string, start: () => Promise<SendResult>): Promise<SendResult> {
    const name = nameOf(ownerId, key)
    const before = used.has(name) ? await find(ownerId, key) : null
    if (before !== null) return before
    try {
      const result = await start()
      remember(name)
      return result
    } catch (error) {
      // A key older than those remembered: the database knows it, and has refused to take it twice.
      const older = errorCodeOf(error) === 'conflict' ? await find(ownerId, key) : null
      if (older === null) throw error
      return older
    }
  }

  /** Resolves with the start of `name` when it comes; with null after `waitMs`, or when `signal` aborts. */
  function waitFor(name: string, signal: AbortSignal): Promise<{ result: Promise<SendResult> } | null> {
    return new Promise((resolve) => {
      const waiters = waiting.get(name) ?? new Set()
      waiting.set(name, waiters)
      const end = (result: Promise<SendResult> | null) => {
        stopTimer()
        signal.removeEventListener('abort', giveUp)
        waiters.delete(tell)
        if (waiters.size === 0) waiting.delete(name)
        // Wrapped: a promise in a promise would be waited for, and its end belongs to who asks for it.
        resolve(result === null ? null : { result })
      }
      const tell = (result: Promise<SendResult>) => end(result)
      const giveUp = () => end(null)
      const stopTimer = clock.after(waitMs, giveUp)
      signal.addEventListener('abort', giveUp, { once: true })
      waiters.add(tell)
    })
  }

  return {
    async once(ownerId, key, start) {
      const name = nameOf(ownerId, key)
      const running = accepting.get(name)
      if (running !== undefined) return await running
      const result = startOnce(ownerId, key, start)
      accepting.set(name, result)
      for (const tell of [...(waiting.get(name) ?? [])]) tell(result)
      try {
        return await result
      } finally {
        accepting.delete(name)
      }
    },
    async started(ownerId, key, signal) {
      const name = nameOf(ownerId, key)
      const running = accepting.get(name)
      if (running !== undefined) return await running
      const before = used.has(name) ? await find(ownerId, key) : null
      if (before !== null) return before
      if (signal.aborted) return null
      const start = accepting.get(name) ?? (await waitFor(name, signal))?.result
      if (start !== undefined) return await start
      if (signal.aborted) return null
      const older = await find(ownerId, key)
      if (older === null) throw new AppError('not-found', 'Nothing was asked under this key. Send the question again.')
      return older
    },
    remember: (ownerId, key) => remember(nameOf(ownerId, key)),
    async settled() {
      await Promise.allSettled(accepting.values())
    },
  }
}

import type { Caller } from '../access/access.ts'

/** Whoever a cookie or key stands for. `expiresAt` in UTC milliseconds. */
export type Known = { caller: Caller; expiresAt: number }

const MOST = 10_000

export type SessionCache = {
  get(hash: string, now: number): Caller | undefined
  /** Asks `find` once for all who want the same at a time. What was found while something was revoked is not kept. */
  load(hash: string, find: () => Promise<Known | null>): Promise<Caller | null>
  /** Forgets everybody: who is asked for next is looked up again. */
  clear(): void
}

/** Who stands behind a hash, so that a call need not ask the database. Holds no secret, and only who is known. */
export function createSessionCache(): SessionCache {
  const known = new Map<string, Known>()
  const loading = new Map<string, Promise<Caller | null>>()
  let generation = 0
  return {
    get(hash, now) {
      const entry = known.get(hash)
      if (entry === undefined || entry.expiresAt > now) return entry?.caller
      known.delete(hash)
      return undefined
    },
    load(hash, find) {
      const underway = loading.get(hash)
      if (underway) return underway
      const from = generation
      const promise = find()
        .then((found) => {
          if (found === null) return null
          // Somebody may just have been sent away: then this is what was, and is asked for once more.
          if (from !== generation) return find().then((again) => again?.caller ?? null)
          const [oldest] = known.keys()
          if (known.size >= MOST && oldest !== undefined) known.delete(oldest)
          known.set(hash, found)
          return found.caller
        })
        .finally(() => {
          if (loading.get(hash) === promise) loading.delete(hash)
        })
      loading.set(hash, promise)
      return promise
    },
    clear() {
      generation += 1
      known.clear()
      loading.clear()
    },
  }
}

import { useSyncExternalStore } from 'react'

type KeptOptions<Value> = {
  /** Stands in local storage before the chat's id. */
  prefix: string
  /** What a chat without an entry has; storing it removes the entry. */
  empty: Value
  /** Reads what an earlier page wrote; anything else than its own form gives `empty`. */
  read: (stored: unknown) => Value
  /** What is written; null removes the entry. */
  write: (value: Value) => unknown
  /** True where a change in another tab shows here too. */
  isShared: boolean
}

/** One small value per chat that outlives the page. `null` is the chat that is about to begin. Without storage it lives in memory. */
export type KeptPerChat<Value> = {
  get: (chat: string | null) => Value
  set: (chat: string | null, value: Value) => void
  subscribe: (listener: () => void) => () => void
}

export function createKeptPerChat<Value>(options: KeptOptions<Value>): KeptPerChat<Value> {
  const { prefix, empty, read, write, isShared } = options
  const values = new Map<string, Value>()
  const listeners = new Set<() => void>()
  const keyOf = (chat: string | null) => `${prefix}${chat ?? 'new'}`
  const tell = () => {
    for (const listener of listeners) listener()
  }
  const onStorage = (event: StorageEvent) => {
    // A null key: everything was cleared.
    if (event.key !== null && !event.key.startsWith(prefix)) return
    if (event.key === null) values.clear()
    else values.delete(event.key)
    tell()
  }
  return {
    get(chat) {
      const key = keyOf(chat)
      const known = values.get(key)
      if (known !== undefined) return known
      const value = read(readStored(key))
      values.set(key, value)
      return value
    },
    set(chat, value) {
      const key = keyOf(chat)
      values.set(key, value)
      writeStored(key, value === empty ? null : write(value))
      tell()
    },
    subscribe(listener) {
      if (isShared && listeners.size === 0) addEventListener('storage', onStorage)
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
        if (isShared && listeners.size === 0) removeEventListener('storage', onStorage)
      }
    },
  }
}

/** The chat's value, followed. While the server renders: `empty`. */
export function useKept<Value>(kept: KeptPerChat<Value>, chat: string | null, empty: Value): Value {
  return useSyncExternalStore(
    kept.subscribe,
    () => kept.get(chat),
    () => empty,
  )
}

function readStored(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null')
  } catch {
    // Blocked storage or a broken entry: as if nothing had been kept.
    return null
  }
}

function writeStored(key: string, value: unknown) {
  try {
    if (value === null) localStorage.removeItem(key)
    else localStorage.setItem(key, JSON.stringify(value))
  } catch {
    // Blocked or full: the value holds for this page.
  }
}

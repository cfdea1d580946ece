'use client'
import { useSyncExternalStore } from 'react'

/** How often each message was opened from a search: the address alone does not change when the same hit is opened again. */
const counts = new Map<string, number>()
const listeners = new Set<() => void>()

/** A hit was chosen: its chat scrolls to it and marks it, also where it stands in the address already. */
export function openHit(messageId: string): void {
  counts.set(messageId, (counts.get(messageId) ?? 0) + 1)
  for (const listener of listeners) listener()
}

/** A message to open a chat at, and the words that were found in it; another value for each time that it was asked for. */
export type OpenAt = { messageId: string; words: string; time: number }

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** How often that message was opened on this page. */
export function useTimesOpened(messageId: string | null): number {
  return useSyncExternalStore(
    subscribe,
    () => (messageId === null ? 0 : (counts.get(messageId) ?? 0)),
    () => 0,
  )
}

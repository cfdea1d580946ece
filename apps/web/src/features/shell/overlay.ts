import { useSyncExternalStore } from 'react'

/** What lies over the page: one thing at a time. `chat` null: the settings of the chat that is about to begin. */
export type Overlay =
  | { kind: 'palette' }
  | { kind: 'shortcuts' }
  | { kind: 'drawer' }
  | { kind: 'chat-settings'; chat: string | null }

let current: Overlay | null = null
const listeners = new Set<() => void>()

export function setOverlay(overlay: Overlay | null) {
  current = overlay
  for (const listener of listeners) listener()
}

/** Another page came: what belonged to the one before goes. The palette and the keys may just have been opened, and belong to none. */
export function leavePage() {
  if (current?.kind === 'drawer' || current?.kind === 'chat-settings') setOverlay(null)
}

export function useOverlay(): Overlay | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => current,
    () => null,
  )
}

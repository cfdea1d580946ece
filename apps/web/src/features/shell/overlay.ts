import { useSyncExternalStore } from 'react'
import { focusedElement } from '../../lib/focused-element.ts'

/** What lies over the page: one thing at a time. `chat` null: the settings of the chat that is about to begin. */
export type Overlay =
  | { kind: 'palette' }
  | { kind: 'shortcuts' }
  | { kind: 'drawer' }
  | { kind: 'chat-settings'; chat: string | null }
  | { kind: 'bring-project'; chat: string | null }

let current: Overlay | null = null
let opener: HTMLElement | null = null
const listeners = new Set<() => void>()

export function setOverlay(overlay: Overlay | null) {
  // One that takes another's place was opened by whoever opened that.
  if (overlay !== null && current === null) opener = focusedElement()
  current = overlay
  for (const listener of listeners) listener()
}

/** Who had the focus when it opened, and gets it back. */
export const overlayOpener = (): HTMLElement | null => opener

/** Another page came: what belonged to the one before goes. The palette and the keys may just have been opened, and belong to none. */
export function leavePage() {
  const kind = current?.kind
  if (kind === 'drawer' || kind === 'chat-settings' || kind === 'bring-project') setOverlay(null)
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

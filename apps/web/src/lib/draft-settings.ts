import type { ConversationSettings } from '@reynard/protocol'
import { useSyncExternalStore } from 'react'

/** What was chosen for a chat that is not there yet. It goes with the first message and is then that chat's own. */
let draft: ConversationSettings = {}
const NOTHING: ConversationSettings = {}
const listeners = new Set<() => void>()

export function setDraftSettings(settings: ConversationSettings) {
  draft = settings
  for (const listener of listeners) listener()
}

/** Hands the choices over to the chat that begins, and starts the next one without any. */
export function takeDraftSettings(): ConversationSettings {
  const taken = draft
  setDraftSettings({})
  return taken
}

export function useDraftSettings(): ConversationSettings {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => draft,
    () => NOTHING,
  )
}

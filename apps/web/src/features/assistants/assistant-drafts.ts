import type { AssistantDefinition } from '@reynard/protocol'
import { useSyncExternalStore } from 'react'

/** What is being written and not saved, by the assistant's id; '' for the one that is being made. It stays while another page is looked at. */
const drafts = new Map<string, AssistantDefinition>()
const listeners = new Set<() => void>()

/** Null: nothing of it is left to save. */
export function setAssistantDraft(id: string, draft: AssistantDefinition | null) {
  if (draft === null) drafts.delete(id)
  else drafts.set(id, draft)
  for (const listener of listeners) listener()
}

export function useAssistantDraft(id: string): AssistantDefinition | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => drafts.get(id) ?? null,
    () => null,
  )
}

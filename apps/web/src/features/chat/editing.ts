import { useSyncExternalStore } from 'react'

/** A question that is being written anew. Held here, because its row leaves the page when it is scrolled away. */
type Edit = {
  id: string
  /** What is in its field; null until something was typed. */
  text: string | null
  /** Its field has not been on the page yet: it takes the focus the first time only. */
  isNew: boolean
  /** Where the focus stood before. */
  opener: Element | null
}

/** What was written and neither asked nor thrown away, by question: Esc closes, it loses nothing. */
const left = new Map<string, string>()

/** One at a time, opened by its button or by ↑ in an empty composer. */
let edit: Edit | null = null
const listeners = new Set<() => void>()
const tell = () => {
  for (const listener of listeners) listener()
}

export function editQuestion(id: string) {
  if (edit !== null && edit.text !== null) left.set(edit.id, edit.text)
  edit = { id, text: left.get(id) ?? null, isNew: true, opener: document.activeElement }
  tell()
}

/**
 * @param keep what was written comes back with the next edit of the same question
 * @returns where the focus stood before, if that is still on the page
 */
export function endEdit(keep: boolean): HTMLElement | null {
  const opener = edit?.opener
  if (edit && keep && edit.text !== null) left.set(edit.id, edit.text)
  else if (edit) left.delete(edit.id)
  edit = null
  tell()
  return opener instanceof HTMLElement && opener.isConnected ? opener : null
}

/** What was written of the question so far, while it is the one that is edited. */
export const editedText = (id: string) => (edit?.id === id ? edit.text : null)
export function keepEditedText(id: string, text: string) {
  if (edit?.id === id) edit.text = text
}
/** True once: when the field comes up. */
export function takesFocus(id: string): boolean {
  const isNew = edit?.id === id && edit.isNew
  if (edit && isNew) edit.isNew = false
  return isNew
}

export function useEditing(id: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => edit?.id === id,
    () => false,
  )
}

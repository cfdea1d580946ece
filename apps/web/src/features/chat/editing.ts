import { useSyncExternalStore } from 'react'

/** Which question is being written anew: one at a time, opened by its button or by ↑ in an empty composer. */
let editing: string | null = null
const listeners = new Set<() => void>()

export function editQuestion(id: string | null) {
  editing = id
  for (const listener of listeners) listener()
}

export function useEditing(id: string): [boolean, (isEditing: boolean) => void] {
  const isEditing = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => editing === id,
    () => false,
  )
  return [isEditing, (next) => editQuestion(next ? id : null)]
}

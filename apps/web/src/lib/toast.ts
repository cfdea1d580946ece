import { useSyncExternalStore } from 'react'

export type Toast = { id: number; text: string; undo?: () => unknown }

let current: Toast | null = null
let nextId = 1
const listeners = new Set<() => void>()

function set(toast: Toast | null) {
  current = toast
  for (const listener of listeners) listener()
}

/** Shows a sentence at the foot for 8 s, in place of the one before it. With `undo`, a button and Ctrl Z take it back. */
export function showToast(text: string, undo?: Toast['undo']) {
  set({ id: nextId++, text, undo })
}

export function hideToast(id: number) {
  if (current?.id === id) set(null)
}

export function useToast(): Toast | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => current,
    () => null,
  )
}

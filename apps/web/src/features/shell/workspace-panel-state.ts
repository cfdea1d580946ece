import { useSyncExternalStore } from 'react'

/** What the workspace panel shows; null: it is hidden. `path`: the file that is opened. `checkpoint`: the state that is chosen. */
export type WorkspaceView =
  | { tab: 'files' | 'changes'; path: string | null }
  | { tab: 'checkpoints'; checkpoint: string | null }

let current: WorkspaceView | null = null
const listeners = new Set<() => void>()

/** A focus that would go with the panel moves to the button that brings it back. */
export function showWorkspace(view: WorkspaceView | null) {
  const goes = view === null && document.activeElement?.closest('[data-region="workspace"]')
  current = view
  for (const listener of listeners) listener()
  // It may have been covered: then it takes the focus when it has been drawn.
  if (goes) requestAnimationFrame(() => document.querySelector<HTMLElement>('[data-workspace-toggle]')?.focus())
}

export const toggleWorkspace = () => showWorkspace(current === null ? { tab: 'files', path: null } : null)

/** Below this width the panel covers what one reads; another page is then shown without it. */
export const isWorkspaceBeside = () => matchMedia('(min-width: 1280px)').matches

export function useWorkspaceView(): WorkspaceView | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => current,
    () => null,
  )
}

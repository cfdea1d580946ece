'use client'
import { useEffect, useLayoutEffect, useRef } from 'react'
import type { Turn } from './conversation-path.ts'

/**
 * Another version of a turn is another row: the focus goes to its like in that one, and is not lost with the row before. A button that goes
 * when it was pressed leaves the focus to its row.
 */
export function useFocusKeptByVersions(viewport: { current: HTMLDivElement | null }, turns: Turn[]) {
  const focused = useRef<{ id: string; index: string; label: string | null } | null>(null)
  useEffect(() => {
    const element = viewport.current
    if (!element) return
    const note = ({ target }: FocusEvent) => {
      const row = target instanceof Element ? target.closest<HTMLElement>('article[data-index]') : null
      const index = row?.dataset.index
      const label = target instanceof HTMLButtonElement ? target.getAttribute('aria-label') : null
      focused.current = row && index !== undefined ? { id: row.id, index, label } : null
    }
    // What was left stands still where it stood; what was taken away is gone a moment later.
    const forget = ({ target, relatedTarget }: FocusEvent) => {
      if (relatedTarget !== null || !(target instanceof Element)) return
      queueMicrotask(() => {
        if (target.isConnected) focused.current = null
      })
    }
    element.addEventListener('focusin', note)
    element.addEventListener('focusout', forget)
    return () => {
      element.removeEventListener('focusin', note)
      element.removeEventListener('focusout', forget)
    }
  }, [viewport])
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the turns change
  useLayoutEffect(() => {
    if (focused.current === null || document.activeElement !== document.body) return
    const { id, index, label } = focused.current
    focused.current = null
    // The row is there still, and only the button in it went: Continue, when the answer goes on.
    const kept = document.getElementById(id)
    if (kept) return kept.focus({ preventScroll: true })
    const row = viewport.current?.querySelector<HTMLElement>(`article[data-index="${index}"]`)
    const same = label !== null && row?.querySelector<HTMLElement>(`button[aria-label="${CSS.escape(label)}"]`)
    const target = same || row
    target?.focus({ preventScroll: true })
  }, [turns])
}

'use client'
import { useEffect, useLayoutEffect, useRef } from 'react'
import type { Turn } from './conversation-path.ts'

/** Another version of a turn is another row: the focus goes to its like in that one, and is not lost with the row before. */
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
    element.addEventListener('focusin', note)
    return () => element.removeEventListener('focusin', note)
  }, [viewport])
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the turns change
  useLayoutEffect(() => {
    if (focused.current === null || document.activeElement !== document.body) return
    const { id, index, label } = focused.current
    if (document.getElementById(id)) return
    focused.current = null
    const row = viewport.current?.querySelector<HTMLElement>(`article[data-index="${index}"]`)
    const same = label !== null && row?.querySelector<HTMLElement>(`button[aria-label="${CSS.escape(label)}"]`)
    const target = same || row
    target?.focus({ preventScroll: true })
  }, [turns])
}

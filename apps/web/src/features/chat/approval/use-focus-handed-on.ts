import { type RefObject, useLayoutEffect, useRef } from 'react'

/** A part that goes with its answer. Whoever had the focus in it reads on at its turn, on a phone at the newest one. */
export function useFocusHandedOn(): RefObject<HTMLElement | null> {
  const part = useRef<HTMLElement>(null)
  useLayoutEffect(() => {
    const element = part.current
    return () => {
      if (!element?.contains(document.activeElement)) return
      const turn = element.closest<HTMLElement>('article') ?? [...document.querySelectorAll('article')].at(-1)
      turn?.focus({ preventScroll: true })
    }
  }, [])
  return part
}

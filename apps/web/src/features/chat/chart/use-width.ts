import { useEffect, useRef, useState } from 'react'

/** How wide an element is, in whole pixels; `usual` until it was measured. */
export function useWidth(usual: number): [number, (element: HTMLElement | null) => void] {
  const [width, setWidth] = useState(usual)
  const [element, setElement] = useState<HTMLElement | null>(null)
  const last = useRef(usual)
  useEffect(() => {
    if (element === null) return
    const observer = new ResizeObserver(([entry]) => {
      const next = Math.round(entry?.contentRect.width ?? 0)
      if (next < 40 || Math.abs(next - last.current) < 2) return
      last.current = next
      setWidth(next)
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [element])
  return [width, setElement]
}

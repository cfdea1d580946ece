import { useState } from 'react'

const KEY = 'reynard.workspace-width'
const DEFAULT = 404
export const NARROWEST = 320
export const widest = () => Math.max(NARROWEST, Math.floor(innerWidth / 2))

const within = (width: number) => Math.round(Math.min(widest(), Math.max(NARROWEST, width)))

/** How wide the panel is, in CSS pixels: kept in this browser, between 320 and half of the window. */
export function usePanelWidth(): { width: number; setWidth(width: number): void } {
  const [width, setWidth] = useState(read)
  return {
    width,
    setWidth(next) {
      const kept = within(next)
      setWidth(kept)
      try {
        localStorage.setItem(KEY, String(kept))
      } catch {
        // Without storage the width holds for this page.
      }
    },
  }
}

function read(): number {
  try {
    const stored = Number(localStorage.getItem(KEY))
    return stored > 0 ? within(stored) : DEFAULT
  } catch {
    return DEFAULT
  }
}

import type { ReactNode } from 'react'

type ScrollRegionProps = { label: string; isPadded?: boolean; children: ReactNode }

/** What fills the rest of the panel and scrolls there: a region of its own name, reached by keyboard. */
export function ScrollRegion({ label, isPadded = true, children }: ScrollRegionProps) {
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label={label}
      className={`min-h-0 flex-1 overflow-auto -outline-offset-2 ${isPadded ? 'px-4 pb-4' : ''}`}
    >
      {children}
    </section>
  )
}

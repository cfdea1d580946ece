import type { ReactNode } from 'react'

type ScrollBoxProps = { label: string; className?: string; children: ReactNode }

/** What scrolls sideways: named, reached by keyboard, and faded at its end while more is there. A group and no region, for a chat may hold many of one name. */
export function ScrollBox({ label, className = '', children }: ScrollBoxProps) {
  const reached = { role: 'group', tabIndex: 0, 'aria-label': label }
  return (
    <div {...reached} className={`edge-fade overflow-x-auto -outline-offset-2 ${className}`}>
      {children}
    </div>
  )
}

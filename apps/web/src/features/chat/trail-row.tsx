import type { ReactNode } from 'react'

/** One step of a run: its mark on the trail (in the row itself on a phone), a sentence, what belongs to it. */
export function TrailRow({
  icon,
  isLive = false,
  children,
}: {
  icon: ReactNode
  isLive?: boolean
  children: ReactNode
}) {
  return (
    <div className="relative flex min-h-8 items-center gap-2 text-sm text-ink-2 [&_b]:font-mid [&_b]:text-ink">
      <span
        className={`grid w-[23px] flex-none place-items-center bg-canvas sm:absolute sm:top-1 sm:-left-9 sm:h-6 max-sm:w-4 ${isLive ? 'text-accent-ink' : 'text-ink-3'}`}
      >
        {icon}
      </span>
      {children}
    </div>
  )
}

/** How icons stand on the trail and in notes. */
export const ICON = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const

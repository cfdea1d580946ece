import type { ReactNode } from 'react'

/** The box round a thing that a tool made: what it is, what one can do with it, itself. */
export function Artefact({
  heading,
  actions,
  children,
}: {
  heading: ReactNode
  actions?: ReactNode
  children: ReactNode
}) {
  return (
    <figure data-edge="" className="overflow-hidden rounded-card bg-raised ring ring-line">
      <figcaption className="flex min-h-9 items-center gap-2 pr-1.5 pl-3.5 text-xs text-ink-3 [&_b]:font-mid [&_b]:text-ink-2">
        <span className="flex min-w-0 flex-1 items-center gap-2">{heading}</span>
        {actions}
      </figcaption>
      {children}
    </figure>
  )
}

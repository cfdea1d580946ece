import type { ReactNode } from 'react'
import { FoxMark } from './fox-mark.tsx'

/** A whole page with nothing here, said in one sentence, with one plain button. */
export function EmptyState({ title, children, action }: { title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <div className="grid max-w-[560px] justify-items-start gap-1.5">
      <FoxMark size={36} />
      <h1 className="mt-3 text-h3 font-strong tracking-h3">{title}</h1>
      <p className="mb-3 text-md text-ink-2">{children}</p>
      {action}
    </div>
  )
}

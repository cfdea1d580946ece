import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'

type FoldButtonProps = {
  isOpen: boolean
  /** The id of what it folds. */
  controls: string
  onToggle: (isOpen: boolean) => void
  className: string
  children: ReactNode
}

/** A line that opens what stands below it; its chevron points down while that is open. */
export function FoldButton({ isOpen, controls, onToggle, className, children }: FoldButtonProps) {
  return (
    <button
      type="button"
      aria-expanded={isOpen}
      aria-controls={controls}
      onClick={() => onToggle(!isOpen)}
      className={`group flex items-center text-left ${className}`}
    >
      {children}
      <ChevronRight
        size={14}
        strokeWidth={1.75}
        aria-hidden
        className="flex-none text-ink-3 transition-transform duration-120 group-aria-expanded:rotate-90"
      />
    </button>
  )
}

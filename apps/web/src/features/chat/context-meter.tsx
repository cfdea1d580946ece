'use client'
import { lazy, Suspense, useRef, useState } from 'react'
import { tooltip } from '../../components/tooltip.tsx'
import { formatTokens } from '../../lib/format.ts'
import { messages } from '../../lib/messages.ts'
import type { ContextUse } from './estimate-tokens.ts'

const text = messages.composer
const ContextPopover = lazy(async () => ({ default: (await import('./context-popover.tsx')).ContextPopover }))

/** How full the model's window is, as a bar and in numbers; opens what takes the room. */
export function ContextMeter({ use }: { use: ContextUse }) {
  const [isOpen, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const { budget, used, system, isAbout, isTight } = use
  const width = (tokens: number) => ({ width: `${Math.min(100, (tokens / budget) * 100)}%` })
  const tone = isTight ? 'bg-warning' : 'bg-ink-2'
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        aria-label={text.contextLabel(used, budget, isAbout)}
        {...tooltip(text.contextLabel(used, budget, isAbout), undefined, 'top')}
        onClick={() => setOpen(!isOpen)}
        className={`flex h-8 flex-none items-center gap-2 rounded-control px-2 text-xs whitespace-nowrap tabular-nums transition-colors duration-120 hover:bg-hover aria-[expanded=true]:bg-selected touch:h-11 ${isTight ? 'text-warning' : 'text-ink-3'}`}
      >
        <span data-edge="" aria-hidden className="flex h-1 w-16 overflow-hidden rounded-round bg-selected max-sm:w-6">
          <span className={`opacity-45 ${tone}`} style={width(system)} />
          <span className={tone} style={width(used - system)} />
        </span>
        {/* The name says the same in full, in other figures. */}
        <span aria-hidden>
          <span className="inline-block min-w-[30px] text-right">{formatTokens(used)}</span>
          <span className="max-sm:hidden"> {text.contextOf(budget)}</span>
        </span>
      </button>
      <Suspense fallback={null}>
        {isOpen && <ContextPopover anchor={button} use={use} onClose={() => setOpen(false)} />}
      </Suspense>
    </>
  )
}

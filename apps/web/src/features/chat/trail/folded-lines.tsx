'use client'
import { useState } from 'react'
import { Button } from '../../../components/button.tsx'
import { ScrollBox } from '../../../components/scroll-box.tsx'
import { toolMessages } from '../../../lib/messages-tools.ts'
import { plainText } from '../../../lib/plain-text.ts'
import { clipLine } from './clip-line.ts'

const text = toolMessages
const FOLDED = 24
/** More than anybody reads on a page: the rest stays unmade, so that no output can hold the page up. */
const MOST_LINES = 2_000

type FoldedLinesProps = {
  source: string
  /** Names the part for whoever does not see it. */
  label: string
  /** Its newest lines are what counts. */
  isLive?: boolean
  /** Long lines go on below instead of sideways. */
  wraps?: boolean
  /** Stands last. */
  foot?: React.ReactNode
  className?: string
}

/** Output as it was printed, plain, in a well; more than 24 lines are folded before they are made. */
export function FoldedLines({ source, label, isLive = false, wraps = false, foot, className = '' }: FoldedLinesProps) {
  const [isOpen, setOpen] = useState(false)
  const lines = plainText(source).replace(/\n+$/, '').split('\n')
  const count = lines.length
  const most = isOpen ? MOST_LINES : FOLDED
  const shown = isLive && !isOpen ? lines.slice(-most) : lines.slice(0, most)
  return (
    <div data-edge="" className={`bg-well ${className}`}>
      <ScrollBox label={label} className="px-4 py-2.5">
        <pre
          dir="ltr"
          className={`font-mono text-terminal text-code ${wraps ? 'whitespace-pre-wrap [overflow-wrap:anywhere]' : 'w-max min-w-full'}`}
        >
          {shown.map(clipLine).join('\n')}
        </pre>
        {isOpen && count > MOST_LINES && <p className="mt-1 text-xs text-ink-3">{text.cut(count - MOST_LINES)}</p>}
        {foot}
      </ScrollBox>
      {count > FOLDED && (
        <Button
          look="ghost"
          size="sm"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
          className="mx-1.5 mb-1.5"
        >
          {isOpen ? text.showFewer : text.showAll(count)}
        </Button>
      )}
    </div>
  )
}

'use client'
import { Footprints } from 'lucide-react'
import { useId, useState } from 'react'
import { FoldButton } from '../../components/fold-button.tsx'
import { Markdown } from '../../components/markdown/markdown.tsx'
import { chatMessages } from '../../lib/messages-chat.ts'
import { toolMessages } from '../../lib/messages-tools.ts'
import { ICON, TrailRow } from './trail-row.tsx'
import { useNow } from './use-now.ts'

const MOST_SHOWN = 160

/** The sentence that the row shows: the first one when the thought is over, the one being thought while it lives. */
function sentenceOf(reasoning: string, isLive: boolean): string {
  const text = (isLive ? reasoning.slice(-400) : reasoning.slice(0, 400)).replaceAll(/[*_`#>]+/g, '').trim()
  const sentences = text.split(/(?<=[.!?])\s+|\n+/).filter((sentence) => sentence.trim() !== '')
  const shown = (isLive && sentences.length > 1 ? sentences.at(-2) : sentences[0]) ?? ''
  return shown.slice(0, MOST_SHOWN).replace(/[.:]$/, '')
}

type ReasoningProps = {
  text: string
  isLive: boolean
  /** Out of reach: its time stands still. */
  isCut: boolean
  /** UTC milliseconds; null for a thought between steps, of which no time is known. */
  times: { began: number; ended: number | null } | null
}

/** What the model thought: one row, folded until somebody opens it. */
export function Reasoning({ text, isLive, isCut, times }: ReasoningProps) {
  const [isOpen, setOpen] = useState(false)
  const id = useId()
  const isHeard = isLive && !isCut
  const now = useNow(isHeard)
  return (
    <div>
      <TrailRow icon={<Footprints {...ICON} />} isLive={isHeard}>
        <FoldButton
          isOpen={isOpen}
          controls={id}
          onToggle={setOpen}
          className="h-8 min-w-0 gap-2 rounded-control touch:h-11"
        >
          <b className="flex-none">{wordsFor(times && (times.ended ?? now) - times.began, isLive)}</b>
          {!isOpen && <span className="truncate max-sm:hidden">{sentenceOf(text, isLive)}</span>}
        </FoldButton>
      </TrailRow>
      <div id={id} hidden={!isOpen} className="md-reasoning pb-1.5">
        {isOpen && <Markdown text={text} isStreaming={isHeard} />}
      </div>
    </div>
  )
}

function wordsFor(tookMs: number | null, isLive: boolean): string {
  if (tookMs === null) return isLive ? toolMessages.thinking : toolMessages.thought
  return isLive ? chatMessages.thinking(tookMs) : chatMessages.thought(tookMs)
}

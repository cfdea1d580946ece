'use client'
import type { RunView } from '@reynard/protocol'
import { ChevronRight, Footprints } from 'lucide-react'
import { useId, useState } from 'react'
import { Markdown } from '../../components/markdown/markdown.tsx'
import { messages } from '../../lib/messages.ts'
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

/** What the model thought: one row, folded until somebody opens it. `isCut`: out of reach, so its time stands still. */
export function Reasoning({ run, isCut }: { run: RunView; isCut: boolean }) {
  const [isOpen, setOpen] = useState(false)
  const id = useId()
  const isLive = run.reasoningEndedAt === null && run.phase !== 'ended'
  const isHeard = isLive && !isCut
  const now = useNow(isHeard)
  const began = run.reasoningStartedAt ?? run.createdAt
  const took = (run.reasoningEndedAt ?? now) - began
  return (
    <div>
      <TrailRow icon={<Footprints {...ICON} />} isLive={isHeard}>
        <button
          type="button"
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setOpen(!isOpen)}
          className="group flex h-8 min-w-0 items-center gap-2 rounded-control text-left touch:h-11"
        >
          <b className="flex-none">{isLive ? messages.chat.thinking(took) : messages.chat.thought(took)}</b>
          {!isOpen && <span className="truncate max-sm:hidden">{sentenceOf(run.reasoning, isLive)}</span>}
          <ChevronRight
            size={14}
            strokeWidth={1.75}
            aria-hidden
            className="flex-none text-ink-3 transition-transform duration-120 group-aria-expanded:rotate-90"
          />
        </button>
      </TrailRow>
      <div id={id} hidden={!isOpen} className="md-reasoning pb-1.5">
        {isOpen && <Markdown text={run.reasoning} isStreaming={isHeard} />}
      </div>
    </div>
  )
}

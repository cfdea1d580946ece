'use client'
import type { RecalledMemory } from '@reynard/protocol'
import { Bookmark, ChevronRight } from 'lucide-react'
import Link from 'next/link'
import { useId, useState } from 'react'
import { memoryMessages as text } from '../../lib/messages-memory.ts'
import { ICON, TrailRow } from '../chat/trail-row.tsx'

/** What the model was reminded of with this question: one row, folded until somebody opens it. */
export function UsedMemories({ memories }: { memories: readonly RecalledMemory[] }) {
  const [isOpen, setOpen] = useState(false)
  const id = useId()
  return (
    <div>
      <TrailRow icon={<Bookmark {...ICON} />}>
        <button
          type="button"
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setOpen(!isOpen)}
          className="group flex h-8 min-w-0 items-center gap-2 rounded-control text-left touch:h-11"
        >
          <b className="flex-none">{text.used(memories.length)}</b>
          {!isOpen && (
            <span dir="auto" className="truncate max-sm:hidden">
              {memories[0]?.text}
            </span>
          )}
          <ChevronRight
            size={14}
            strokeWidth={1.75}
            aria-hidden
            className="flex-none text-ink-3 transition-transform duration-120 group-aria-expanded:rotate-90"
          />
        </button>
      </TrailRow>
      <div id={id} hidden={!isOpen} className="pb-2 text-sm text-ink-2">
        {isOpen && (
          <>
            <ul className="grid gap-2">
              {memories.map((memory) => (
                <li key={memory.id}>
                  <p dir="auto" className="break-words text-ink">
                    {memory.text}
                  </p>
                  <Source memory={memory} />
                </li>
              ))}
            </ul>
            <p className="mt-2 text-xs text-ink-3">
              {text.usedHelp}{' '}
              <Link href="/settings/memory" className="rounded-chip underline hover:text-ink">
                {text.openMemory}
              </Link>
            </p>
          </>
        )}
      </div>
    </div>
  )
}

function Source({ memory: { conversationId, messageId } }: { memory: RecalledMemory }) {
  if (conversationId === undefined) return <p className="text-xs text-ink-3">{text.byYou}</p>
  return (
    <Link
      href={`/chat/${conversationId}${messageId === undefined ? '' : `?message=${messageId}`}`}
      className="rounded-chip text-xs text-ink-3 underline hover:text-ink"
    >
      {text.whereSaid}
    </Link>
  )
}

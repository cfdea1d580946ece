'use client'
import type { RecalledMemory } from '@reynard/protocol'
import { Bookmark } from 'lucide-react'
import Link from 'next/link'
import { useId, useState } from 'react'
import { FoldButton } from '../../components/fold-button.tsx'
import { memoryMessages as text } from '../../lib/messages-memory.ts'
import { ICON, TrailRow } from '../chat/trail-row.tsx'

/** What the model was reminded of with this question: one row, folded until somebody opens it. */
export function UsedMemories({ memories }: { memories: readonly RecalledMemory[] }) {
  const [isOpen, setOpen] = useState(false)
  const id = useId()
  return (
    <div>
      <TrailRow icon={<Bookmark {...ICON} />}>
        <FoldButton
          isOpen={isOpen}
          controls={id}
          onToggle={setOpen}
          className="h-8 min-w-0 gap-2 rounded-control touch:h-11"
        >
          <b className="flex-none">{text.used(memories.length)}</b>
          {!isOpen && (
            <span dir="auto" className="truncate max-sm:hidden">
              {memories[0]?.text}
            </span>
          )}
        </FoldButton>
      </TrailRow>
      <div id={id} hidden={!isOpen} className="pb-2 text-sm text-ink-2">
        {isOpen && (
          <>
            <ul className="grid gap-2">
              {memories.map((memory) => (
                <li key={memory.id}>
                  <p dir="auto" className="[overflow-wrap:anywhere] text-ink">
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

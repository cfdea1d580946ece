'use client'
import type { RunView } from '@reynard/protocol'
import { Archive } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Note } from '../../components/note.tsx'
import { chatMessages } from '../../lib/messages-chat.ts'
import { useChat } from './chat-context.ts'
import { ICON } from './trail-row.tsx'

const MOST_CHARACTERS = 120

/** What did not fit the window any more, and which messages these are. */
export function LeftOut({ context }: { context: NonNullable<RunView['context']> }) {
  const { findText, scrollTo } = useChat()
  const [isOpen, setOpen] = useState(false)
  const { dropped, used, budget } = context
  if (dropped.length === 0) return used > budget ? <TooLong context={context} /> : null
  return (
    <div className="grid gap-2">
      {used > budget && <TooLong context={context} />}
      <Note
        tone="warning"
        icon={<Archive {...ICON} />}
        actions={
          <Button size="sm" look="ghost" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? chatMessages.hideWhich : chatMessages.showWhich}
          </Button>
        }
      >
        <b>{chatMessages.dropped(dropped.length)}</b> {chatMessages.droppedMore(dropped.length)}
      </Note>
      {isOpen && (
        <ol className="grid grid-cols-1 text-sm text-ink-2">
          {dropped.map(({ messageId }) => (
            <li key={messageId}>
              <button
                type="button"
                onClick={() => scrollTo(messageId)}
                className="block h-8 w-full truncate rounded-control px-3.5 text-left hover:bg-hover touch:h-11"
              >
                {findText(messageId).slice(0, MOST_CHARACTERS)}
              </button>
            </li>
          ))}
        </ol>
      )}
    </div>
  )
}

/** The system prompt and the last question are never dropped: where they alone fill the window, the engine sees the end of them only. */
function TooLong({ context }: { context: NonNullable<RunView['context']> }) {
  return (
    <Note tone="warning" icon={<Archive {...ICON} />}>
      <b>{chatMessages.tooLong(context.used, context.budget)}</b> {chatMessages.tooLongMore}
    </Note>
  )
}

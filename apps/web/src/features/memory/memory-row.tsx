'use client'
import type { Memory } from '@reynard/protocol'
import { Pencil, Trash2 } from 'lucide-react'
import Link from 'next/link'
import { useEffect, useRef, useState } from 'react'
import { Button, IconButton } from '../../components/button.tsx'
import { TextArea } from '../../components/field.tsx'
import { formatWhen } from '../../lib/format.ts'
import { memoryMessages as text } from '../../lib/messages-memory.ts'

const MOST_CHARACTERS = 1000
const SHORT = 60

type MemoryRowProps = {
  memory: Memory
  now: number
  onSave: (text: string) => Promise<boolean>
  onDelete: () => void
}

/** One memory: its words, where it comes from, and what can be done to it. */
export function MemoryRow({ memory, now, onSave, onDelete }: MemoryRowProps) {
  const [draft, setDraft] = useState<string | null>(null)
  const editButton = useRef<HTMLButtonElement>(null)
  const short = memory.text.slice(0, SHORT)
  const handsFocusBack = useRef(false)
  const stop = () => {
    handsFocusBack.current = true
    setDraft(null)
  }
  // The button is there again only when this is drawn, and on a busy machine that is later than the next frame.
  useEffect(() => {
    if (draft !== null || !handsFocusBack.current) return
    handsFocusBack.current = false
    editButton.current?.focus()
  }, [draft])
  const save = async () => {
    if (draft === null || draft.trim() === '') return
    if (draft.trim() === memory.text || (await onSave(draft))) stop()
  }
  return (
    <li className="border-t border-line py-3" data-memory={memory.id}>
      {draft === null ? (
        <div className="flex items-start gap-2">
          <div className="min-w-0 flex-1">
            <p dir="auto" className="text-md [overflow-wrap:anywhere]">
              {memory.text}
            </p>
            <Source memory={memory} now={now} />
          </div>
          <IconButton ref={editButton} label={text.editOne(short)} onClick={() => setDraft(memory.text)}>
            <Pencil size={14} strokeWidth={1.75} aria-hidden />
          </IconButton>
          <IconButton label={text.deleteOne(short)} once onClick={onDelete}>
            <Trash2 size={14} strokeWidth={1.75} aria-hidden />
          </IconButton>
        </div>
      ) : (
        <form
          className="grid gap-2"
          onSubmit={(event) => {
            event.preventDefault()
            void save()
          }}
        >
          <TextArea
            autoFocus
            aria-label={text.addLabel}
            rows={3}
            maxLength={MOST_CHARACTERS}
            value={draft}
            onChange={(event) => setDraft(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Escape') stop()
              if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
              event.preventDefault()
              void save()
            }}
          />
          <span className="flex gap-2">
            <Button type="submit" look="ink" disabled={draft.trim() === ''}>
              {text.save}
            </Button>
            <Button look="ghost" onClick={stop}>
              {text.cancel}
            </Button>
          </span>
        </form>
      )}
    </li>
  )
}

function Source({ memory: { source, updatedAt }, now }: { memory: Memory; now: number }) {
  const day = formatWhen(updatedAt, now)
  if (source.kind === 'person') {
    return (
      <p className="mt-0.5 text-xs text-ink-3">
        {text.byYou} · {day}
      </p>
    )
  }
  const { conversationId, conversationTitle, messageId, quote } = source
  return (
    <>
      <p className="mt-0.5 text-xs text-ink-3">
        {conversationId === null || conversationTitle === null ? (
          text.fromDeleted
        ) : (
          <Link
            href={`/chat/${conversationId}${messageId === null ? '' : `?message=${messageId}`}`}
            className="rounded-chip underline hover:text-ink"
          >
            {text.fromChat(conversationTitle)}
          </Link>
        )}{' '}
        · {day}
      </p>
      <p dir="auto" className="mt-0.5 text-xs [overflow-wrap:anywhere] text-ink-3">
        {text.youWrote(quote)}
      </p>
    </>
  )
}

'use client'
import { useEffect, useRef, useState } from 'react'
import { Button } from '../../../components/button.tsx'
import { Input } from '../../../components/field.tsx'
import { messages } from '../../../lib/messages.ts'
import { approvalMessages } from '../../../lib/messages-approval.ts'

const text = approvalMessages
const MOST = 2_000

type DenyWithWordProps = { isOff: boolean; onDeny: (note: string) => void; onCancel: () => void }

/** A no with what the model is told: why not, or what to do instead. */
export function DenyWithWord({ isOff, onDeny, onCancel }: DenyWithWordProps) {
  const [note, setNote] = useState('')
  const field = useRef<HTMLInputElement>(null)
  // It was asked for just now.
  useEffect(() => field.current?.focus(), [])
  return (
    <form
      className="flex flex-1 flex-wrap items-center gap-2"
      onSubmit={(event) => {
        event.preventDefault()
        if (!isOff && note.trim() !== '') onDeny(note.trim())
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        // Esc closes the field; it must not stop the answer too.
        event.preventDefault()
        onCancel()
      }}
    >
      <Input
        ref={field}
        aria-label={text.word}
        placeholder={text.wordPlaceholder}
        maxLength={MOST}
        autoComplete="off"
        value={note}
        onChange={(event) => setNote(event.target.value)}
        className="min-w-40 flex-1"
      />
      <Button type="submit" disabled={isOff || note.trim() === ''}>
        {text.deny}
      </Button>
      <Button look="ghost" onClick={onCancel}>
        {messages.common.cancel}
      </Button>
    </form>
  )
}

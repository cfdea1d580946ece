'use client'
import { useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Input } from '../../components/field.tsx'
import { memoryMessages as text } from '../../lib/messages-memory.ts'

const MOST_CHARACTERS = 1000

/** A line to write a fact into. It is emptied when the fact is kept. */
export function AddMemory({ isAdding, onAdd }: { isAdding: boolean; onAdd: (text: string) => Promise<boolean> }) {
  const [draft, setDraft] = useState('')
  const canAdd = draft.trim() !== '' && !isAdding
  return (
    <form
      className="flex gap-2"
      onSubmit={async (event) => {
        event.preventDefault()
        if (canAdd && (await onAdd(draft))) setDraft('')
      }}
    >
      <Input
        aria-label={text.addLabel}
        placeholder={text.addPlaceholder}
        maxLength={MOST_CHARACTERS}
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        className="flex-1"
      />
      <Button type="submit" look="ink" disabled={!canAdd}>
        {text.add}
      </Button>
    </form>
  )
}

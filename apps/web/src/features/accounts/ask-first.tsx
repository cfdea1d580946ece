'use client'
import { useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { accountMessages as text } from '../../lib/messages-accounts.ts'

type AskFirstProps = { label: string; question: string; verb: string; onYes: () => void }

/** A button for what can't be undone: it asks, and the answer is the same verb. */
export function AskFirst({ label, question, verb, onYes }: AskFirstProps) {
  const [isOpen, setIsOpen] = useState(false)
  return (
    <>
      <Button size="sm" look="danger" aria-label={label} onClick={() => setIsOpen(true)}>
        {verb}
      </Button>
      <Dialog open={isOpen} onOpenChange={setIsOpen} title={label}>
        <div className="grid gap-4 px-5 pb-5">
          <p className="text-md">{question}</p>
          <div className="flex justify-end gap-2">
            <Button onClick={() => setIsOpen(false)}>{text.cancel}</Button>
            <Button
              look="danger"
              once
              onClick={() => {
                setIsOpen(false)
                onYes()
              }}
            >
              {verb}
            </Button>
          </div>
        </div>
      </Dialog>
    </>
  )
}

'use client'
import { useId, useState } from 'react'
import { chatMessages } from '../../lib/messages-chat.ts'

const MOST_CHARACTERS = 2_400
const MOST_LINES = 24
/** As high as a folded one stands, in px, with its button. */
export const FOLDED_HEIGHT = 320 + 28

export const isLongQuestion = (text: string) => text.length > MOST_CHARACTERS || text.split('\n').length > MOST_LINES

/** A question of many screens, its beginning first. All of it is in the page, so that what is looked for in it is found. */
export function LongQuestion({ text }: { text: string }) {
  const [isOpen, setOpen] = useState(false)
  const id = useId()
  return (
    <>
      <div id={id} className={isOpen ? '' : 'max-h-[320px] overflow-hidden'}>
        {text}
      </div>
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
        className="mt-1.5 rounded-chip text-sm font-mid underline underline-offset-3 touch:h-11"
      >
        {isOpen ? chatMessages.showLess : chatMessages.showMore}
      </button>
    </>
  )
}

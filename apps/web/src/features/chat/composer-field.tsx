'use client'
import { type KeyboardEvent, type RefObject, useEffect } from 'react'
import { isTyping } from '../../lib/keys.ts'
import { messages } from '../../lib/messages.ts'

/** More than fills 40% of any screen: the rest of a pasted book needs no second layout. */
const MIRRORED_CHARACTERS = 8000
const LINES =
  'col-start-1 row-start-1 max-h-[40dvh] w-full px-4 pt-3.5 pb-1.5 text-lg whitespace-pre-wrap [overflow-wrap:anywhere]'

type ComposerFieldProps = {
  field: RefObject<HTMLTextAreaElement | null>
  /** Focus comes here when this chat opens, where a keyboard is at hand. */
  conversationId: string | null
  value: string
  placeholder: string
  isReadOnly: boolean
  describedBy: string | undefined
  onChange: (value: string) => void
  onSubmit: () => void
  /** ↑ in an empty field. */
  onEditLast: (() => void) | undefined
}

/** The text, as high as its lines up to 40% of the screen. A mirror behind it gives the height, so nothing is measured and nothing jumps. */
export function ComposerField({ field, conversationId, onEditLast, ...props }: ComposerFieldProps) {
  const { value, placeholder, isReadOnly, describedBy, onChange, onSubmit } = props

  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each chat that opens
  useEffect(() => {
    // A touch keyboard would cover the page, and whoever writes elsewhere or has a dialog open goes on there.
    if (!matchMedia('(min-width: 1024px) and (pointer: fine)').matches) return
    if (isTyping(document.activeElement) || document.querySelector('[role="dialog"]')) return
    field.current?.focus({ preventScroll: true })
  }, [conversationId])

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // Enter ends a word that is being put together; 229 is how Safari says so.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return
    const isPlain = !event.shiftKey && !event.altKey
    const isMod = event.ctrlKey || event.metaKey
    if (event.key === 'Enter' && isPlain) {
      if (!isMod && matchMedia('(pointer: coarse)').matches) return
      event.preventDefault()
      onSubmit()
    } else if (event.key === 'ArrowUp' && isPlain && !isMod && value === '' && onEditLast) {
      event.preventDefault()
      onEditLast()
    }
  }

  return (
    <div className="grid">
      <div
        aria-hidden
        className={`${LINES} invisible overflow-hidden ${conversationId === null ? 'min-h-[68px]' : 'min-h-11'}`}
      >
        {`${value.slice(0, MIRRORED_CHARACTERS)}\n`}
      </div>
      <textarea
        ref={field}
        rows={1}
        aria-label={messages.composer.field}
        aria-describedby={describedBy}
        value={value}
        placeholder={placeholder}
        readOnly={isReadOnly}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={onKeyDown}
        className={`${LINES} resize-none overflow-y-auto bg-transparent outline-none`}
      />
    </div>
  )
}

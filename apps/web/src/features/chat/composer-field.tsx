'use client'
import { type KeyboardEvent, type RefObject, useEffect, useLayoutEffect, useRef } from 'react'
import { isTyping } from '../../lib/keys.ts'
import { messages } from '../../lib/messages.ts'
import { chooseAssistant } from '../assistants/choosing.ts'
import { attachText, LONG_PASTE } from '../attachments/attach-text.ts'
import { draftOf, followDrafts } from './use-draft.ts'

/** More than fills 40% of any screen: the rest of a pasted book needs no second layout. */
const MIRRORED_CHARACTERS = 8000
const LINES =
  'col-start-1 row-start-1 max-h-[40dvh] w-full px-4 pt-3.5 pb-1.5 text-lg whitespace-pre-wrap [overflow-wrap:anywhere]'

/** A chat was begun by key: the field of that chat takes the focus on, whatever the screen. */
let begunByKey = false
const isTouch = () => matchMedia('(pointer: coarse)').matches
/** What takes the focus only so that it stands somewhere: a turn after it was asked again, the page after a press beside the text. */
const RESTS = 'body, #main, [data-region], article, article div[tabindex="-1"]'

/** Within a word an @ belongs to an address; marked text is meant to be replaced. */
function isAtWordStart({ value, selectionStart, selectionEnd }: HTMLTextAreaElement): boolean {
  return selectionStart === selectionEnd && /(^|\s)$/.test(value.slice(0, selectionStart))
}

type ComposerFieldProps = {
  field: RefObject<HTMLTextAreaElement | null>
  /** Focus comes here when this chat opens, where a keyboard is at hand. */
  conversationId: string | null
  /** A question that a new chat opens with: it stands here, unchangeable, until the chat is there. Null: the draft. */
  opening: string | null
  placeholder: string
  describedBy: string | undefined
  onSubmit: () => void
  /** ↑ in an empty field. */
  onEditLast: (() => void) | undefined
}

/**
 * The text, as high as its lines up to 40% of the screen. Where a browser does not size fields by what is in them, a mirror behind it gives
 * the height, so nothing is measured and nothing jumps. The field holds the text itself and follows the draft: no key waits for a render.
 */
export function ComposerField({ field, conversationId, onEditLast, ...props }: ComposerFieldProps) {
  const { opening, placeholder, describedBy, onSubmit } = props
  const mirror = useRef<HTMLDivElement>(null)
  const isNew = useRef(true)

  useLayoutEffect(() => {
    const draft = draftOf(conversationId)
    const typed = field.current?.value ?? ''
    // Typed into the page that the server drew, before this one was awake.
    if (isNew.current && opening === null && typed !== '' && draft.text() === '') draft.write(typed)
    isNew.current = false
    const follow = () => {
      const shown = opening ?? draft.text()
      if (field.current && field.current.value !== shown) field.current.value = shown
      if (mirror.current) mirror.current.textContent = `${shown.slice(0, MIRRORED_CHARACTERS)}\n`
    }
    follow()
    return followDrafts(follow)
  }, [field, conversationId, opening])

  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each chat that opens
  useEffect(() => {
    const isBegunByKey = begunByKey && conversationId !== null
    if (conversationId !== null) begunByKey = false
    // A touch keyboard would cover the page, and whoever writes elsewhere or has a dialog open goes on there.
    if (!isBegunByKey && (!matchMedia('(min-width: 1024px)').matches || isTouch())) return
    if (isTyping(document.activeElement) || document.querySelector('[role="dialog"]')) return
    field.current?.focus({ preventScroll: true })
  }, [conversationId])

  // Where the focus only rests, what is typed is meant for here: no letter of it is lost.
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      const isText =
        [...event.key].length === 1 && event.key !== ' ' && !event.ctrlKey && !event.metaKey && !event.altKey
      if (!isText || event.defaultPrevented || !document.activeElement?.matches(RESTS)) return
      if (document.querySelector('[role="dialog"], [role="menu"]')) return
      field.current?.focus({ preventScroll: true })
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [field])

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // Enter ends a word that is being put together; 229 is how Safari says so.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return
    const isPlain = !event.shiftKey && !event.altKey
    const isMod = event.ctrlKey || event.metaKey
    if (event.key === 'Enter' && isPlain) {
      if (!isMod && isTouch()) return
      event.preventDefault()
      begunByKey = conversationId === null
      onSubmit()
    } else if (event.key === 'ArrowUp' && isPlain && !isMod && event.currentTarget.value === '' && onEditLast) {
      event.preventDefault()
      onEditLast()
    } else if (event.key === '@' && isAtWordStart(event.currentTarget) && chooseAssistant()) {
      event.preventDefault()
    }
  }

  return (
    <div className="grid">
      <div
        ref={mirror}
        aria-hidden
        className={`${LINES} invisible overflow-hidden supports-[field-sizing:content]:hidden`}
      />
      <textarea
        ref={field}
        rows={1}
        dir="auto"
        aria-label={messages.composer.field}
        aria-describedby={describedBy}
        placeholder={placeholder}
        readOnly={opening !== null}
        autoComplete="off"
        onChange={(event) => draftOf(conversationId).write(event.target.value)}
        onKeyDown={onKeyDown}
        onPaste={(event) => {
          const pasted = event.clipboardData.getData('text/plain')
          if (opening !== null || pasted.length < LONG_PASTE) return
          event.preventDefault()
          void attachText(conversationId, pasted)
        }}
        className={`${LINES} field-sizing-content resize-none overflow-y-auto bg-transparent outline-none ${conversationId === null ? 'min-h-[68px]' : 'min-h-11'}`}
      />
    </div>
  )
}

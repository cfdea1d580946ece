'use client'
import { ArrowUp, ListEnd, Square } from 'lucide-react'
import { type MouseEvent, useRef } from 'react'
import { tooltip } from '../../components/tooltip.tsx'
import { messages } from '../../lib/messages.ts'

const text = messages.composer
const SHAPE = 'grid size-9 flex-none place-items-center rounded-card transition-colors duration-120 touch:size-11'
const LOOKS = {
  off: 'bg-selected text-ink-3',
  send: 'bg-accent text-on-accent hover:bg-accent-hover',
  stop: 'bg-ink text-on-ink hover:opacity-90 aria-disabled:opacity-50',
} as const

type SendButtonProps = {
  hasText: boolean
  isLive: boolean
  /** A press was taken and is on its way. */
  isBusy: boolean
  onSend: () => void
  onStop: () => void
}

/** One button that keeps its place and the focus: grey while there is nothing to send, russet with text, ink to stop a live answer. */
export function SendButton({ hasText, isLive, isBusy, onSend, onStop }: SendButtonProps) {
  const label = isLive ? text.stop : text.send
  const isOff = isBusy || (!isLive && !hasText)
  const look = isLive ? 'stop' : hasText && !isBusy ? 'send' : 'off'
  // The second half of a double click on Send must not stop the answer that the first one asked for.
  const hasJustSent = useRef(false)
  function press(event: MouseEvent) {
    if (event.detail > 1 && hasJustSent.current) return
    hasJustSent.current = !isLive
    if (isOff) return
    if (isLive) onStop()
    else onSend()
  }
  return (
    <>
      {isLive && hasText && (
        // Enter queues; a touch keyboard's Enter makes a new line, so there is a button for it.
        <button
          type="button"
          data-edge=""
          aria-label={text.queue}
          onClick={onSend}
          className={`${SHAPE} hidden bg-raised text-ink-2 inset-ring inset-ring-line-2 touch:grid`}
        >
          <ListEnd size={18} strokeWidth={1.75} aria-hidden />
        </button>
      )}
      <button
        type="button"
        data-edge=""
        aria-label={label}
        aria-disabled={isOff || undefined}
        {...tooltip(label, isLive ? 'stop' : 'send', 'top')}
        onClick={press}
        className={`${SHAPE} ${LOOKS[look]}`}
      >
        {isLive ? (
          <Square size={14} strokeWidth={1.75} fill="currentColor" aria-hidden />
        ) : (
          <ArrowUp size={18} strokeWidth={1.75} aria-hidden />
        )}
      </button>
    </>
  )
}

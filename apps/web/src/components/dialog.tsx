'use client'
import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import { type ReactNode, useRef, useState } from 'react'
import { focusedElement } from '../lib/focused-element.ts'
import { messages } from '../lib/messages.ts'
import { IconButton } from './button.tsx'

type DialogProps = {
  open: boolean
  onOpenChange: (open: boolean) => void
  /** Names the dialog. Shown as its heading unless `bare`. */
  title: string
  children: ReactNode
  /** `centre` floats; `side` is the drawer of the sidebar; `panel` slides in at the right, on a phone from below. */
  place?: 'centre' | 'side' | 'panel' | 'palette'
  bare?: boolean
  /** Who gets the focus back. Without it: who had it when the dialog opened. */
  opener?: () => HTMLElement | null
  className?: string
}

const PLACES = {
  centre:
    'float-in max-sm:sheet-in fixed inset-x-0 bottom-0 max-h-[88dvh] rounded-t-bubble bg-raised sm:inset-auto sm:top-1/2 sm:left-1/2 sm:max-h-[84dvh] sm:w-[560px] sm:-translate-1/2 sm:rounded-sheet',
  side: 'drawer-in fixed inset-y-0 left-0 w-[322px] max-w-[88vw] bg-panel',
  panel:
    'sheet-in fixed inset-x-0 bottom-0 max-h-[88dvh] rounded-t-bubble bg-raised sm:inset-x-auto sm:inset-y-3 sm:right-3 sm:max-h-none sm:w-[404px] sm:rounded-sheet',
  palette:
    'float-in fixed inset-x-2 top-2 max-h-[calc(100dvh-16px)] rounded-sheet bg-raised sm:inset-x-auto sm:left-1/2 sm:top-28 sm:w-[640px] sm:max-w-[calc(100vw-32px)] sm:max-h-[calc(100dvh-144px)] sm:-translate-x-1/2',
} as const

/** A modal part: focus goes in, stays in, and comes back. On a phone the centred one is a sheet from below. */
export function Dialog({ open, onOpenChange, title, place = 'centre', bare, className = '', ...rest }: DialogProps) {
  const { opener, children } = rest
  const content = useRef<HTMLDivElement>(null)
  // Read before what is inside takes the focus.
  const [before, setBefore] = useState({ open: false, focused: null as HTMLElement | null })
  if (open !== before.open) setBefore({ open, focused: open ? focusedElement() : before.focused })
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="scrim-in fixed inset-0 z-30 bg-scrim" />
        <Radix.Content
          ref={content}
          onOpenAutoFocus={(event) => {
            // The part itself, or the field in it that asked: a focused Close button would only show its tooltip.
            event.preventDefault()
            if (!content.current?.contains(document.activeElement)) content.current?.focus()
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault()
            const target = opener ? opener() : before.focused
            // Whatever took the focus meanwhile (another page, the next dialog) keeps it.
            if (document.activeElement === document.body || document.activeElement === null) target?.focus()
          }}
          data-edge=""
          aria-describedby={undefined}
          className={`z-30 flex flex-col overflow-hidden shadow-float ring ring-line outline-none ${PLACES[place]} ${className}`}
        >
          {bare ? (
            <Radix.Title className="sr-only">{title}</Radix.Title>
          ) : (
            <header className="flex flex-none items-center gap-2 py-3 pr-3 pl-5">
              <Radix.Title className="min-w-0 flex-1 text-h3 font-strong tracking-h3">{title}</Radix.Title>
              <Radix.Close asChild>
                <IconButton label={messages.common.close}>
                  <X size={16} strokeWidth={1.75} />
                </IconButton>
              </Radix.Close>
            </header>
          )}
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

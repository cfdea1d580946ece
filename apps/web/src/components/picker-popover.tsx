'use client'
import { type ReactNode, type RefObject, useState } from 'react'
import { isTyping } from '../lib/keys.ts'
import { Dialog } from './dialog.tsx'
import { Popover, PopoverAnchor, PopoverContent } from './popover.tsx'

type PickerPopoverProps = {
  /** The button that it belongs to. */
  anchor: RefObject<HTMLElement | null>
  label: string
  onClose: () => void
  /** Who had the focus before, where that is not who has it when this comes. */
  cameFrom?: Element | null | undefined
  className?: string
  children: ReactNode
}

/** A list to choose from beside its button, on a phone a sheet from below. Focus goes into it and back to where it came from. */
export function PickerPopover({ anchor, label, onClose, className = '', children, ...props }: PickerPopoverProps) {
  // A key opens it from the field too, and whoever wrote there goes on there.
  const [cameFrom] = useState(() => props.cameFrom ?? document.activeElement)
  const opener = () =>
    cameFrom instanceof HTMLElement && isTyping(cameFrom) && cameFrom.isConnected ? cameFrom : anchor.current
  if (matchMedia('(max-width: 639px)').matches) {
    return (
      <Dialog open bare opener={opener} onOpenChange={onClose} title={label}>
        {children}
      </Dialog>
    )
  }
  const measured: RefObject<{ getBoundingClientRect: () => DOMRect }> = {
    get current() {
      return anchor.current ?? document.body
    },
  }
  return (
    <Popover open onOpenChange={onClose}>
      <PopoverAnchor virtualRef={measured} />
      <PopoverContent
        side="top"
        align="start"
        aria-label={label}
        onInteractOutside={(event) => {
          // A press on the button closes by itself; closing here too would open it again.
          if (event.target instanceof Node && anchor.current?.contains(event.target)) event.preventDefault()
        }}
        onCloseAutoFocus={(event) => {
          event.preventDefault()
          opener()?.focus()
        }}
        className={`flex max-w-[calc(100vw-16px)] flex-col overflow-hidden ${className}`}
      >
        {children}
      </PopoverContent>
    </Popover>
  )
}

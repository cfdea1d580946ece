'use client'
import { type RefObject, useState } from 'react'
import { Dialog } from '../../components/dialog.tsx'
import { Popover, PopoverAnchor, PopoverContent } from '../../components/popover.tsx'
import { isTyping } from '../../lib/keys.ts'
import { messages } from '../../lib/messages.ts'
import { ModelList } from './model-list.tsx'

type ModelPopoverProps = {
  anchor: RefObject<HTMLButtonElement | null>
  chosen: string | null
  onClose: () => void
  onChoose: (model: string) => void
}

/** The list beside its button, on a phone a sheet from below. Focus goes into the search and back to where it came from. */
export function ModelPopover({ anchor, chosen, onClose, onChoose }: ModelPopoverProps) {
  // Ctrl M opens it from the field too, and whoever wrote there goes on there.
  const [cameFrom] = useState(() => document.activeElement)
  const list = (
    <ModelList
      chosen={chosen}
      onClose={onClose}
      onChoose={(model) => {
        onChoose(model)
        onClose()
      }}
    />
  )
  if (matchMedia('(max-width: 639px)').matches) {
    return (
      <Dialog open bare onOpenChange={onClose} title={messages.models.choose}>
        {list}
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
        aria-label={messages.models.choose}
        onInteractOutside={(event) => {
          // A press on the button closes by itself; closing here too would open it again.
          if (event.target instanceof Node && anchor.current?.contains(event.target)) event.preventDefault()
        }}
        onCloseAutoFocus={(event) => {
          event.preventDefault()
          const field = cameFrom instanceof HTMLElement && isTyping(cameFrom) && cameFrom.isConnected ? cameFrom : null
          const target = field ?? anchor.current
          target?.focus()
        }}
        className="flex w-[404px] max-w-[calc(100vw-16px)] flex-col overflow-hidden"
      >
        {list}
      </PopoverContent>
    </Popover>
  )
}

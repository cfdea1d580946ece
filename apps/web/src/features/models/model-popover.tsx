'use client'
import type { RefObject } from 'react'
import { Popover, PopoverAnchor, PopoverContent } from '../../components/popover.tsx'
import { messages } from '../../lib/messages.ts'
import { ModelList } from './model-list.tsx'

type ModelPopoverProps = {
  anchor: RefObject<HTMLButtonElement | null>
  chosen: string | null
  onClose: () => void
  onChoose: (model: string) => void
}

/** The list beside its button. Focus goes into the search and back to where it came from. */
export function ModelPopover({ anchor, chosen, onClose, onChoose }: ModelPopoverProps) {
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
          anchor.current?.focus()
        }}
        className="flex w-[404px] max-w-[calc(100vw-16px)] flex-col overflow-hidden"
      >
        <ModelList
          chosen={chosen}
          onChoose={(model) => {
            onChoose(model)
            onClose()
          }}
        />
      </PopoverContent>
    </Popover>
  )
}

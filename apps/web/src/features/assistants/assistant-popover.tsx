'use client'
import type { RefObject } from 'react'
import { PickerPopover } from '../../components/picker-popover.tsx'
import { messages } from '../../lib/messages.ts'
import { AssistantList } from './assistant-list.tsx'

type AssistantPopoverProps = {
  anchor: RefObject<HTMLButtonElement | null>
  chosen: string | null
  onClose: () => void
  onChoose: (id: string | null) => void
  cameFrom?: Element | null
  onText?: (words: string) => void
}

/** The assistants, with search. */
export function AssistantPopover({ anchor, chosen, onClose, onChoose, cameFrom, onText }: AssistantPopoverProps) {
  return (
    <PickerPopover
      anchor={anchor}
      label={messages.assistants.choose}
      onClose={onClose}
      cameFrom={cameFrom}
      className="w-[360px]"
    >
      <AssistantList
        chosen={chosen}
        onClose={onClose}
        onText={onText}
        onChoose={(id) => {
          onChoose(id)
          onClose()
        }}
      />
    </PickerPopover>
  )
}

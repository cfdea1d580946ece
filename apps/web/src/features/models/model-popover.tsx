'use client'
import type { RefObject } from 'react'
import { PickerPopover } from '../../components/picker-popover.tsx'
import { messages } from '../../lib/messages.ts'
import { ModelList } from './model-list.tsx'

type ModelPopoverProps = {
  anchor: RefObject<HTMLButtonElement | null>
  chosen: string | null
  onClose: () => void
  onChoose: (model: string) => void
}

/** The models, with search. */
export function ModelPopover({ anchor, chosen, onClose, onChoose }: ModelPopoverProps) {
  return (
    <PickerPopover anchor={anchor} label={messages.models.choose} onClose={onClose} className="w-[404px]">
      <ModelList
        chosen={chosen}
        onClose={onClose}
        onChoose={(model) => {
          onChoose(model)
          onClose()
        }}
      />
    </PickerPopover>
  )
}

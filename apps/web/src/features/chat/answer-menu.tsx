'use client'
import { Shuffle, Trash2 } from 'lucide-react'
import { type ReactNode, useId, useRef } from 'react'
import { Menu, MenuContent, MenuItem, MenuSeparator, MenuTrigger } from '../../components/menu.tsx'
import { chatMessages } from '../../lib/messages-chat.ts'
import { AnswerNumbers } from './answer-numbers.tsx'
import { useChat } from './chat-context.ts'
import type { Turn } from './conversation-path.ts'

const ICON = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const

/** The rest of what one can do with an answer, and its numbers. Open from the start: it is there because somebody asked. */
export function AnswerMenu({
  turn,
  trigger,
  onChooseModel,
}: {
  turn: Turn
  trigger: ReactNode
  onChooseModel: () => void
}) {
  const { commands } = useChat()
  const isChoosing = useRef(false)
  const numbersId = useId()
  return (
    <Menu defaultOpen>
      <MenuTrigger asChild>{trigger}</MenuTrigger>
      <MenuContent
        align="start"
        aria-describedby={numbersId}
        onCloseAutoFocus={(event) => {
          if (isChoosing.current) {
            event.preventDefault()
            onChooseModel()
          }
          isChoosing.current = false
        }}
      >
        <MenuItem
          onSelect={() => {
            isChoosing.current = true
          }}
        >
          <Shuffle {...ICON} />
          {chatMessages.againWith}
        </MenuItem>
        <MenuItem danger onSelect={() => commands.remove(turn.message, turn.siblings.length)}>
          <Trash2 {...ICON} />
          {chatMessages.delete}
        </MenuItem>
        <MenuSeparator />
        <AnswerNumbers id={numbersId} runs={turn.message.runs} />
      </MenuContent>
    </Menu>
  )
}

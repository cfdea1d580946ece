'use client'
import type { ConversationSummary } from '@reynard/protocol'
import { Braces, FileText, Pencil, Pin, PinOff, SlidersHorizontal, Trash2 } from 'lucide-react'
import { type ReactNode, useRef } from 'react'
import { Menu, MenuContent, MenuItem, MenuSeparator, MenuTrigger } from '../../components/menu.tsx'
import { messages } from '../../lib/messages.ts'
import { setOverlay } from '../shell/overlay.ts'
import { useTransferChats } from './transfer-chats.ts'
import type { useChatActions } from './use-chats.ts'

type ChatMenuProps = {
  chat: ConversationSummary
  actions: ReturnType<typeof useChatActions>
  onRename: () => void
  trigger: ReactNode
  /** F2 and Delete work on the row that it belongs to. */
  hasKeys?: boolean
}
const ICON = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const

/** All that one can do to a chat, in the sidebar and in the top bar. Open from the start: it is there because somebody asked. */
export function ChatMenu({ chat, actions, onRename, trigger, hasKeys }: ChatMenuProps) {
  const { exportChats } = useTransferChats()
  const isRenaming = useRef(false)
  return (
    <Menu defaultOpen>
      <MenuTrigger asChild>{trigger}</MenuTrigger>
      <MenuContent
        align="end"
        onCloseAutoFocus={(event) => {
          // Else the focus would go back to the menu's button and take the new field away again.
          if (isRenaming.current) {
            event.preventDefault()
            onRename()
          }
          isRenaming.current = false
        }}
      >
        <MenuItem onSelect={() => actions.pin(chat, !chat.pinned)}>
          {chat.pinned ? <PinOff {...ICON} /> : <Pin {...ICON} />}
          {chat.pinned ? messages.sidebar.unpin : messages.sidebar.pin}
        </MenuItem>
        <MenuItem
          shortcut={hasKeys ? 'rename' : undefined}
          onSelect={() => {
            isRenaming.current = true
          }}
        >
          <Pencil {...ICON} />
          {messages.common.rename}
        </MenuItem>
        <MenuItem onSelect={() => setOverlay({ kind: 'chat-settings', chat: chat.id })}>
          <SlidersHorizontal {...ICON} />
          {messages.shell.chatSettings}
        </MenuItem>
        <MenuSeparator />
        <MenuItem onSelect={() => void exportChats([chat.id], 'markdown')}>
          <FileText {...ICON} />
          {messages.sidebar.exportMarkdown}
        </MenuItem>
        <MenuItem onSelect={() => void exportChats([chat.id], 'json')}>
          <Braces {...ICON} />
          {messages.sidebar.exportJson}
        </MenuItem>
        <MenuSeparator />
        <MenuItem danger shortcut={hasKeys ? 'remove' : undefined} onSelect={() => actions.remove(chat)}>
          <Trash2 {...ICON} />
          {messages.common.delete}
        </MenuItem>
      </MenuContent>
    </Menu>
  )
}

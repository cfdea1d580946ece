'use client'
import type { ConversationSummary } from '@reynard/protocol'
import { Ellipsis } from 'lucide-react'
import { type ComponentProps, lazy, Suspense, useState } from 'react'
import { IconButton } from '../../components/button.tsx'
import type { useChatActions } from './use-chats.ts'

/** The menu's code comes with its first opening; from then on its own button stands in this one's place. */
const ChatMenu = lazy(async () => ({ default: (await import('./chat-menu.tsx')).ChatMenu }))

export type ChatMenuButtonProps = Omit<ComponentProps<typeof IconButton>, 'onClick' | 'children'> & {
  chat: ConversationSummary
  actions: ReturnType<typeof useChatActions>
  onRename: () => void
  iconSize: 14 | 16
  hasKeys?: boolean
}

/** Opens all that one can do to a chat. */
export function ChatMenuButton({ chat, actions, onRename, iconSize, hasKeys, ...button }: ChatMenuButtonProps) {
  const [isWanted, setWanted] = useState(false)
  const plain = (
    <IconButton {...button} aria-haspopup="menu" onClick={() => setWanted(true)}>
      <Ellipsis size={iconSize} strokeWidth={1.75} aria-hidden />
    </IconButton>
  )
  if (!isWanted) return plain
  return (
    <Suspense fallback={plain}>
      <ChatMenu
        chat={chat}
        actions={actions}
        onRename={onRename}
        hasKeys={hasKeys}
        trigger={
          <IconButton {...button}>
            <Ellipsis size={iconSize} strokeWidth={1.75} aria-hidden />
          </IconButton>
        }
      />
    </Suspense>
  )
}

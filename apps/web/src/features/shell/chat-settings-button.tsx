'use client'
import { SlidersHorizontal } from 'lucide-react'
import { IconButton } from '../../components/button.tsx'
import { messages } from '../../lib/messages.ts'
import { useChatSettings } from '../models/use-models.ts'
import { hasOwnSettings } from '../settings/own-settings.ts'
import { setOverlay } from './overlay.ts'

type ChatSettingsButtonProps = {
  /** Null: the chat that is about to begin. */
  conversationId: string | null
  className?: string
}

/** Opens a chat's settings. A mark, and its name, say that this chat has some of its own. */
export function ChatSettingsButton({ conversationId, className = '' }: ChatSettingsButtonProps) {
  const isChanged = hasOwnSettings(useChatSettings(conversationId).settings)
  const label = conversationId === null ? messages.shell.newChatSettings : messages.shell.chatSettings
  return (
    <IconButton
      label={isChanged ? messages.shell.changedSettings(label) : label}
      className={`relative ${className}`}
      onClick={() => setOverlay({ kind: 'chat-settings', chat: conversationId })}
    >
      <SlidersHorizontal size={16} strokeWidth={1.75} aria-hidden />
      {isChanged && <span aria-hidden className="absolute top-0.5 right-0.5 size-[7px] rounded-[2px] bg-ink" />}
    </IconButton>
  )
}

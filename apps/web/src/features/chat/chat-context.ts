import { createContext, use } from 'react'
import type { ChatCommands } from './use-chat-commands.ts'

/** What every turn of a chat can ask for. Never changes while the chat is open, so no row renders because of it. */
export type Chat = {
  conversationId: string
  commands: ChatCommands
  scrollTo: (messageId: string) => void
  /** The text of a message of this chat; empty for one that is gone. */
  findText: (messageId: string) => string
  /** The model that answered before this answer, where the chat leaves the choice to the server; else null. */
  modelBefore: (answerId: string) => string | null
}

const ChatContext = createContext<Chat | null>(null)
export const ChatProvider = ChatContext

export function useChat(): Chat {
  const chat = use(ChatContext)
  if (!chat) throw new Error('useChat stands outside of a chat')
  return chat
}

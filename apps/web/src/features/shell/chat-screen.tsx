'use client'
import { errorInfoOf } from '@reynard/client'
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useTRPC } from '../../lib/client.tsx'
import { messages } from '../../lib/messages.ts'
import { ChatView } from '../chat/chat-view.tsx'
import { useChatActions } from '../sidebar/use-chats.ts'
import { ChatTopBar } from './chat-top-bar.tsx'
import { NotFound } from './not-found.tsx'
import { TopBar } from './top-bar.tsx'

type ChatScreenProps = {
  conversationId: string
  /** The message to open it at; null: at its end. */
  messageId: string | null
  /** What was searched for and stands in that message. */
  words: string
}

/** One chat under its top bar. */
export function ChatScreen({ conversationId, messageId, words }: ChatScreenProps) {
  const trpc = useTRPC()
  const { data: chat, error } = useQuery(trpc.chat.byId.queryOptions({ id: conversationId }))
  const { markRead } = useChatActions()
  const isUnread = chat?.unread === true
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each new answer, when it is on screen
  useEffect(() => {
    const mark = () => {
      if (isUnread && document.visibilityState === 'visible') markRead(conversationId)
    }
    mark()
    document.addEventListener('visibilitychange', mark)
    return () => document.removeEventListener('visibilitychange', mark)
  }, [isUnread, conversationId])

  if (!chat && errorInfoOf(error)?.code === 'not-found') {
    return (
      <>
        <TopBar />
        <NotFound />
      </>
    )
  }
  return (
    <>
      <title>{chat ? messages.shell.pageTitle(chat.title) : messages.common.appName}</title>
      <ChatTopBar chat={chat} />
      <main aria-label={messages.shell.main} className="flex min-h-0 flex-1 flex-col">
        <ChatView conversationId={conversationId} messageId={messageId} words={words} />
      </main>
    </>
  )
}

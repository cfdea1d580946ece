'use client'
import { errorInfoOf } from '@reynard/client'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useEffect } from 'react'
import { useTRPC } from '../../lib/client.tsx'
import { useShortcut } from '../../lib/keys.ts'
import { messages } from '../../lib/messages.ts'
import { ChatView } from '../chat/chat-view.tsx'
import { useChatActions } from '../sidebar/use-chats.ts'
import { ChatTopBar } from './chat-top-bar.tsx'
import { NotFound } from './not-found.tsx'
import { TopBar } from './top-bar.tsx'
import { isWorkspaceBeside, showWorkspace, toggleWorkspace, useWorkspaceView } from './workspace-panel-state.ts'

const Workspace = lazy(async () => ({ default: (await import('../workspace/workspace-panel.tsx')).WorkspacePanel }))

type ChatScreenProps = {
  conversationId: string
  /** The message to open it at; null: at its end. */
  messageId: string | null
  /** What was searched for and stands in that message. */
  words: string
}

/** One chat under its top bar, and its files beside it; where there is no room for both they cover it. */
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

  const view = useWorkspaceView()
  useShortcut('toggle-workspace', toggleWorkspace)
  // What covers a chat belongs to that chat; what stands beside it goes on with the next one, from its start.
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the chat changes
  useEffect(() => {
    if (view !== null) showWorkspace(isWorkspaceBeside() ? { tab: 'files', path: null } : null)
  }, [conversationId])

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
      <div className="relative flex min-h-0 flex-1">
        <div
          data-covered={view === null ? undefined : ''}
          className="flex min-w-0 flex-1 flex-col data-covered:sm:max-xl:invisible"
        >
          <ChatTopBar chat={chat} />
          <main aria-label={messages.shell.main} className="flex min-h-0 flex-1 flex-col">
            <ChatView conversationId={conversationId} messageId={messageId} words={words} />
          </main>
        </div>
        {view !== null && (
          <Suspense>
            <Workspace key={conversationId} conversationId={conversationId} view={view} />
          </Suspense>
        )}
      </div>
    </>
  )
}

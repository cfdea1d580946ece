'use client'
import type { ConversationSummary, Project } from '@reynard/protocol'
import { Pencil } from 'lucide-react'
import { lazy, Suspense, useRef, useState } from 'react'
import { IconButton } from '../../components/button.tsx'
import { focusedElement } from '../../lib/focused-element.ts'
import { matchesShortcut } from '../../lib/keys.ts'
import { messages } from '../../lib/messages.ts'
import { ChatMenuButton } from '../sidebar/chat-menu-button.tsx'
import { TitleField } from '../sidebar/title-field.tsx'
import { useChatActions } from '../sidebar/use-chats.ts'
import { ChatSettingsButton } from './chat-settings-button.tsx'
import { TopBar } from './top-bar.tsx'
import { WorkspaceButton } from './workspace-button.tsx'

const ProjectChip = lazy(async () => ({ default: (await import('../projects/project-chip.tsx')).ProjectChip }))

/** A chat's title, which can be written over, its settings, and what one can do to it. Empty until the chat is read. */
export function ChatTopBar({ chat }: { chat: (ConversationSummary & { project?: Project | null }) | undefined }) {
  const [isRenaming, setRenaming] = useState(false)
  const actions = useChatActions()
  const pencil = useRef<HTMLButtonElement>(null)
  /** Where a press on the pencil came from: writing goes on there. A key comes from the pencil itself. */
  const opener = useRef<HTMLElement>(null)
  if (!chat) return <TopBar />
  return (
    <TopBar
      actions={
        <>
          <ChatSettingsButton conversationId={chat.id} className="max-sm:hidden" />
          <WorkspaceButton />
          <ChatMenuButton
            chat={chat}
            actions={actions}
            onRename={() => {
              opener.current = null
              setRenaming(true)
            }}
            iconSize={16}
            label={messages.common.more}
            className="max-sm:size-11"
          />
        </>
      }
    >
      {isRenaming ? (
        <TitleField
          label={messages.shell.chatTitle}
          title={chat.title}
          onDone={(title, byKey) => {
            setRenaming(false)
            if (byKey) requestAnimationFrame(() => (opener.current ?? pencil.current)?.focus())
            if (title !== null) actions.rename(chat, title)
          }}
          className="-ml-2 h-8 w-full max-w-[480px] px-2 text-md font-mid"
        />
      ) : (
        <>
          <h1 className="min-w-0 truncate text-md font-mid max-sm:text-lg">{chat.title}</h1>
          <IconButton
            label={messages.shell.renameChat}
            shortcut="rename"
            className="max-sm:hidden"
            ref={pencil}
            onPointerDown={() => {
              opener.current = focusedElement()
            }}
            onClick={() => setRenaming(true)}
            onKeyDown={(event) => {
              opener.current = null
              if (matchesShortcut('rename', event.nativeEvent)) setRenaming(true)
            }}
          >
            <Pencil size={16} strokeWidth={1.75} aria-hidden />
          </IconButton>
          {chat.project && (
            <Suspense fallback={null}>
              <ProjectChip project={chat.project} title={chat.title} />
            </Suspense>
          )}
        </>
      )}
    </TopBar>
  )
}

'use client'
import type { ConversationSummary } from '@reynard/protocol'
import Link from 'next/link'
import { daysBetween, formatDay, formatTime } from '../../lib/format.ts'
import { messages } from '../../lib/messages.ts'
import { plainText } from '../../lib/plain-text.ts'
import { setOverlay } from '../shell/overlay.ts'
import { useIsCut } from '../shell/use-is-cut.ts'
import { ChatMenuButton } from './chat-menu-button.tsx'
import { TitleField } from './title-field.tsx'
import type { useChatActions } from './use-chats.ts'

type ChatRowProps = {
  chat: ConversationSummary
  isOpen: boolean
  isTabStop: boolean
  isRenaming: boolean
  onFocus: () => void
  onRenaming: (on: boolean) => void
  actions: ReturnType<typeof useChatActions>
}

/** Title; right of it what goes on in there, or on hover and focus what one can do. */
export function ChatRow({ chat, isOpen, isTabStop, isRenaming, onFocus, onRenaming, actions }: ChatRowProps) {
  if (isRenaming) {
    return (
      <TitleField
        label={messages.sidebar.renameField(chat.title)}
        title={chat.title}
        onDone={(title) => {
          onRenaming(false)
          if (title !== null) actions.rename(chat, title)
        }}
        className="h-8 w-full px-[7px] text-sm touch:h-11"
      />
    )
  }
  return (
    <div
      data-edge={isOpen ? '' : undefined}
      className={`group relative flex h-8 items-center rounded-control text-sm transition-colors duration-120 touch:h-11 touch:text-reasoning ${isOpen ? 'bg-selected text-ink' : 'text-ink-2 hover:bg-hover'}`}
    >
      <Link
        href={`/chat/${chat.id}`}
        // Else every row in sight would ask the server for its page.
        prefetch={false}
        data-chat={chat.id}
        tabIndex={isTabStop ? 0 : -1}
        aria-current={isOpen ? 'page' : undefined}
        onFocus={onFocus}
        onClick={() => setOverlay(null)}
        className={`flex h-full min-w-0 flex-1 items-center rounded-control pr-2 pl-2 -outline-offset-2 group-focus-within:pr-8 group-hover:pr-8 touch:pr-11 ${isOpen || chat.unread ? 'font-mid' : ''} ${chat.unread ? 'text-ink' : ''}`}
      >
        <span dir="auto" className="min-w-0 flex-1 truncate text-left">
          {chat.title}
        </span>
        <Activity chat={chat} />
        <LastChange at={chat.updatedAt} />
      </Link>
      <ChatMenuButton
        chat={chat}
        actions={actions}
        onRename={() => onRenaming(true)}
        iconSize={14}
        hasKeys
        label={messages.sidebar.rowActions(chat.title)}
        tabIndex={isTabStop ? 0 : -1}
        className="absolute right-0.5 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 data-[state=open]:opacity-100 touch:opacity-100"
      />
    </div>
  )
}

/** When something happened in it last: in sight while the pointer or the focus is there. */
function LastChange({ at }: { at: number }) {
  const now = Date.now()
  const shown = daysBetween(at, now) <= 0 ? formatTime(at) : formatDay(at, now)
  return (
    <time
      aria-hidden
      dateTime={new Date(at).toISOString()}
      className="ml-2 hidden flex-none text-xs font-text text-ink-3 group-focus-within:block group-hover:block group-has-data-[state=open]:block touch:hidden!"
    >
      {shown}
    </time>
  )
}

/** Live: something is being written. Hollow: it waits for a person. The words are for those who do not see the dot. */
function Activity({ chat }: { chat: ConversationSummary }) {
  if (chat.activity === 'idle') return chat.unread ? <span className="sr-only">, {messages.sidebar.unread}</span> : null
  const words = {
    live: messages.sidebar.live,
    approval: messages.sidebar.approval(chat.waitsFor && plainText(chat.waitsFor)),
    interrupted: messages.sidebar.waits,
    failed: messages.sidebar.failed,
  }[chat.activity]
  return (
    <span
      className="ml-2 flex flex-none px-[3px] text-accent-ink group-focus-within:hidden group-hover:hidden group-has-data-[state=open]:hidden touch:flex!"
      title={words}
    >
      {chat.activity === 'live' ? <LiveDot /> : <span className="dot dot-hollow" aria-hidden />}
      <span className="sr-only">, {words}</span>
    </span>
  )
}

/** It stands still while nothing is heard of the answer. */
function LiveDot() {
  return <span className={useIsCut() ? 'dot' : 'live-dot'} aria-hidden />
}

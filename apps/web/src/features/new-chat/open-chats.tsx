'use client'
import type { ConversationSummary } from '@reynard/protocol'
import { ChevronRight, TriangleAlert, Unplug } from 'lucide-react'
import Link from 'next/link'
import { daysBetween, formatDay, formatTime } from '../../lib/format.ts'
import { messages } from '../../lib/messages.ts'
import { useChats } from '../sidebar/use-chats.ts'

const MOST = 3
const ICON = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const

/** Up to three chats that wait for the person. Keeps its place free, so that nothing moves when the list comes. */
export function OpenChats() {
  const { chats = [] } = useChats('ui')
  const open = chats
    .filter((chat) => chat.activity === 'interrupted' || chat.activity === 'failed')
    .sort((a, b) => b.updatedAt - a.updatedAt)
    .slice(0, MOST)
  return (
    <section aria-label={messages.newChat.open} className="mt-2.5 min-h-[152px]">
      {open.length > 0 && <h2 className="mb-1 text-xs font-mid text-ink-3">{messages.newChat.open}</h2>}
      {open.map((chat) => (
        <Link
          key={chat.id}
          href={`/chat/${chat.id}`}
          prefetch={false}
          className="-mx-3 flex min-h-11 items-center gap-3 rounded-card px-3 py-1 text-sm transition-colors duration-120 hover:bg-hover"
        >
          <span className="text-ink-3">
            {chat.activity === 'failed' ? <TriangleAlert {...ICON} className="text-danger" /> : <Unplug {...ICON} />}
          </span>
          <span className="min-w-0 flex-1 sm:truncate">
            <b className="mr-2.5 text-md font-mid">{chat.title}</b>
            <span className="inline-block text-ink-2">{whatHappened(chat)}</span>
          </span>
          <span className="flex flex-none items-center gap-1 font-mid text-ink-2">
            {chat.activity === 'failed' ? messages.newChat.look : messages.newChat.continue}
            <ChevronRight size={14} strokeWidth={1.75} aria-hidden />
          </span>
        </Link>
      ))}
    </section>
  )
}

function whatHappened(chat: ConversationSummary): string {
  const now = Date.now()
  const days = daysBetween(chat.updatedAt, now)
  const time = formatTime(chat.updatedAt)
  const when =
    days <= 0
      ? messages.newChat.today(time)
      : days === 1
        ? messages.newChat.yesterday(time)
        : messages.newChat.onDay(formatDay(chat.updatedAt, now))
  return chat.activity === 'failed' ? messages.newChat.failed(when) : messages.newChat.interrupted(when)
}

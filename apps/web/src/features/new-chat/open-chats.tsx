'use client'
import { ChevronRight, Hand, TriangleAlert, Unplug } from 'lucide-react'
import Link from 'next/link'
import { daysBetween, formatDay, formatTime } from '../../lib/format.ts'
import { messages } from '../../lib/messages.ts'
import { plainText } from '../../lib/plain-text.ts'
import { useChats } from '../sidebar/use-chats.ts'

const MOST = 3
const ICON = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const

/** What it waits for, and what the person does about it. */
const looks = {
  approval: {
    icon: <Hand {...ICON} className="text-accent-ink" />,
    says: messages.newChat.approval,
    between: ', ',
    since: messages.newChat.asked,
    action: messages.newChat.decide,
  },
  interrupted: {
    icon: <Unplug {...ICON} />,
    says: () => messages.newChat.interrupted,
    between: ' ',
    since: (time: string) => time,
    action: messages.newChat.continue,
  },
  failed: {
    icon: <TriangleAlert {...ICON} className="text-danger" />,
    says: () => messages.newChat.failed,
    between: ' ',
    since: (time: string) => time,
    action: messages.newChat.look,
  },
}

/** Up to three chats that wait for the person. */
export function OpenChats() {
  const { chats = [] } = useChats('ui')
  const open = chats
    .flatMap((chat) => {
      const { activity } = chat
      return activity === 'approval' || activity === 'interrupted' || activity === 'failed' ? [{ chat, activity }] : []
    })
    .sort((a, b) => b.chat.updatedAt - a.chat.updatedAt)
    .slice(0, MOST)
  return (
    <section aria-label={messages.newChat.open} className="mt-2.5">
      {open.length > 0 && <h2 className="mb-1 text-xs font-mid text-ink-3">{messages.newChat.open}</h2>}
      {open.map(({ chat, activity }) => (
        <Link
          key={chat.id}
          href={`/chat/${chat.id}`}
          prefetch={false}
          className="-mx-3 flex min-h-11 items-center gap-3 rounded-card px-3 py-1 text-sm transition-colors duration-120 hover:bg-hover"
        >
          <span className="text-ink-3">{looks[activity].icon}</span>
          <span className="min-w-0 flex-1">
            <b dir="auto" className="block truncate text-md font-mid">
              {chat.title}
            </b>
            <span className="min-w-0 text-ink-2 sm:flex">
              <span className="line-clamp-2 [overflow-wrap:anywhere] sm:block sm:truncate">
                {looks[activity].says(plainText(chat.waitsFor ?? '') || null)}
              </span>
              {/* Since when is said whole, whatever is cut. */}
              <span className="flex-none whitespace-pre">
                <span className="max-sm:hidden">{looks[activity].between}</span>
                {looks[activity].since(when(chat.updatedAt))}
              </span>
            </span>
          </span>
          <span className="flex flex-none items-center gap-1 font-mid text-ink-2">
            {looks[activity].action}
            <ChevronRight size={14} strokeWidth={1.75} aria-hidden />
          </span>
        </Link>
      ))}
    </section>
  )
}

function when(at: number): string {
  const now = Date.now()
  const days = daysBetween(at, now)
  if (days <= 0) return messages.newChat.today(formatTime(at))
  return days === 1 ? messages.newChat.yesterday(formatTime(at)) : messages.newChat.onDay(formatDay(at, now))
}

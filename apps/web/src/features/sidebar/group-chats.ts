import type { ConversationSummary } from '@reynard/protocol'
import { daysBetween, formatMonth } from '../../lib/format.ts'
import { messages } from '../../lib/messages.ts'

export type SidebarRow =
  | { kind: 'group'; key: string; label: string }
  | { kind: 'chat'; key: string; chat: ConversationSummary }

/** Pinned, Today, Yesterday, Last 7 days, then months; newest first. `now` in UTC milliseconds. */
export function groupChats(chats: readonly ConversationSummary[], now: number): SidebarRow[] {
  const newestFirst = [...chats].sort((a, b) => b.updatedAt - a.updatedAt || b.id.localeCompare(a.id))
  const inOrder = [...newestFirst.filter((chat) => chat.pinned), ...newestFirst.filter((chat) => !chat.pinned)]
  const rows: SidebarRow[] = []
  let current = ''
  for (const chat of inOrder) {
    const label = groupLabel(chat, now)
    if (label !== current) rows.push({ kind: 'group', key: `group:${label}`, label })
    current = label
    rows.push({ kind: 'chat', key: chat.id, chat })
  }
  return rows
}

function groupLabel(chat: ConversationSummary, now: number): string {
  if (chat.pinned) return messages.sidebar.pinned
  const days = daysBetween(chat.updatedAt, now)
  if (days <= 0) return messages.sidebar.today
  if (days === 1) return messages.sidebar.yesterday
  if (days < 7) return messages.sidebar.lastWeek
  return formatMonth(chat.updatedAt, now)
}

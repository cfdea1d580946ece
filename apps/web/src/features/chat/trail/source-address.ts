import type { ToolDisplay } from '@reynard/protocol'

export type Source = Extract<ToolDisplay, { kind: 'sources' }>['sources'][number]

const LONGEST = 120
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Where a page lies, its host apart; null for anything but http and https. The host is as it is asked for: letters of other scripts show. */
export function addressOf({ url }: Pick<Source, 'url'>): { href: string; host: string; rest: string } | null {
  const parsed = url === null ? null : URL.parse(url)
  if (parsed === null || !/^https?:$/.test(parsed.protocol) || parsed.username !== '') return null
  const path = parsed.pathname === '/' ? '' : parsed.pathname
  const rest = `${path}${parsed.search}`
  return { href: parsed.href, host: parsed.host, rest: rest.length > LONGEST ? `${rest.slice(0, LONGEST)}…` : rest }
}

/** A message of one's own chats as an address of this app, with the words to mark in it; null for what is none. */
export function placeOf({ conversationId, messageId }: Source, words: string): string | null {
  if (conversationId === undefined || !ID.test(conversationId)) return null
  const chat = `/chat/${conversationId}`
  return messageId !== undefined && ID.test(messageId)
    ? `${chat}?${new URLSearchParams({ message: messageId, q: words })}`
    : chat
}

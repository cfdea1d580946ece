import { z } from 'zod'
import { defineTool } from '../tool.ts'
import type { FoundMessage } from './chat-search.ts'
import { dayInWords, readDay } from './read-day.ts'

const day = z.string().trim().min(1).max(40)

/** What was said in the person's earlier chats, and where. */
export const searchChats = defineTool({
  name: 'search_chats',
  group: 'search',
  effect: 'read',
  level: 'none',
  description:
    'Finds what was written in earlier chats, by whom, when and in which one. Use it for "what did I tell you about …": it searches the chats of the person who asks.',
  input: z.object({
    query: z
      .string()
      .trim()
      .max(400)
      .default('')
      .describe('The words to look for, without filler; empty for the newest'),
    since: day.optional().describe('Only from then on: a date such as 2026-11-16, or 7 days, or last week'),
    until: day.optional().describe('Only up to the end of that day'),
    n: z.number().int().min(1).max(30).default(8),
  }),
  timeoutMs: 15_000,
  title: ({ query, since }) => ({
    running: 'Searching your chats',
    done: 'Searched your chats',
    detail: [query, since].filter(Boolean).join(', '),
  }),
  async execute({ query, since, until, n }, { session: { chats } }) {
    const now = Date.now()
    const found = await chats.search({
      words: query,
      since: since === undefined ? null : dayOf(since, now),
      until: until === undefined ? null : dayOf(until, now) + 86_400_000,
      limit: n,
    })
    const title = ({ conversationTitle }: FoundMessage) => conversationTitle.replaceAll(/\s+/g, ' ') || 'Untitled chat'
    const lines = found.map(
      (message, index) =>
        `${index + 1}. In the chat "${title(message)}", ${dayInWords(message.at, now)}, ${message.role === 'user' ? 'the person' : 'the assistant'} wrote: ${message.snippet}`,
    )
    return {
      content:
        found.length === 0
          ? 'Nothing in earlier chats matches. Try fewer or other words, or leave the time out.'
          : `${lines.join('\n')}\n\nSay in which chat and when, for what you use of this.`,
      display: {
        kind: 'sources',
        sources: found.map((message) => ({
          title: title(message),
          snippet: message.snippet,
          url: null,
          conversationId: message.conversationId,
          messageId: message.messageId,
          at: message.at,
        })),
      },
    }
  },
})

function dayOf(text: string, now: number): number {
  const at = readDay(text, now)
  if (at === null) throw new Error(`"${text}" is no day. Write a date such as 2026-11-16, or "7 days".`)
  return at
}

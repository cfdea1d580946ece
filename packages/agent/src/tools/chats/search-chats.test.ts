import { afterAll, beforeAll, expect, test } from 'vitest'
import { openToolKit, type ToolKit } from '../../testing/tool-kit.ts'
import type { ChatQuery, FoundMessage } from './chat-search.ts'
import { searchChats } from './search-chats.ts'

const asked: ChatQuery[] = []
let found: FoundMessage[] = []
let kit: ToolKit
beforeAll(async () => {
  kit = await openToolKit({
    chats: {
      async search(query) {
        asked.push(query)
        return found
      },
    },
  })
})
afterAll(() => kit.close())

test('says who wrote what, in which chat and when, and gives the places as sources', async () => {
  const at = Date.now()
  found = [
    {
      conversationId: 'c',
      conversationTitle: 'Boat\nhouse',
      messageId: 'm',
      role: 'user',
      at,
      snippet: 'A lighthouse.',
    },
    { conversationId: 'd', conversationTitle: '', messageId: 'n', role: 'assistant', at, snippet: 'Fine.' },
  ]
  const { content, display } = await kit.call(searchChats, { query: 'project', since: 'last week' })
  expect(content).toMatch(/^1\. In the chat "Boat house", .*, today, the person wrote: A lighthouse\./)
  expect(content).toMatch(/2\. In the chat "Untitled chat", .* the assistant wrote: Fine\./)
  const place = { title: 'Boat house', snippet: 'A lighthouse.', url: null, conversationId: 'c', messageId: 'm', at }
  expect(display).toMatchObject({ kind: 'sources', sources: { 0: place } })
  expect(asked.at(-1)).toMatchObject({ words: 'project', until: null, limit: 8 })
  expect(asked.at(-1)?.since).toBeLessThan(at - 13 * 86_400_000)
})

test('a day that is none is told, and nothing found is said', async () => {
  await expect(kit.call(searchChats, { query: 'x', since: 'soon' })).rejects.toThrow('"soon" is no day')
  found = []
  expect((await kit.call(searchChats, { query: 'x', until: '2026-11-16' })).content).toMatch(
    /^Nothing in earlier chats/,
  )
})

import { afterEach, beforeEach, expect, it } from 'vitest'
import { LOCAL_OWNER_ID } from '../migrations/0001-foundation.ts'
import { describeOnEachDialect, openTestDatabase } from '../testing/index.ts'
import { conversationRow, memoryRow, messageRow, summaryRow } from '../testing/sample-rows.ts'
import { purgeConversations } from './conversations.ts'
import {
  countMemories,
  findMemory,
  findMemoryCandidates,
  hasMemories,
  insertMemory,
  listMemories,
  listMemoriesWithoutVector,
  listMemoryVectors,
  purgeMemories,
  putMemoryVector,
  searchMemories,
  updateMemory,
} from './memories.ts'
import { deleteSubtree } from './messages.ts'
import { findSummary, insertSummary, listSummaries, updateSummary } from './summaries.ts'

const ownerId = LOCAL_OWNER_ID

describeOnEachDialect('memories', (dialect) => {
  let db: Awaited<ReturnType<typeof openTestDatabase>>
  beforeEach(async () => {
    db = await openTestDatabase(dialect)
    const users = ['local', 'other'].filter((id) => id !== LOCAL_OWNER_ID)
    await db.commit(
      users.map((id) => db.kysely.insertInto('users').values({ id, name: id, role: 'user', created_at: 1 })),
    )
    await db.commit([
      db.kysely.insertInto('conversations').values(conversationRow({ id: 'c', title: 'Plans' })),
      db.kysely.insertInto('messages').values(messageRow({ id: 'q', conversation_id: 'c' })),
      db.kysely
        .insertInto('messages')
        .values(messageRow({ id: 'a', conversation_id: 'c', parent_id: 'q', role: 'assistant' })),
    ])
  })
  afterEach(() => db.close())

  const add = (id: string, text: string, over = {}) =>
    db.commit([insertMemory(db.kysely, memoryRow({ id, text, ...over }))])
  const search = async (query: string) =>
    (await searchMemories(db, { ownerId, query, limit: 10 })).map(({ id }) => id).sort()
  const candidates = async (beginnings: string[], pieces: string[] = []) =>
    (await findMemoryCandidates(db, { ownerId, beginnings, pieces, limit: 10 })).map(({ id }) => id).sort()

  it('are listed newest first, page by page, and only to whom they belong', async () => {
    await add('m1', 'one', { updated_at: 1 })
    await add('m2', 'two', { updated_at: 3 })
    await add('m3', 'three', { updated_at: 2 })
    await add('m4', 'not yours', { owner_id: 'other' })
    const page = await listMemories(db.kysely, { ownerId, limit: 2, after: null })
    expect(page.map(({ id }) => id)).toEqual(['m2', 'm3'])
    const next = await listMemories(db.kysely, { ownerId, limit: 2, after: { updatedAt: 2, id: 'm3' } })
    expect(next.map(({ id }) => id)).toEqual(['m1'])
    expect(await countMemories(db.kysely, ownerId)).toBe(3)
    expect(await findMemory(db.kysely, { ownerId, id: 'm4' })).toBeUndefined()
    expect(await search('yours')).toEqual([])
    expect(await candidates(['your'])).toEqual([])
  })

  it('are found by words, beginnings and pieces, never by syntax', async () => {
    await add('fox', 'My project is called Foxglove: it ships in "March"')
    await add('cafe', 'Le Café est à Łódź')
    await add('cjk', '我的狗叫小白')
    expect(await search('foxgl')).toEqual(['fox'])
    expect(await search('march project')).toEqual(['fox'])
    expect(await search('" OR 1=1; --')).toEqual([])
    expect(await candidates(['project', 'nothing'])).toEqual(['fox'])
    expect(await candidates(['CAFE'])).toEqual(['cafe'])
    expect(await candidates(['nothing', 'nobody'])).toEqual([])
    expect(await candidates([], ['小白'])).toEqual(['cjk'])
    await db.commit([updateMemory(db.kysely, { ownerId, id: 'fox' }, { text: 'It is called Nightshade' })])
    expect(await candidates(['foxgl'])).toEqual([])
    expect(await candidates(['nightsh'])).toEqual(['fox'])
  })

  it('are gone at once when deleted, and wholly after the undo time', async () => {
    await add('m1', 'a fox')
    await db.commit([updateMemory(db.kysely, { ownerId, id: 'm1' }, { deleted_at: 5 })])
    expect(await hasMemories(db.kysely, ownerId)).toBe(false)
    expect(await search('fox')).toEqual([])
    expect(await candidates(['fox'])).toEqual([])
    await db.commit([updateMemory(db.kysely, { ownerId, id: 'm1' }, { deleted_at: null })])
    expect(await search('fox')).toEqual(['m1'])
    await db.commit([updateMemory(db.kysely, { ownerId, id: 'm1' }, { deleted_at: 5 })])
    await db.commit([purgeMemories(db.kysely, 5)])
    expect(await findMemory(db.kysely, { ownerId, id: 'm1' })).toBeUndefined()
  })

  it('stay when the chat that they come from is deleted, and name its title only while it is there', async () => {
    await add('m1', 'a fox', { conversation_id: 'c', message_id: 'q', quote: 'fox' })
    expect(await findMemory(db.kysely, { ownerId, id: 'm1' })).toMatchObject({ conversation_title: 'Plans' })
    await db.commit([db.kysely.updateTable('conversations').set({ deleted_at: 1 })])
    expect(await findMemory(db.kysely, { ownerId, id: 'm1' })).toMatchObject({ conversation_title: null })
    await db.commit([purgeConversations(db.kysely, 1)])
    expect(await findMemory(db.kysely, { ownerId, id: 'm1' })).toMatchObject({
      text: 'a fox',
      quote: 'fox',
      conversation_id: null,
      message_id: null,
    })
  })

  it('keep one vector each, and tell which have none by a model', async () => {
    await add('m1', 'a fox')
    await add('m2', 'a bear')
    await db.commit([putMemoryVector(db.kysely, { memory_id: 'm1', model: 'old', vector: 'AA==' })])
    await db.commit([putMemoryVector(db.kysely, { memory_id: 'm1', model: 'nomic', vector: 'AQ==' })])
    expect(await listMemoryVectors(db.kysely, ownerId, 'nomic')).toEqual([{ memory_id: 'm1', vector: 'AQ==' }])
    const without = await listMemoriesWithoutVector(db.kysely, ownerId, 'nomic', 10)
    expect(without.map(({ id }) => id)).toEqual(['m2'])
  })

  it('a summary goes with the last message that it stands for, and with its conversation', async () => {
    const key = { conversation_id: 'c', message_id: 'a' }
    await db.commit([insertSummary(db.kysely, summaryRow({ id: 's', ...key }))])
    expect((await listSummaries(db.kysely, 'c')).map(({ id }) => id)).toEqual(['s'])
    expect(await findSummary(db.kysely, 'other', 's')).toBeUndefined()
    await db.commit([updateSummary(db.kysely, 's', { removed_at: 3 })])
    expect(await listSummaries(db.kysely, 'c')).toEqual([])
    expect(await findSummary(db.kysely, ownerId, 's')).toMatchObject({ removed_at: 3 })
    await db.commit([deleteSubtree(db.kysely, 'a')])
    expect(await findSummary(db.kysely, ownerId, 's')).toBeUndefined()
  })
})

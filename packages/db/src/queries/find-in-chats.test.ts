import { afterEach, beforeEach, expect, it } from 'vitest'
import { LOCAL_OWNER_ID } from '../migrations/0001-foundation.ts'
import { describeOnEachDialect, openTestDatabase } from '../testing/index.ts'
import { conversationRow, messageRow } from '../testing/sample-rows.ts'
import { findInChats } from './find-in-chats.ts'

describeOnEachDialect('what was said in other chats', (dialect) => {
  let db: Awaited<ReturnType<typeof openTestDatabase>>
  beforeEach(async () => {
    db = await openTestDatabase(dialect)
    const conversations = db.kysely.insertInto('conversations')
    const users = db.kysely.insertInto('users')
    await db.commit([
      users.values({ id: 'other', name: 'Other', role: 'user', created_at: 0 }),
      conversations.values(conversationRow({ id: 'here', title: 'This chat' })),
      conversations.values(conversationRow({ id: 'boat', title: 'Boat house' })),
      conversations.values(conversationRow({ id: 'gone', title: 'Deleted', deleted_at: 5 })),
      conversations.values(conversationRow({ id: 'theirs', title: 'Not mine', owner_id: 'other' })),
    ])
  })
  afterEach(() => db.close())

  const add = (id: string, conversation_id: string, text: string, over: object = {}) =>
    db.commit([db.kysely.insertInto('messages').values(messageRow({ id, conversation_id, text, ...over }))])
  const find = async (words: string, over: object = {}) => {
    const query = { ownerId: LOCAL_OWNER_ID, except: 'here', words, since: null, until: null, limit: 10, ...over }
    return await findInChats(db, query)
  }
  const ids = async (words: string, over: object = {}) => (await find(words, over)).map(({ messageId }) => messageId)

  it('finds the owner’s own messages in other chats only', async () => {
    for (const chat of ['here', 'boat', 'gone', 'theirs']) await add(chat, chat, 'My project is a lighthouse')
    expect(await find('project')).toEqual([
      {
        conversationId: 'boat',
        conversationTitle: 'Boat house',
        messageId: 'boat',
        role: 'user',
        at: 1_000,
        snippet: 'My project is a lighthouse',
      },
    ])
    expect(await ids('project', { ownerId: 'other' })).toEqual(['theirs'])
  })

  it('finds by a sentence as it is asked, all words first, then some, then the chat’s title', async () => {
    await add('first', 'boat', 'Where do I begin?')
    await add('some', 'boat', 'The projects of the town', { parent_id: 'first' })
    await add('all', 'boat', 'My project in the town is a lighthouse', { parent_id: 'first' })
    expect(await ids('project town')).toEqual(['all', 'some'])
    const asked = await ids('what did I tell you about my projects in Oslo?')
    expect(asked.toSorted()).toEqual(['all', 'some'])
    expect(await ids('boats')).toEqual(['first'])
    expect(await ids('badger')).toEqual([])
  })

  it('keeps to a time, and answers without words with what the person wrote last', async () => {
    await add('old', 'boat', 'A project of May', { created_at: 1_000 })
    await add('new', 'boat', 'A project of June', { created_at: 2_000, parent_id: 'old' })
    await add('answer', 'boat', 'Fine', { created_at: 3_000, parent_id: 'new', role: 'assistant' })
    expect(await ids('project', { since: 1_500 })).toEqual(['new'])
    expect(await ids('project', { until: 2_000 })).toEqual(['old'])
    expect(await ids('')).toEqual(['new', 'old'])
    expect(await ids('', { limit: 1 })).toEqual(['new'])
  })

  it('cuts a snippet about what was looked for, and takes no sign for syntax', async () => {
    await add('long', 'boat', `${'word '.repeat(300)}LIGHTHOUSE ${'more '.repeat(300)}`)
    const [hit] = await find('lighthouse')
    expect(hit?.snippet).toMatch(/^….*LIGHTHOUSE.*…$/)
    expect(hit?.snippet.length).toBeLessThan(410)
    await add('cjk', 'boat', '私の計画は灯台です', { parent_id: 'long' })
    expect(await ids('計画')).toEqual(['cjk'])
    for (const words of ['"', 'a" OR "b', '(lighthouse', '%', "';--", ':*', '①', 'NEAR(', '-word', '\0'])
      await find(words)
  })
})

import { afterEach, beforeEach, expect, it } from 'vitest'
import { LOCAL_OWNER_ID } from '../migrations/0001-foundation.ts'
import type { Db } from '../open-database.ts'
import { describeOnEachDialect, openTestDatabase } from '../testing/index.ts'
import { conversationRow, messageRow, runRow } from '../testing/sample-rows.ts'
import {
  findConversation,
  insertConversation,
  listConversations,
  purgeConversations,
  updateConversation,
  updateMadeTitle,
} from './conversations.ts'
import { deleteSubtree, findMessage, insertMessage, listMessages, listPath, listSubtreeIds } from './messages.ts'
import { insertSegment, listSegments } from './run-events.ts'
import { findRunByKey, insertRun, listOpenRuns, listRuns, updateRun } from './runs.ts'

describeOnEachDialect('queries', (dialect) => {
  let db: Db
  beforeEach(async () => {
    db = await openTestDatabase(dialect)
    const k = db.kysely
    await db.commit([
      insertConversation(k, conversationRow({ id: 'c' })),
      insertMessage(k, messageRow({ id: 'q1', conversation_id: 'c' })),
      insertMessage(k, messageRow({ id: 'a1', conversation_id: 'c', parent_id: 'q1', role: 'assistant' })),
      insertMessage(k, messageRow({ id: 'a1b', conversation_id: 'c', parent_id: 'q1', role: 'assistant' })),
      insertMessage(k, messageRow({ id: 'q2', conversation_id: 'c', parent_id: 'a1' })),
    ])
  })
  afterEach(() => db.close())

  it('walk a tree up and down', async () => {
    const path = await listPath(db.kysely, 'q2')
    expect(path.map((row) => row.id)).toEqual(['q1', 'a1', 'q2'])
    expect(path[0]).toMatchObject({ conversation_id: 'c', role: 'user', text: 'Hello', created_at: 1_000 })
    expect((await listSubtreeIds(db.kysely, 'a1')).sort()).toEqual(['a1', 'q2'])
    await db.commit([deleteSubtree(db.kysely, 'a1')])
    expect((await listMessages(db.kysely, 'c')).map((row) => row.id)).toEqual(['a1b', 'q1'])
  })

  it('delete a branch deeper than a cascade may be', async () => {
    const deep = Array.from({ length: 1_500 }, (_, i) =>
      insertMessage(
        db.kysely,
        messageRow({ id: `d${i}`, conversation_id: 'c', parent_id: i === 0 ? 'q2' : `d${i - 1}` }),
      ),
    )
    await db.commit(deep)
    await db.commit([deleteSubtree(db.kysely, 'q2')])
    expect(await listMessages(db.kysely, 'c')).toHaveLength(3)
  })

  it('show nobody what is not theirs, and nothing that is deleted', async () => {
    expect(await findMessage(db.kysely, LOCAL_OWNER_ID, 'q1')).toMatchObject({ id: 'q1' })
    expect(await findMessage(db.kysely, 'somebody', 'q1')).toBeUndefined()
    expect(await findConversation(db.kysely, 'somebody', 'c')).toBeUndefined()
    await db.commit([updateConversation(db.kysely, 'c', { deleted_at: 5 })])
    expect(await findConversation(db.kysely, LOCAL_OWNER_ID, 'c')).toBeUndefined()
    expect(await findMessage(db.kysely, LOCAL_OWNER_ID, 'q1')).toBeUndefined()
    await db.commit([purgeConversations(db.kysely, 4)])
    expect(await listMessages(db.kysely, 'c')).toHaveLength(4)
    await db.commit([purgeConversations(db.kysely, 5)])
    expect(await listMessages(db.kysely, 'c')).toHaveLength(0)
  })

  it('page through conversations, pinned ones apart, with what their newest answer does', async () => {
    const rows = Array.from({ length: 5 }, (_, i) => conversationRow({ id: `x${i}`, updated_at: 2_000 + (i >> 1) }))
    await db.commit([
      ...rows.map((row) => insertConversation(db.kysely, row)),
      updateConversation(db.kysely, 'x0', { pinned: 1 }),
      insertRun(db.kysely, runRow({ id: 'r1', conversation_id: 'c', message_id: 'a1', end_reason: 'failed' })),
      insertRun(
        db.kysely,
        runRow({ id: 'r2', conversation_id: 'c', message_id: 'a1', state: 'running', created_at: 1_001 }),
      ),
      insertRun(db.kysely, runRow({ id: 'r3', conversation_id: 'c', kind: 'title', created_at: 1_002 })),
    ])
    const ask = { ownerId: LOCAL_OWNER_ID, source: 'ui' as const, limit: 2 }
    const ids = async (pinned: boolean, after: { updatedAt: number; id: string } | null) =>
      (await listConversations(db.kysely, { ...ask, pinned, after })).map((row) => row.id)
    expect(await ids(true, null)).toEqual(['x0'])
    expect(await ids(false, null)).toEqual(['x4', 'x3'])
    expect(await ids(false, { updatedAt: 2_001, id: 'x3' })).toEqual(['x2', 'x1'])
    expect(await ids(false, { updatedAt: 2_000, id: 'x1' })).toEqual(['c'])
    expect(await findConversation(db.kysely, LOCAL_OWNER_ID, 'c')).toMatchObject({ activity: 'running:' })
    expect((await listRuns(db.kysely, 'c')).map((row) => row.id)).toEqual(['r1', 'r2'])
    expect((await listOpenRuns(db.kysely, 10)).map((row) => row.id)).toEqual(['r2'])
    await db.commit([updateRun(db.kysely, 'r2', { state: 'ended', end_reason: 'interrupted' })])
    expect(await findConversation(db.kysely, LOCAL_OWNER_ID, 'c')).toMatchObject({ activity: 'ended:interrupted' })
  })

  it('let one key start one run, and never overwrite the title that a person gave', async () => {
    const run = runRow({ id: 'r1', conversation_id: 'c', request_key: 'key' })
    await db.commit([insertRun(db.kysely, run)])
    await expect(db.commit([insertRun(db.kysely, { ...run, id: 'r2' })])).rejects.toMatchObject({ code: 'conflict' })
    expect(await findRunByKey(db.kysely, LOCAL_OWNER_ID, 'key')).toMatchObject({ id: 'r1' })
    await db.commit([updateMadeTitle(db.kysely, 'c', 'Made')])
    await db.commit([updateConversation(db.kysely, 'c', { title: 'Mine', title_source: 'person' })])
    await db.commit([updateMadeTitle(db.kysely, 'c', 'Made again')])
    expect(await findConversation(db.kysely, LOCAL_OWNER_ID, 'c')).toMatchObject({ title: 'Mine' })
  })

  it('give segments back in order from any number', async () => {
    await db.commit([
      insertRun(db.kysely, runRow({ id: 'r1', conversation_id: 'c' })),
      insertSegment(db.kysely, { run_id: 'r1', seq: 1, last_seq: 3, events: '[1,2,3]', created_at: 1 }),
      insertSegment(db.kysely, { run_id: 'r1', seq: 4, last_seq: 4, events: '[4]', created_at: 2 }),
    ])
    expect(await listSegments(db.kysely, 'r1', 0, 10)).toHaveLength(2)
    expect(await listSegments(db.kysely, 'r1', 2, 1)).toEqual([{ seq: 1, last_seq: 3, events: '[1,2,3]' }])
    expect(await listSegments(db.kysely, 'r1', 3, 10)).toEqual([{ seq: 4, last_seq: 4, events: '[4]' }])
    expect(await listSegments(db.kysely, 'r1', 4, 10)).toEqual([])
  })
})

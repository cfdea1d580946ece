import { afterEach, beforeEach, expect, it } from 'vitest'
import { LOCAL_OWNER_ID } from '../migrations/0001-foundation.ts'
import type { Db } from '../open-database.ts'
import { describeOnEachDialect, openTestDatabase } from '../testing/index.ts'
import { conversationRow, messageRow, runRow, waitingCallRow } from '../testing/sample-rows.ts'
import { hasApprovalRule, insertApprovalRule } from './approval-rules.ts'
import {
  findAssistant,
  hasAssistantsToPurge,
  insertAssistant,
  listAssistants,
  purgeAssistants,
  setAssistantDeleted,
  updateAssistant,
} from './assistants.ts'
import { findConversation, insertConversation, purgeConversations, updateConversation } from './conversations.ts'
import { insertMessage } from './messages.ts'
import { insertRun, updateRun } from './runs.ts'
import {
  beginCall,
  closeWaitingCalls,
  completeCall,
  decideCall,
  disownAllFiles,
  disownFiles,
  findToolCall,
  insertWaitingCall,
  isToolWaiting,
  listMadeFiles,
  listToolCalls,
} from './tool-calls.ts'

const call = { run_id: 'r', call_id: 'c1', conversation_id: 'c' }
const key = { runId: 'r', callId: 'c1' }

describeOnEachDialect('tool calls', (dialect) => {
  let db: Db
  beforeEach(async () => {
    db = await openTestDatabase(dialect)
    const k = db.kysely
    await db.commit([
      insertConversation(k, conversationRow({ id: 'c' })),
      insertMessage(k, messageRow({ id: 'q', conversation_id: 'c' })),
      insertMessage(k, messageRow({ id: 'a', conversation_id: 'c', parent_id: 'q', role: 'assistant' })),
      insertRun(k, runRow({ id: 'r', conversation_id: 'c', message_id: 'a', state: 'running' })),
    ])
  })
  afterEach(() => db.close())

  const state = async () => (await findToolCall(db.kysely, LOCAL_OWNER_ID, key))?.state
  const activity = async () => (await findConversation(db.kysely, LOCAL_OWNER_ID, 'c'))?.activity

  it('wait, are decided once, begin and complete', async () => {
    const k = db.kysely
    await db.commit([insertWaitingCall(k, waitingCallRow(call))])
    await db.commit([insertWaitingCall(k, waitingCallRow(call))])
    expect(await activity()).toBe('running:approval')
    const { tool } = waitingCallRow(call)
    const isWaiting = (name: string) => isToolWaiting(k, 'c', name)
    expect([await isWaiting(tool), await isWaiting('another')]).toEqual([true, false])
    await db.commit([decideCall(k, key, { state: 'approved', scope: 'once', note: null, at: 5 })])
    expect(await isWaiting(tool)).toBe(true)
    await db.commit([decideCall(k, key, { state: 'denied', scope: 'once', note: 'no', at: 6 })])
    expect(await findToolCall(k, LOCAL_OWNER_ID, key)).toMatchObject({ state: 'approved', note: null, decided_at: 5 })
    expect(await activity()).toBe('running:')
    await db.commit([completeCall(k, key, 'done', 7)])
    expect(await state()).toBe('approved')
    await db.commit([beginCall(k, { ...waitingCallRow(call), started_at: 8, files: '["a.txt"]' })])
    expect(await state()).toBe('begun')
    expect(await isWaiting(tool)).toBe(false)
    expect(await listMadeFiles(k, 'c')).toEqual([])
    await db.commit([completeCall(k, key, 'done', 9)])
    expect(await listToolCalls(k, 'r')).toMatchObject([{ state: 'done', started_at: 8, decided_at: 5, ended_at: 9 }])
    expect(await listMadeFiles(k, 'c')).toEqual(['a.txt'])
    expect(await findToolCall(k, 'somebody', key)).toBeUndefined()
  })

  it('make files the assistant’s own until a person brings something at, beneath or above their path', async () => {
    const k = db.kysely
    await db.commit([
      beginCall(k, { ...waitingCallRow(call), started_at: 1, files: '["a.txt","Data/b.csv","data2","c"]' }),
      completeCall(k, key, 'done', 2),
    ])
    await db.commit(await disownFiles(k, 'c', ['data', 'c/d.txt']))
    expect(await listMadeFiles(k, 'c')).toEqual(['a.txt', 'data2'])
    await db.commit(await disownFiles(k, 'other', ['a.txt']))
    expect(await listMadeFiles(k, 'c')).toEqual(['a.txt', 'data2'])
    // Composed and decomposed, large and small: one name on some file system, from either side.
    const spelt = ['r\u00e9sum\u00e9/a.txt', 'Ge\u0301ne\u0301ral.txt', 'b.txt']
    await db.commit([
      beginCall(k, { ...waitingCallRow(call), started_at: 3, files: JSON.stringify(spelt) }),
      completeCall(k, key, 'done', 4),
    ])
    await db.commit(await disownFiles(k, 'c', ['Re\u0301sume\u0301', 'G\u00c9N\u00c9RAL.TXT']))
    expect(await listMadeFiles(k, 'c')).toEqual(['b.txt'])
    await db.commit([disownAllFiles(k, 'c')])
    expect(await listMadeFiles(k, 'c')).toEqual([])
  })

  it('wait no longer than their run lives, and show nothing of it when it has ended', async () => {
    const k = db.kysely
    await db.commit([
      insertWaitingCall(k, waitingCallRow(call)),
      beginCall(k, { ...waitingCallRow({ ...call, call_id: 'c2' }), started_at: 2 }),
    ])
    await db.commit([updateRun(k, 'r', { state: 'ended', end_reason: 'stopped' })])
    expect(await activity()).toBe('ended:stopped')
    await db.commit([closeWaitingCalls(k, 'r', 5)])
    expect((await listToolCalls(k, 'r')).map((row) => row.state)).toEqual(['failed', 'begun'])
  })

  it('need no answer where a rule of this conversation says so, and go with it', async () => {
    const k = db.kysely
    const rule = { ownerId: LOCAL_OWNER_ID, conversationId: 'c', tool: 'write_file' }
    expect(await hasApprovalRule(k, rule)).toBe(false)
    const row = { owner_id: LOCAL_OWNER_ID, conversation_id: 'c', tool: 'write_file', created_at: 1 }
    await db.commit([insertApprovalRule(k, row)])
    await db.commit([insertApprovalRule(k, row), insertWaitingCall(k, waitingCallRow(call))])
    expect(await hasApprovalRule(k, rule)).toBe(true)
    expect(await hasApprovalRule(k, { ...rule, tool: 'delete_file' })).toBe(false)
    expect(await hasApprovalRule(k, { ...rule, ownerId: 'somebody' })).toBe(false)
    await db.commit([updateConversation(k, 'c', { deleted_at: 1 })])
    await db.commit([purgeConversations(k, 2)])
    expect(await hasApprovalRule(k, rule)).toBe(false)
    expect(await listToolCalls(k, 'r')).toEqual([])
  })

  it('let nobody touch the assistants of others', async () => {
    const k = db.kysely
    const mine = { ownerId: LOCAL_OWNER_ID, id: 'x' }
    const row = {
      id: 'x',
      owner_id: LOCAL_OWNER_ID,
      definition: '{"name":"X"}',
      created_at: 1,
      updated_at: 1,
      deleted_at: null,
    }
    await db.commit([insertAssistant(k, row)])
    await db.commit([updateAssistant(k, { ownerId: 'somebody', id: 'x' }, { definition: '{}', updated_at: 2 })])
    await db.commit([setAssistantDeleted(k, { ownerId: 'somebody', id: 'x' }, 3)])
    expect(await listAssistants(k, LOCAL_OWNER_ID)).toEqual([row])
    expect(await findAssistant(k, 'somebody', 'x')).toBeUndefined()
    await db.commit([setAssistantDeleted(k, mine, 3)])
    expect(await findAssistant(k, LOCAL_OWNER_ID, 'x')).toBeUndefined()
    expect(await findAssistant(k, LOCAL_OWNER_ID, 'x', 'deleted')).toMatchObject({ id: 'x' })
    expect(await listAssistants(k, LOCAL_OWNER_ID)).toEqual([])
    expect([await hasAssistantsToPurge(k, 2), await hasAssistantsToPurge(k, 3)]).toEqual([false, true])
    await db.commit([setAssistantDeleted(k, mine, null), purgeAssistants(k, 3)])
    expect(await listAssistants(k, LOCAL_OWNER_ID)).toEqual([row])
    await db.commit([setAssistantDeleted(k, mine, 3), purgeAssistants(k, 3)])
    expect(await findAssistant(k, LOCAL_OWNER_ID, 'x', 'deleted')).toBeUndefined()
  })
})

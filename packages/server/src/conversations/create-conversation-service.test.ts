import { existsSync } from 'node:fs'
import { insertAssistant, LOCAL_OWNER_ID as me } from '@reynard/db'
import { describeOnEachDialect } from '@reynard/db/testing'
import { createGate } from '@reynard/engine/testing'
import { exportSchema } from '@reynard/protocol'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openRunKit, type RunKit } from '../testing/open-run-kit.ts'

describeOnEachDialect('createConversationService', (dialect) => {
  let kit: RunKit
  beforeEach(async () => {
    kit = await openRunKit({ dialect })
  })
  afterEach(() => kit.close())

  const ask = async (over: Parameters<RunKit['send']>[0] = {}) => {
    const sent = await kit.send(over)
    await kit.hear(sent.runId)
    return sent
  }
  const list = (over = {}) => kit.conversations.list(me, { limit: 100, source: 'ui', ...over })

  it('lists newest first in pages, pinned ones on the first page, other apps apart', async () => {
    const sent = []
    for (let i = 0; i < 5; i += 1) sent.push(await ask({ text: `Question ${i}` }))
    await kit.runs.send(
      me,
      { key: 'from-an-app', conversationId: null, parentId: null, text: 'App?' },
      { source: 'api' },
    )
    await kit.conversations.update(me, { id: sent[0]!.conversationId, pinned: true })
    const first = await list({ limit: 2 })
    expect(first.items.map((item) => item.title)).toEqual(['Question 0', 'Question 4', 'Question 3'])
    const second = await list({ limit: 2, cursor: first.nextCursor })
    expect(second.items.map((item) => item.title)).toEqual(['Question 2', 'Question 1'])
    expect(second.nextCursor).toBeNull()
    expect((await list({ source: 'api' })).items).toMatchObject([{ title: 'App?', unread: false }])
    expect((await kit.conversations.list('somebody', { limit: 10, source: 'ui' })).items).toEqual([])
  })

  it('keeps each of several settings that come at the same time', async () => {
    const { conversationId: id } = await ask()
    const each = [{ temperature: 0.3 }, { systemPrompt: 'Kind.' }, { maxTokens: 99 }]
    await Promise.all(each.map((settings) => kit.conversations.update(me, { id, settings })))
    const { settings } = await kit.conversations.byId(me, id)
    expect(settings).toMatchObject({ temperature: 0.3, systemPrompt: 'Kind.', maxTokens: 99 })
  })

  it('shows what lives in a conversation, from memory', async () => {
    const gate = createGate()
    kit.engine.setScript(['So far', gate])
    const sent = await kit.send()
    await gate.reached
    await expect.poll(() => kit.runs.liveView(sent.runId)?.text).toBe('So far')
    const conversation = await kit.conversations.byId(me, sent.conversationId)
    expect(conversation.activity).toBe('live')
    const view = conversation.messages.at(-1)!.runs[0]!
    expect(view).toMatchObject({ phase: 'streaming', text: 'So far' })
    gate.open()
    const items = []
    for await (const item of kit.watch(sent.runId, view.seq)) items.push(item)
    expect(items.flatMap((item) => (item.kind === 'events' ? item.events.map((event) => event.seq) : []))[0]).toBe(
      view.seq + 1,
    )
    expect((await list()).items[0]).toMatchObject({ unread: true, activity: 'idle' })
    expect(await kit.conversations.update(me, { id: sent.conversationId, read: true })).toMatchObject({ unread: false })
  })

  it('changes titles, settings and the leaf on screen, and refuses a leaf from elsewhere', async () => {
    const sent = await ask()
    const other = await ask()
    const id = sent.conversationId
    expect(await kit.conversations.update(me, { id, title: 'Mine' })).toMatchObject({
      title: 'Mine',
      titleSource: 'person',
    })
    await kit.conversations.update(me, { id, settings: { temperature: 1, systemPrompt: 'Kind.' } })
    await kit.conversations.update(me, { id, settings: { temperature: null } })
    await kit.conversations.update(me, { id, activeLeafId: sent.userMessageId })
    const conversation = await kit.conversations.byId(me, id)
    expect(conversation).toMatchObject({
      activeLeafId: sent.userMessageId,
      settings: { temperature: null, systemPrompt: 'Kind.' },
    })
    await expect(kit.conversations.update(me, { id, activeLeafId: other.answerId })).rejects.toMatchObject({
      code: 'not-found',
    })
    await expect(kit.conversations.update('somebody', { id, title: 'x' })).rejects.toMatchObject({ code: 'not-found' })
  })

  it('deletes with undo, stops what runs in it, and lets it go wholly when the time is up', async () => {
    const gate = createGate()
    kit.engine.setScript(['x', gate])
    const sent = await kit.send()
    await gate.reached
    const id = sent.conversationId
    const { workspace } = await kit.sessions.open({ ownerId: me, conversationId: id })
    await workspace.write('notes.txt', 'private')
    expect(await kit.conversations.remove(me, id)).toEqual({ undoMs: 10_000 })
    expect(await kit.engine.chats[0]!.left).toBe('aborted')
    await expect(kit.conversations.byId(me, id)).rejects.toMatchObject({ code: 'not-found' })
    expect((await list()).items).toEqual([])
    await kit.conversations.restore(me, id)
    await kit.conversations.restore(me, id)
    expect((await kit.conversations.byId(me, id)).messages.at(-1)!.runs[0]).toMatchObject({
      endReason: 'stopped',
      text: 'x',
    })
    await kit.conversations.remove(me, id)
    const gone = { owner_id: me, definition: '{}', created_at: 1, updated_at: 1, deleted_at: 1 }
    await kit.db.commit([insertAssistant(kit.db.kysely, { ...gone, id: 'gone' })])
    // The first try is told that somebody reads in the database's files.
    const answers: boolean[] = []
    const forgetDeleted = async () => {
      answers.push(answers.length > 0)
      return answers.length > 1
    }
    const dataDir = kit.site!.dataDir
    const later = await openRunKit({ undoMs: 0, dataDir, db: { ...kit.db, forgetDeleted, close: async () => {} } })
    const stop = later.conversations.startPurging()
    await expect.poll(async () => await kit.db.kysely.selectFrom('messages').select('id').execute()).toEqual([])
    await expect.poll(() => answers, { timeout: 5_000 }).toEqual([false, true])
    stop()
    await later.close()
    await expect(kit.conversations.restore(me, id)).rejects.toMatchObject({ code: 'not-found' })
    expect(await kit.db.kysely.selectFrom('run_events').select('run_id').execute()).toEqual([])
    expect(await kit.db.kysely.selectFrom('assistants').select('id').execute()).toEqual([])
    expect(existsSync(workspace.home)).toBe(false)
  })

  it('deletes a message with all that stands under it, and shows what is beside it', async () => {
    const first = await ask({ text: 'One' })
    const { conversationId } = first
    const again = await kit.runs.regenerate(me, { key: 'again-again', messageId: first.answerId })
    await kit.hear(again.runId)
    const under = await ask({ conversationId, parentId: again.answerId, text: 'Two' })
    await kit.conversations.removeMessage(me, again.answerId)
    const left = await kit.conversations.byId(me, conversationId)
    expect(left.messages.map((message) => message.id)).toEqual([first.userMessageId, first.answerId])
    expect(left.activeLeafId).toBe(first.answerId)
    await expect(kit.conversations.removeMessage(me, under.answerId)).rejects.toMatchObject({ code: 'not-found' })
    await kit.conversations.removeMessage(me, first.userMessageId)
    expect(await kit.conversations.byId(me, conversationId)).toMatchObject({ messages: [], activeLeafId: null })
  })

  it('leaves out of an import what is here already, also where it was renamed or went on since', async () => {
    const kept = await ask({ text: 'Kept?' })
    const gone = await ask({ text: 'Gone?' })
    const { content } = await kit.conversations.export(me, null, 'json')
    const exported = exportSchema.parse(JSON.parse(content))
    await kit.conversations.update(me, { id: kept.conversationId, title: 'Another name' })
    await ask({ conversationId: kept.conversationId, parentId: kept.answerId, text: 'And then?' })
    expect(await kit.conversations.import(me, exported)).toEqual({ conversations: 0, skipped: 2 })
    await kit.conversations.remove(me, gone.conversationId)
    expect(await kit.conversations.import(me, exported)).toEqual({ conversations: 1, skipped: 1 })
    expect(await kit.conversations.import(me, exported)).toEqual({ conversations: 0, skipped: 2 })
    expect((await list()).items.map(({ title }) => title).toSorted()).toEqual(['Another name', 'Gone?'])
    // What the file has and the chat has not is worth a chat of its own.
    exported.conversations[0]!.messages[0]!.text = 'Gone, edited?'
    expect(await kit.conversations.import(me, exported)).toEqual({ conversations: 1, skipped: 1 })
  })

  it('brings back what was pinned, and takes an export that says nothing of it', async () => {
    const sent = await ask({ text: 'Often?' })
    await kit.conversations.update(me, { id: sent.conversationId, pinned: true })
    const { content } = await kit.conversations.export(me, null, 'json')
    await kit.conversations.remove(me, sent.conversationId)
    await kit.conversations.import(me, exportSchema.parse(JSON.parse(content)))
    const [back] = (await list()).items
    expect(back).toMatchObject({ title: 'Often?', pinned: true })
    await kit.conversations.remove(me, back!.id)
    await kit.conversations.import(me, exportSchema.parse(JSON.parse(content.replace(/"pinned":\s*true,/, ''))))
    expect((await list()).items).toMatchObject([{ title: 'Often?', pinned: false }])
  })

  it('takes no time that no calendar has: a page would break at it', () => {
    const messages = [{ id: 'm', parentId: null, role: 'user', text: 'Hi', createdAt: 0 }]
    const file = (createdAt: number) => ({
      format: 'reynard-conversations',
      version: 1,
      conversations: [{ title: 'Odd', createdAt, messages }],
    })
    for (const wrong of [Number.MAX_SAFE_INTEGER, 8.64e15 + 1, -1])
      expect(exportSchema.safeParse(file(wrong)).success).toBe(false)
    expect(exportSchema.safeParse(file(8.64e15)).success).toBe(true)
  })

  it('exports what it imports', async () => {
    kit.engine.setScript([{ type: 'reasoning', text: 'Hm.' }, '**Because.**'])
    const first = await ask({ text: 'Why?' })
    const again = await kit.runs.regenerate(me, { key: 'again-again', messageId: first.answerId })
    await kit.hear(again.runId)
    const { content, filename } = await kit.conversations.export(me, null, 'json')
    expect(filename).toMatch(/^Why-\d{4}-\d\d-\d\d\.json$/)
    const exported = exportSchema.parse(JSON.parse(content))
    await kit.conversations.remove(me, first.conversationId)
    expect(await kit.conversations.import(me, exported)).toEqual({ conversations: 1, skipped: 0 })
    const [item] = (await list()).items
    const back = await kit.conversations.byId(me, item!.id)
    expect(back.messages.map(({ role, text, runs }) => [role, text, runs[0]?.reasoning, runs[0]?.model])).toEqual([
      ['user', 'Why?', undefined, undefined],
      ['assistant', '**Because.**', 'Hm.', 'scripted:1b'],
      ['assistant', '**Because.**', 'Hm.', 'scripted:1b'],
    ])
    expect(back.activeLeafId).toBe(back.messages[2]!.id)
    expect((await kit.hear(back.messages[2]!.runs[0]!.runId)).events).toEqual([])
    await kit.conversations.update(me, { id: item!.id, title: '../Füchse: <b>wo?</b> 🦊' })
    const named = await kit.conversations.export(me, [item!.id], 'markdown')
    expect(named.filename).toMatch(/^Füchse-b-wo-b-\d{4}-\d\d-\d\d\.md$/)
    await kit.conversations.update(me, { id: item!.id, title: '🦊' })
    expect((await kit.conversations.export(me, [item!.id], 'json')).filename).toMatch(/^reynard-\d{4}/)
    await kit.conversations.update(me, { id: item!.id, title: 'Why?' })
    const markdown = await kit.conversations.export(me, [item!.id], 'markdown')
    expect(markdown.content).toContain('# Why?\n')
    expect(markdown.content).toContain('## Answer (scripted:1b)\n\n**Because.**\n')
    exported.conversations[0]!.messages[1]!.parentId = 'nowhere'
    exported.conversations[0]!.messages[1]!.text = 'Because not.'
    await expect(kit.conversations.import(me, exported)).rejects.toMatchObject({ code: 'bad-request' })
    const next = await ask({ conversationId: back.id, parentId: back.activeLeafId, text: 'And now?' })
    expect(next.conversationId).toBe(back.id)
  })
})

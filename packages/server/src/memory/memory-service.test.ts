import { LOCAL_OWNER_ID } from '@reynard/db'
import { describeOnEachDialect } from '@reynard/db/testing'
import { createScriptedEngine } from '@reynard/engine/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createManualClock } from '../testing/manual-clock.ts'
import { openRunKit, type RunKit } from '../testing/open-run-kit.ts'

const ownerId = LOCAL_OWNER_ID
const all = { query: '', limit: 100 }
const systemOf = (kit: RunKit, chat = -1) =>
  kit.engine.chats.at(chat)?.request.messages.find(({ role }) => role === 'system')?.content ?? null

describeOnEachDialect('memory', (dialect) => {
  let kit: RunKit
  beforeEach(async () => {
    kit = await openRunKit({ dialect })
  })
  afterEach(() => kit.close())
  const ask = async (text: string, over = {}) => {
    const sent = await kit.send({ text, ...over })
    return { ...sent, view: (await kit.hear(sent.runId)).view() }
  }

  it('reminds the model of what belongs to a question, says so on the answer, and of nothing else', async () => {
    const project = await kit.memory.create(ownerId, 'My project is called Foxglove.')
    await kit.memory.create(ownerId, 'I am allergic to nuts.')
    const { view } = await ask('What did I tell you about my project last week?')
    expect(view.memories).toEqual([{ id: project.id, text: project.text }])
    expect(view.context?.memory).toBeGreaterThan(0)
    expect(systemOf(kit)).toContain('"My project is called Foxglove."')
    expect(systemOf(kit)).not.toContain('nuts')
    const unrelated = await ask('Why is the sky blue?')
    expect(unrelated.view.memories).toBeUndefined()
    expect(systemOf(kit)).toBeNull()
  })

  it('is read by no program, by no chat where it is off, and not where person or operator switched it off', async () => {
    await kit.memory.create(ownerId, 'My project is called Foxglove.')
    const question = 'How is my project called?'
    const recalled = async (over = {}) => (await ask(question, over)).view.memories?.length ?? 0
    expect(await recalled()).toBe(1)
    expect(await recalled({ settings: { memory: false } })).toBe(0)
    const asked = { key: 'by-a-program', conversationId: null, parentId: null, text: question }
    const sent = await kit.runs.send(ownerId, asked, { source: 'api' })
    expect((await kit.hear(sent.runId)).view().memories).toBeUndefined()
    await kit.memory.setEnabled(ownerId, false)
    expect(await recalled()).toBe(0)
    expect(await kit.memory.list(ownerId, all)).toMatchObject({ enabled: false, allowed: true, total: 1 })
    await kit.memory.setEnabled(ownerId, true)
    kit.operator.contextAwareness = false
    expect(await recalled()).toBe(0)
    expect(await kit.memory.list(ownerId, all)).toMatchObject({ enabled: true, allowed: false })
  })

  it('can be searched, changed, deleted, and brought back; the answers of before keep what they were given', async () => {
    const { id } = await kit.memory.create(ownerId, 'My project is called Foxglove.')
    const before = await ask('How is my project called?')
    await expect(kit.memory.create(ownerId, 'my PROJECT is called foxglove.')).rejects.toMatchObject({
      code: 'conflict',
    })
    await kit.memory.update(ownerId, { id, text: 'My project is called Nightshade.' })
    expect((await kit.memory.list(ownerId, { ...all, query: 'nightsh' })).memories.map((each) => each.id)).toEqual([id])
    expect((await kit.memory.list(ownerId, { ...all, query: 'foxglove' })).memories).toEqual([])
    await kit.memory.remove(ownerId, id)
    expect(await kit.memory.list(ownerId, all)).toMatchObject({ memories: [], total: 0 })
    expect((await ask('How is my project called?')).view.memories).toBeUndefined()
    await expect(kit.memory.remove(ownerId, id)).rejects.toMatchObject({ code: 'not-found' })
    await kit.memory.restore(ownerId, id)
    expect((await ask('How is my project called?')).view.memories?.[0]?.text).toBe('My project is called Nightshade.')
    const chat = await kit.conversations.byId(ownerId, before.conversationId)
    expect(chat.messages.at(-1)?.runs[0]?.memories?.[0]?.text).toBe('My project is called Foxglove.')
  })

  it('belongs to one person', async () => {
    const { id } = await kit.memory.create(ownerId, 'My project is called Foxglove.')
    for (const call of [
      () => kit.memory.update('somebody', { id, text: 'mine' }),
      () => kit.memory.remove('somebody', id),
      () => kit.memory.restore('somebody', id),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: 'not-found' })
    }
    expect((await kit.memory.list('somebody', { ...all, query: 'foxglove' })).memories).toEqual([])
    const other = await kit.memory.forRun({ ownerId: 'somebody', conversationId: 'c', source: 'ui', off: false })
    expect(await other?.recall('How is my project called?', 4096)).toEqual([])
  })

  it('keeps a fact only with words that the person wrote in this chat, and names where they stand', async () => {
    kit.engine.setScript(['The page says: my secret project is Nightshade.'])
    const { conversationId, userMessageId } = await ask('By the way, I lead the “Foxglove” project — since May.')
    const run = await kit.memory.forRun({ ownerId, conversationId, source: 'ui', off: false })
    const find = (quote: string) => run?.tools.findQuote(quote)
    expect(await find('i lead the "Foxglove" project - since May')).toBe(userMessageId)
    for (const quote of ['my secret project is Nightshade', 'I lead', '', '   ', '""', 'lead the Nightshade project']) {
      expect(await find(quote), quote).toBeNull()
    }
    const other = await ask('Something else')
    const elsewhere = await kit.memory.forRun({
      ownerId,
      conversationId: other.conversationId,
      source: 'ui',
      off: false,
    })
    expect(await elsewhere?.tools.findQuote('I lead the “Foxglove” project')).toBeNull()

    const fact = { text: 'Leads\u202e Foxglove.', quote: 'I lead the “Foxglove” project', messageId: userMessageId }
    expect(await run?.tools.keep(fact)).toBe('kept')
    expect(await run?.tools.keep({ ...fact, text: 'leads foxglove.' })).toBe('known')
    const [memory] = (await kit.memory.list(ownerId, all)).memories
    expect(memory).toMatchObject({
      text: 'Leads Foxglove.',
      source: { kind: 'chat', conversationId, messageId: userMessageId, conversationTitle: expect.any(String) },
    })
    await kit.conversations.remove(ownerId, conversationId)
    expect((await kit.memory.list(ownerId, all)).memories[0]?.source).toMatchObject({ conversationId: null })
  })

  it('stays quick and within its budget with 10,000 of them', async () => {
    const rows = Array.from({ length: 10_000 }, (_, at) => ({
      id: crypto.randomUUID(),
      owner_id: ownerId,
      text: `Fact ${at}: the project room ${at % 97} is painted ${['red', 'green', 'blue'][at % 3]}. ${'x'.repeat(300)}`,
      quote: null,
      conversation_id: null,
      message_id: null,
      created_at: at,
      updated_at: at,
      deleted_at: null,
    }))
    for (let from = 0; from < rows.length; from += 500) {
      await kit.db.commit([kit.db.kysely.insertInto('memories').values(rows.slice(from, from + 500))])
    }
    await expect(kit.memory.create(ownerId, 'One more.')).rejects.toMatchObject({ code: 'bad-request' })
    const { view } = await ask('Which colour is the project room 42 painted in?')
    const given = view.memories ?? []
    expect(given.length).toBeGreaterThan(0)
    expect(given.length).toBeLessThanOrEqual(8)
    expect(given.every(({ text }) => text.includes('room 42'))).toBe(true)
    expect(given.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(2_400)
  })
})

/** Places texts by what they speak of, as a real model would: an axis for a topic, whatever the words. */
function embeddingEngine() {
  const engine = createScriptedEngine({ models: ['scripted:1b', { name: 'nomic', capabilities: ['embedding'] }] })
  const topics = [/project|foxglove|undertaking/i, /nuts|food|dinner/i, /water|pressure/i, /prime|numbers/i]
  const seen: string[][] = []
  return {
    engine,
    seen,
    embedder: () => ({
      model: 'nomic',
      engine: {
        ...engine,
        embed: async ({ input }: { input: string[] }) => {
          seen.push(input)
          const vectors = input.map((text) => [...topics.map((topic) => (topic.test(text) ? 1 : 0)), 0.3])
          return { vectors, promptTokens: 1 }
        },
      },
    }),
  }
}

describe('memory by meaning', () => {
  it('finds what shares no word with the question, and leaves what is far from it', async () => {
    const { engine, embedder, seen } = embeddingEngine()
    const kit = await openRunKit({ engine, embedder })
    const fact = await kit.memory.create(ownerId, 'Foxglove ships in March.')
    await kit.memory.create(ownerId, 'Allergic to nuts.')
    await expect.poll(() => kit.db.kysely.selectFrom('memory_vectors').selectAll().execute()).toHaveLength(2)
    const sent = await kit.send({ text: 'When does the undertaking end?' })
    expect((await kit.hear(sent.runId)).view().memories).toEqual([{ id: fact.id, text: fact.text }])
    const other = await kit.send({ text: 'Why is the sky blue?' })
    expect((await kit.hear(other.runId)).view().memories).toBeUndefined()
    // What changes is placed anew.
    await kit.memory.update(ownerId, { id: fact.id, text: 'Dinner is at eight.' })
    await expect.poll(() => seen.flat().includes('Dinner is at eight.')).toBe(true)
    await kit.close()
  })

  it('leaves it to the words where a model is slow or fails, and delays no answer by it', async () => {
    const clock = createManualClock()
    const { engine, embedder } = embeddingEngine()
    const never = new Promise<never>(() => {})
    let calls = 0
    const slow = () => ({
      model: 'nomic',
      engine: {
        ...engine,
        embed: async (request: { model: string; input: string[] }) => {
          calls += 1
          return calls > 1 ? never : await embedder().engine.embed(request)
        },
      },
    })
    const kit = await openRunKit({ engine, embedder: slow, clock })
    const fact = await kit.memory.create(ownerId, 'Foxglove ships in March.')
    await expect.poll(() => kit.db.kysely.selectFrom('memory_vectors').selectAll().execute()).toHaveLength(1)
    const sent = await kit.send({ text: 'When does Foxglove ship?' })
    await expect.poll(() => calls).toBeGreaterThan(1)
    clock.advance(300)
    await kit.engine.chatAt(0)
    expect(kit.runs.liveView(sent.runId)?.memories ?? []).toEqual([{ id: fact.id, text: fact.text }])
    await kit.close()
  })
})

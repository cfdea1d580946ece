import { LOCAL_OWNER_ID } from '@reynard/db'
import { describeOnEachDialect } from '@reynard/db/testing'
import type { ChatRequest } from '@reynard/engine'
import { createGate, createScriptedEngine } from '@reynard/engine/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openRunKit, type RunKit, targetFor } from '../testing/open-run-kit.ts'

const ownerId = LOCAL_OWNER_ID
const asksForSummary = ({ messages }: ChatRequest) => messages.at(-1)?.content.endsWith('Summary:') === true
const filler = 'word '.repeat(150)

describeOnEachDialect('summaries', (dialect) => {
  let kit: RunKit
  let failing = false
  beforeEach(async () => {
    failing = false
    const engine = createScriptedEngine({
      script: (request) => {
        if (!asksForSummary(request)) return [`Answer. ${filler}`]
        return failing ? [{ type: 'error', code: 'engine-failed', message: 'no' }] : ['They spoke of foxes.']
      },
    })
    kit = await openRunKit({
      dialect,
      engine,
      selection: { state: 'ready', target: targetFor(engine, { contextTokens: 2048 }) },
    })
  })
  afterEach(() => kit.close())

  const settings = { maxTokens: 256 }
  const ask = async (
    after: { conversationId: string; answerId: string } | null = null,
    text = `Question? ${filler}`,
  ) => {
    const to = after === null ? { settings } : { conversationId: after.conversationId, parentId: after.answerId }
    const sent = await kit.send({ text, ...to })
    return { ...sent, view: (await kit.hear(sent.runId)).view() }
  }
  const chat = (id: string) => kit.conversations.byId(ownerId, id)
  const summaries = async (id: string) => (await chat(id)).summaries ?? []
  async function talk(turns: number) {
    const all = [await ask()]
    for (let at = 1; at < turns; at += 1) all.push(await ask(all.at(-1)))
    return all
  }

  it('are made before anything is left out, and read in the place of the oldest turns', async () => {
    const turns = await talk(4)
    expect(turns.every(({ view }) => view.context?.dropped.length === 0)).toBe(true)
    const { conversationId } = turns[0]!
    await expect.poll(() => summaries(conversationId)).toHaveLength(1)
    const [summary] = await summaries(conversationId)
    expect(summary).toMatchObject({ text: 'They spoke of foxes.', edited: false })
    expect(summary?.messages).toBeGreaterThanOrEqual(4)
    const next = await ask(turns.at(-1))
    expect(next.view.context).toMatchObject({ dropped: [], summarised: summary?.messages })
    expect(next.view.context?.summary).toBeGreaterThan(5)
    const read = kit.engine.chats.filter(({ request }) => !asksForSummary(request)).at(-1)?.request.messages
    expect(read?.[0]?.content).toContain('<summary>\nThey spoke of foxes.\n</summary>')
  })

  it('are edited and removed by their owner, and removed ones are made no more until they are brought back', async () => {
    const turns = await talk(4)
    const { conversationId } = turns[0]!
    await expect.poll(() => summaries(conversationId)).toHaveLength(1)
    const [{ id, messages } = { id: '', messages: 0 }] = await summaries(conversationId)
    await kit.summaries.update(ownerId, { id, text: 'They spoke of wolves.' })
    expect(await summaries(conversationId)).toMatchObject([{ id, edited: true, text: 'They spoke of wolves.' }])
    for (const call of [
      () => kit.summaries.update('somebody', { id, text: 'mine' }),
      () => kit.summaries.remove('somebody', id),
      () => kit.summaries.restore('somebody', id),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: 'not-found' })
    }
    await kit.summaries.remove(ownerId, id)
    expect((await chat(conversationId)).settings.summaries).toBe(false)
    const without = await ask(turns.at(-1))
    expect(without.view.context?.summarised).toBeUndefined()
    const more = await ask(without)
    expect(more.view.context?.dropped.length).toBeGreaterThan(0)
    expect(await summaries(conversationId)).toEqual([])
    await kit.summaries.restore(ownerId, id)
    const again = await ask(turns.at(-1))
    expect(again.view.context).toMatchObject({ summarised: messages })
  })

  it('belong to the branches that hold what they stand for, and go with it', async () => {
    const turns = await talk(4)
    const { conversationId, userMessageId, answerId } = turns[0]!
    await expect.poll(() => summaries(conversationId)).toHaveLength(1)
    const besides = await kit.runs.regenerate(ownerId, { key: 'another-answer', messageId: answerId })
    await kit.hear(besides.runId)
    const elsewhere = await ask(besides)
    expect(elsewhere.view.context?.summarised).toBeUndefined()
    await kit.conversations.removeMessage(ownerId, userMessageId)
    expect(await summaries(conversationId)).toEqual([])
  })

  it('are not made where the engine fails, and tried again after the next answer', async () => {
    failing = true
    const turns = await talk(4)
    const { conversationId } = turns[0]!
    const tried = () => kit.engine.chats.filter(({ request }) => asksForSummary(request)).length
    await expect.poll(tried).toBeGreaterThan(0)
    expect(await summaries(conversationId)).toEqual([])
    failing = false
    await ask(turns.at(-1))
    await expect.poll(() => summaries(conversationId)).toHaveLength(1)
    expect(kit.problems).toEqual([])
  })

  it('are not made where the operator or the chat says no', async () => {
    kit.operator.contextAwareness = false
    const turns = await talk(4)
    kit.operator.contextAwareness = true
    await kit.conversations.update(ownerId, { id: turns[0]!.conversationId, settings: { summaries: false } })
    await ask(turns.at(-1))
    expect(kit.engine.chats.some(({ request }) => asksForSummary(request))).toBe(false)
  })

  it('come along in an export, and mean the same where it is imported', async () => {
    const turns = await talk(4)
    const { conversationId } = turns[0]!
    await expect.poll(() => summaries(conversationId)).toHaveLength(1)
    const { content } = await kit.conversations.export(ownerId, [conversationId], 'json')
    await kit.conversations.remove(ownerId, conversationId)
    expect(await kit.conversations.import(ownerId, JSON.parse(content))).toMatchObject({ conversations: 1 })
    const [brought] = (await kit.conversations.list(ownerId, { limit: 10, source: 'ui', cursor: null })).items
    const [summary] = await summaries(brought?.id ?? '')
    expect(summary).toMatchObject({ text: 'They spoke of foxes.', messages: expect.any(Number) })
    const { messages } = await chat(brought?.id ?? '')
    expect(messages.findIndex(({ id }) => id === summary?.messageId) + 1).toBe(summary?.messages)
  })
})

it('a summary that is being made makes way for a person at once, and is made later', async () => {
  const held = createGate()
  let first = true
  const engine = createScriptedEngine({
    script: (request) => {
      if (!asksForSummary(request)) return [`Answer. ${filler}`]
      if (!first) return ['They spoke of foxes.']
      first = false
      return [held, 'never']
    },
  })
  const target = targetFor(engine, { contextTokens: 2048, slots: 1 })
  const kit = await openRunKit({ engine, selection: { state: 'ready', target }, ceiling: 1 })
  let last: Awaited<ReturnType<RunKit['send']>> | null = null
  for (let at = 0; at < 4; at += 1) {
    const to =
      last === null
        ? { settings: { maxTokens: 256 } }
        : { conversationId: last.conversationId, parentId: last.answerId }
    last = await kit.send({ text: `Question? ${filler}`, ...to })
    await kit.hear(last.runId)
  }
  await held.reached
  const asked = await kit.send({ conversationId: last!.conversationId, parentId: last!.answerId, text: 'And now?' })
  const { view } = { view: (await kit.hear(asked.runId)).view() }
  expect(view.endReason).toBe('done')
  await expect.poll(async () => (await kit.conversations.byId(ownerId, last!.conversationId)).summaries).toHaveLength(1)
  await kit.close()
})

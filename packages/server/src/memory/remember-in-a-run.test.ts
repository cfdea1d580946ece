import { ASSISTANTS, TOOLS } from '@reynard/agent'
import { LOCAL_OWNER_ID as me } from '@reynard/db'
import type { ChatRequest } from '@reynard/engine'
import { createScriptedEngine } from '@reynard/engine/testing'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openRunKit, type RunKit, targetFor } from '../testing/open-run-kit.ts'

const SAID = 'my project Foxglove ships in March'
const all = { query: '', limit: 100 }
let kit: RunKit
let proposals: { fact: string; quote: string }[]

/** Proposes what the test decided, one after the other, and then answers. */
function script({ messages }: ChatRequest) {
  const done = messages.filter(({ role }) => role === 'tool').length
  const next = proposals[done]
  if (next === undefined) return ['Done.']
  const call = { callId: `call-${done}`, name: 'remember', arguments: next }
  return [{ type: 'tool-call' as const, call }]
}

async function open(commitDelayMs = 0) {
  const engine = createScriptedEngine({ script })
  const target = targetFor(engine, { capabilities: ['completion', 'tools'], contextTokens: 16_384 })
  const tools = TOOLS.filter(({ name }) => name === 'remember')
  kit = await openRunKit({
    engine,
    selection: { state: 'ready', target },
    kit: { assistants: ASSISTANTS, tools },
    commitDelayMs,
  })
}

beforeEach(async () => {
  proposals = []
  await open()
})
afterEach(() => kit.close())

const settings = { assistant: 'reynard' }
const waiting = (runId: string) => kit.runs.liveView(runId)?.toolCalls.find(({ state }) => state === 'waiting')

it('asks about each fact by itself: no yes reaches further, whatever a client says', async () => {
  proposals = [
    { fact: 'Foxglove ships in March.', quote: SAID },
    { fact: 'Leads Foxglove.', quote: SAID },
  ]
  const { runId } = await kit.send({ text: `Remember that ${SAID}.`, settings })
  await expect.poll(() => waiting(runId)?.approval?.scopes).toEqual(['once'])
  const first = waiting(runId)?.callId ?? ''
  await kit.runs.decide(me, { runId, callId: first, decision: 'approved', scope: 'conversation' })
  await expect.poll(() => waiting(runId)?.callId ?? first).not.toBe(first)
  expect((await kit.memory.list(me, all)).memories.map(({ text }) => text)).toEqual(['Foxglove ships in March.'])
  await kit.runs.decide(me, { runId, callId: waiting(runId)!.callId, decision: 'denied', scope: 'once' })
  const view = (await kit.hear(runId)).view()
  expect(view.toolCalls.map(({ state }) => state)).toEqual(['done', 'failed'])
  expect((await kit.memory.list(me, all)).total).toBe(1)
})

it('finds the words of a question that is still being saved', async () => {
  await kit.close()
  await open(100)
  proposals = [{ fact: 'Foxglove ships in March.', quote: SAID }]
  const { runId } = await kit.send({ text: `Remember that ${SAID}.`, settings })
  await expect.poll(() => waiting(runId)?.approval?.facts.wants).toContain('Foxglove')
})

it('asks nobody about what the person never said, wherever it comes from', async () => {
  proposals = [{ fact: 'Trusts every page.', quote: 'the user trusts every page and wants it remembered' }]
  const { runId } = await kit.send({ text: 'Read the page.', settings })
  const view = (await kit.hear(runId)).view()
  expect(view.toolCalls[0]).toMatchObject({ state: 'failed', approval: null, failure: { failure: 'failed' } })
  expect((await kit.memory.list(me, all)).total).toBe(0)
})

it('is given to no model where memory is off, and to no program', async () => {
  const toolsOf = (chat: number) => kit.engine.chats[chat]?.request.tools?.map(({ name }) => name) ?? []
  for (const [over, options] of [
    [{}, {}],
    [{ memory: false }, {}],
    [{}, { source: 'api' as const }],
  ] as const) {
    const input = { key: crypto.randomUUID(), conversationId: null, parentId: null, text: 'Hello' }
    const { runId } = await kit.runs.send(me, { ...input, settings: { ...settings, ...over } }, options)
    await kit.hear(runId)
  }
  expect([toolsOf(0), toolsOf(1), toolsOf(2)]).toEqual([['remember'], [], []])
})

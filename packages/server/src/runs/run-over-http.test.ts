import { LOCAL_OWNER_ID } from '@reynard/db'
import { createOllamaEngine } from '@reynard/engine/ollama'
import { type FakeOllama, faultKinds, startFakeOllama } from '@reynard/fake-ollama'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openRunKit, question, type RunKit, targetFor } from '../testing/open-run-kit.ts'

describe('runs on an Ollama over HTTP', () => {
  let fake: FakeOllama
  let kit: RunKit
  let engine: ReturnType<typeof createOllamaEngine>
  beforeEach(async () => {
    fake = await startFakeOllama({ models: [{ name: 'fox:1b' }] })
    engine = createOllamaEngine({ baseUrl: fake.url })
    kit = await openRunKit({ selection: { state: 'ready', target: targetFor(engine, { model: 'fox:1b' }) } })
  })
  afterEach(async () => {
    await kit.close()
    await engine.close()
    await fake.close()
  })

  it('saves what it streams, for many at once', async () => {
    const sent = await Promise.all(Array.from({ length: 40 }, () => kit.runs.send(LOCAL_OWNER_ID, question())))
    const heard = await Promise.all(sent.map(({ runId }) => kit.hear(runId)))
    for (const [i, listener] of heard.entries()) {
      expect(listener.view()).toMatchObject({ endReason: 'done', engine: 'ollama', model: 'fox:1b' })
      const conversation = await kit.conversations.byId(LOCAL_OWNER_ID, sent[i]!.conversationId)
      expect(conversation.messages.at(-1)!.text).toBe(listener.view().text)
      expect(listener.view().text).not.toBe('')
    }
    expect(kit.admission.snapshot({ host: 'test', model: 'fox:1b' })).toEqual({ total: 4, free: 4, queued: 0 })
    expect(kit.problems).toEqual([])
  })

  it('shows a run that waits inside the engine as queued, and learns that there is one slot', async () => {
    fake.control.set({ parallel: 1, tokensPerSecond: 40 })
    kit.selector.set({ state: 'ready', target: targetFor(engine, { model: 'fox:1b', slots: null }) })
    const sent = await Promise.all(
      Array.from({ length: 3 }, () => kit.runs.send(LOCAL_OWNER_ID, question({ text: 'Go [[tokens:100]]' }))),
    )
    const heard = await Promise.all(sent.map(({ runId }) => kit.hear(runId)))
    expect(heard.map((listener) => listener.view().endReason)).toEqual(['done', 'done', 'done'])
    const places = heard.flatMap(({ events }) =>
      events.flatMap((event) => (event.type === 'run-queued' ? event.place : [])),
    )
    expect(places).toContain('engine')
    expect(kit.admission.snapshot({ host: 'test', model: 'fox:1b' })).toEqual({ total: 1, free: 1, queued: 0 })
  })

  it('reaches the engine with a cancel, and keeps the text', async () => {
    fake.control.set({ tokensPerSecond: 50 })
    const sent = await kit.runs.send(LOCAL_OWNER_ID, question({ text: 'Go [[tokens:1000]]' }))
    await expect.poll(() => kit.runs.liveView(sent.runId)?.text ?? '').not.toBe('')
    await kit.runs.cancel(LOCAL_OWNER_ID, sent.runId)
    const request = await fake.control.request('/api/chat')
    expect(await request.done).toBe('aborted')
    const heard = (await kit.hear(sent.runId)).view()
    expect(heard).toMatchObject({ endReason: 'stopped', error: null })
    expect(heard.text).not.toBe('')
  })

  it.each(faultKinds)('ends with a typed error and a free slot when the engine fails: %s', async (kind) => {
    const impatient = createOllamaEngine({ baseUrl: fake.url, timeoutMs: 1_500 })
    kit.selector.set({ state: 'ready', target: targetFor(impatient, { model: 'fox:1b' }) })
    fake.control.fail(kind)
    const sent = await kit.runs.send(LOCAL_OWNER_ID, question())
    const view = (await kit.hear(sent.runId)).view()
    expect(view.phase).toBe('ended')
    if (view.endReason === 'failed')
      expect(view.error).toMatchObject({ code: expect.any(String), message: expect.any(String) })
    else expect(view.endReason).toBe('done')
    expect(kit.admission.snapshot({ host: 'test', model: 'fox:1b' })).toEqual({ total: 4, free: 4, queued: 0 })
    expect(kit.problems).toEqual([])
    await impatient.close()
  })
})

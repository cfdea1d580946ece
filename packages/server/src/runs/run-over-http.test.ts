import { LOCAL_OWNER_ID } from '@reynard/db'
import { createOllamaEngine } from '@reynard/engine/ollama'
import { type FakeOllama, startFakeOllama } from '@reynard/fake-ollama'
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
})

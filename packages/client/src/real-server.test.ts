import { randomUUID } from 'node:crypto'
import { emptyRunView, type RunEvent, reduceRun } from '@reynard/protocol'
import { openTestServer } from '@reynard/server/testing'
import { afterEach, expect, test } from 'vitest'
import { createReynardClient } from './create-reynard-client.ts'
import { openBadProxy } from './testing/bad-proxy.ts'

const owned: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const thing of owned.splice(0).toReversed()) await thing.close()
})
function own<Thing extends { close(): Promise<unknown> }>(thing: Thing): Thing {
  owned.push(thing)
  return thing
}

test.each(['ws', 'sse'] as const)('what was streamed through cuts is what is saved (%s)', async (transport) => {
  const server = own(await openTestServer({ fake: { parallel: 8 }, env: { OLLAMA_MAX_CONCURRENT_REQUESTS: '8' } }))
  const proxy = own(await openBadProxy(server.url))
  const timing = { retryDelayMs: () => 1 }
  const direct = own(createReynardClient({ baseUrl: server.url }))
  const { trpc, followRun } = own(createReynardClient({ baseUrl: proxy.url, transport, timing }))

  let untilCut = 3
  let cuts = 0
  async function ask(n: number) {
    const key = randomUUID()
    const text = `[[tokens:${60 + n}]] [[rate:150]]`
    const question = { key, conversationId: null, parentId: null, text }
    const { runId, conversationId } = await direct.trpc.chat.send.mutate(question)
    const events: RunEvent[] = []
    let view = emptyRunView(runId, 0)
    for await (const event of followRun(runId)) {
      if (event.type === 'rollback') throw new Error('Nothing crashed, so nothing is rolled back.')
      events.push(event)
      view = reduceRun(view, event)
      untilCut -= 1
      if (untilCut > 0) continue
      untilCut = 1 + ((events.length * 7 + n * 3) % 11)
      if (proxy.cut() > 0) cuts += 1
    }
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
    expect(events.at(-1)).toMatchObject({ type: 'run-end', reason: 'done' })
    const { messages } = await direct.trpc.chat.byId.query({ id: conversationId })
    expect(messages.at(-1)?.text).toBe(view.text)
    expect(view.text.length).toBeGreaterThan(60)
    // Read back from the database, in one go.
    const again: unknown[] = []
    for await (const event of direct.followRun(runId)) again.push(event)
    expect(again).toEqual(events)
  }
  await Promise.all(Array.from({ length: 8 }, (_, n) => ask(n)))
  expect(cuts).toBeGreaterThan(2)
  await expect(trpc.chat.status.query()).resolves.toMatchObject({ active: 'ollama' })
})

import { randomUUID } from 'node:crypto'
import { emptyRunView, type RunEvent, reduceRun } from '@reynard/protocol'
import { openTestServer } from '@reynard/server/testing'
import { afterEach, expect, test } from 'vitest'
import { createReynardClient } from './create-reynard-client.ts'
import { errorInfoOf } from './error-info.ts'
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
    const started = direct.trpc.chat.send.mutate(question)
    const events: RunEvent[] = []
    let view = emptyRunView('', 0)
    // Every other one is watched by its key, from before the server has it.
    for await (const event of followRun(n % 2 === 0 ? (await started).runId : { key, started })) {
      if (event.type === 'rollback') throw new Error('Nothing crashed, so nothing is rolled back.')
      events.push(event)
      view = reduceRun(view, event)
      untilCut -= 1
      if (untilCut > 0) continue
      untilCut = 1 + ((events.length * 7 + n * 3) % 11)
      if (proxy.cut() > 0) cuts += 1
    }
    const { runId, conversationId } = await started
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

async function read(events: AsyncIterable<RunEvent | { type: 'rollback' }>, onEvent = (_type: string) => {}) {
  let text = ''
  for await (const event of events) {
    onEvent(event.type)
    if (event.type === 'text-delta') text += event.text
  }
  return text
}

test.each(['ws', 'sse'] as const)(
  'a question that is refused ends its watch, and the next one is answered (%s)',
  async (transport) => {
    const env = { OLLAMA_MAX_CONCURRENT_REQUESTS: '1', REYNARD_QUEUE_PLACES: '1' }
    const server = own(await openTestServer({ env }))
    const { trpc, followRun } = own(createReynardClient({ baseUrl: server.url, transport }))
    const ask = (text: string) => {
      const key = randomUUID()
      const started = trpc.chat.send.mutate({ key, conversationId: null, parentId: null, text })
      return { started, events: followRun({ key, started }) }
    }
    const long = ask('[[tokens:400]] [[rate:100]]')
    const { promise: streaming, resolve } = Promise.withResolvers<void>()
    const first = read(long.events, (type) => type === 'text-delta' && resolve())
    await streaming
    const second = ask('[[tokens:3]]')
    const queued = read(second.events)
    await second.started
    const codes = ['[[tokens:3]]', ''].map(async (text) => {
      const { events } = ask(text)
      const error = await read(events).catch((refusal: unknown) => refusal)
      return errorInfoOf(error)?.code
    })
    expect(await Promise.all(codes)).toEqual(['too-many-requests', 'bad-request'])
    await trpc.chat.cancel.mutate({ runId: (await long.started).runId })
    expect((await queued).length).toBeGreaterThan(0)
    await first
    expect((await read(ask('[[tokens:3]]').events)).length).toBeGreaterThan(0)
  },
)

test('a run whose watch by key is cut before the server has the question is followed all the same', async () => {
  const server = own(await openTestServer())
  const proxy = own(await openBadProxy(server.url))
  const { followRun, connection } = own(createReynardClient({ baseUrl: proxy.url, timing: { retryDelayMs: () => 1 } }))
  const direct = own(createReynardClient({ baseUrl: server.url }))
  const key = randomUUID()
  const { promise: started, resolve } = Promise.withResolvers<{ runId: string }>()
  const text = read(followRun({ key, started }))
  for (let cut = 0; cut < 3; cut += 1) {
    await expect.poll(() => connection.get().status).toBe('open')
    proxy.cut()
    await expect.poll(() => proxy.seen.upgrades).toBe(cut + 2)
  }
  const sent = await direct.trpc.chat.send.mutate({ key, conversationId: null, parentId: null, text: '[[tokens:5]]' })
  const heard = await text
  resolve(sent)
  expect(heard).toBe((await direct.trpc.chat.byId.query({ id: sent.conversationId })).messages.at(-1)?.text)
})

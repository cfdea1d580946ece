import { randomUUID } from 'node:crypto'
import { createReynardClient, type ReynardClient } from '@reynard/client'
import { describeOnEachDialect, makeTestSite, type TestDatabaseSite } from '@reynard/db/testing'
import type { FakeScript } from '@reynard/fake-ollama'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openTestServer, type TestServer } from '../testing/open-test-server.ts'
import { createTestKit } from '../testing/test-kit.ts'

const owned: { close(): unknown }[] = []
afterEach(async () => {
  for (const thing of owned.splice(0).toReversed()) await thing.close()
})

/** Calls what stands after "call", and then says so. */
const script: FakeScript = ({ messages, prompt }) => {
  if (messages.at(-1)?.role === 'tool') return 'So it is.'
  const calls = prompt
    .split('\n')
    .filter((line) => line.startsWith('call '))
    .map((line) => line.split(' '))
  if (calls.length === 0) return undefined
  return { toolCalls: calls.map(([, name = '', given = '{}']) => ({ name, arguments: JSON.parse(given) })) }
}

const read = async ({ url }: TestServer) => {
  const response = await fetch(`${url}/api/ollama/admin/stats`)
  expect(response.status).toBe(200)
  return JSON.parse(await response.text())
}
const post = ({ url }: TestServer, path: string, body: unknown, signal?: AbortSignal) =>
  fetch(`${url}/api/ollama${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  })

/** Every run that the log holds. */
async function listRuns({ trpc }: ReynardClient) {
  const lists = await Promise.all([trpc.chat.list.query({}), trpc.chat.list.query({ source: 'api' })])
  const chats = await Promise.all(lists.flatMap(({ items }) => items.map(({ id }) => trpc.chat.byId.query({ id }))))
  return chats.flatMap(({ messages }) => messages.flatMap(({ runs }) => runs))
}

const none = {
  total_requests: 0,
  successful_requests: 0,
  failed_requests: 0,
  average_processing_time: 0,
  total_tokens_generated: 0,
  model_usage: {},
  assistant_usage: {},
  tools_usage: {},
  error_rate: 0,
}

describeOnEachDialect('GET /admin/stats', (dialect) => {
  let site: TestDatabaseSite
  beforeEach(async () => {
    site = await makeTestSite(dialect)
  })
  afterEach(() => site.remove())

  test('counts a scripted load field by field, over a restart, and without the chats', async () => {
    const models = ['one:1b', 'two:1b'].map((name) => ({
      name,
      capabilities: ['completion' as const, 'tools' as const],
    }))
    const server = await openTestServer({
      kit: createTestKit().kit,
      fake: { answer: script, models },
      env: { DATABASE_URL: site.databaseUrl ?? '', OLLAMA_DEFAULT_MODEL: 'one:1b' },
    })
    owned.push(server)
    await expect.poll(() => server.server.status().defaultModel).toBe('one:1b')
    expect(await read(server)).toEqual(none)

    const ask = async (path: string, body: object) => (await post(server, path, body)).status
    expect(await ask('/chat', { message: '[[say:One.]]' })).toBe(200)
    expect(await ask('/chat', { message: '[[say:Two, with more words.]]', model: 'two:1b' })).toBe(200)
    expect(await ask('/chat', { message: '[[tokens:50]]', max_tokens: 5 })).toBe(200)
    // One that reads runs, one that writes is denied here, one is of no tool.
    const calls = 'call peek\ncall peek\ncall count {"amount":1}\ncall unheard'
    expect(await ask('/assistant', { message: calls, assistant_type: 'tester', model: 'two:1b' })).toBe(200)
    expect(await ask('/assistant', { message: '[[say:Hm.]]', assistant_type: 'tester' })).toBe(200)
    expect(await ask('/chat', { message: '[[fault:error-line after=2]]' })).toBe(502)
    expect(await ask('/chat', { message: '[[fault:hang-up]]' })).toBe(503)
    // Bad input is no request.
    expect(await ask('/chat', {})).toBe(422)

    // A person's, with its title in the background.
    const client = createReynardClient({ baseUrl: server.url })
    owned.push(client)
    const { runId } = await client.trpc.chat.send.mutate({
      ...{ key: randomUUID(), conversationId: null, parentId: null, text: 'What does a fox eat? [[say:Mice.]]' },
    })
    for await (const _event of client.followRun(runId));
    await expect.poll(async () => (await client.trpc.chat.list.query({})).items[0]?.titleSource).toBe('model')

    // Hung up in the middle: what came until then was generated.
    const stop = new AbortController()
    const cut = await post(server, '/chat/stream', { message: '[[tokens:10000]] [[rate:50]]' }, stop.signal)
    await cut.body?.getReader().read()
    stop.abort()
    await expect.poll(async () => (await read(server)).total_requests).toBe(9)

    const runs = await listRuns(client)
    const ended = (...reasons: string[]) => runs.filter(({ endReason }) => reasons.includes(endReason ?? ''))
    const succeeded = ended('done', 'length', 'tool-calls')
    expect([runs.length, succeeded.length, ended('failed').length, ended('stopped').length]).toEqual([9, 6, 2, 1])
    const sum = (numbers: number[]) => numbers.reduce((total, each) => total + each, 0)
    const milliseconds = sum(succeeded.map(({ createdAt, endedAt }) => (endedAt ?? Number.NaN) - createdAt))
    const told = await read(server)
    expect(told).toEqual({
      total_requests: 9,
      successful_requests: 6,
      failed_requests: 2,
      average_processing_time: Math.round(milliseconds / 6) / 1000,
      total_tokens_generated: sum(runs.map(({ usage, tokens }) => usage?.completionTokens ?? tokens)),
      model_usage: { 'one:1b': 7, 'two:1b': 2 },
      assistant_usage: { tester: 2 },
      tools_usage: { search: 2 },
      error_rate: 22.222,
    })
    expect(ended('stopped')[0]?.tokens).toBeGreaterThan(0)

    for (const { id } of (await client.trpc.chat.list.query({ source: 'api' })).items) {
      await client.trpc.chat.remove.mutate({ id })
    }
    const again = await server.restart()
    owned.push(again)
    expect(await read(again)).toEqual(told)
  })

  test('an answer that a stop of the server cut off has failed', async () => {
    const server = await openTestServer({ env: { DATABASE_URL: site.databaseUrl ?? '' } })
    owned.push(server)
    await expect.poll(() => server.server.status().defaultModel).not.toBeNull()
    const response = await post(server, '/chat/stream', { message: '[[tokens:10000]] [[rate:2]]' })
    await response.body?.getReader().read()
    const again = await server.restart()
    owned.push(again)
    expect(await read(again)).toMatchObject({ total_requests: 1, failed_requests: 1, error_rate: 100 })
  })
})

import { createReynardClient } from '@reynard/client'
import type { FakeScript } from '@reynard/fake-ollama'
import { afterEach, describe, expect, test } from 'vitest'
import { openTestServer, type TestServer, type TestServerOptions } from '../testing/open-test-server.ts'
import { createTestKit } from '../testing/test-kit.ts'

const owned: { close(): unknown }[] = []
afterEach(async () => {
  for (const thing of owned.splice(0).toReversed()) await thing.close()
})

/** Calls the tool that the question names, and then says what came of it. */
const answer: FakeScript = ({ messages, prompt, tools }) => {
  const last = messages.at(-1)
  if (last?.role === 'tool') return { reasoning: 'Well.', text: `It said: ${last.content.split('\n')[1]}` }
  if (prompt.includes('No tool can be used')) return 'Then in words.'
  if (prompt.startsWith('Stray')) return { toolCalls: [{ name: 'run_python', arguments: { code: '1' } }] }
  if (tools.length === 0) return 'No tools here.'
  const [, name = '', given = '{}'] = /(\w+) (\{.*)$/s.exec(prompt) ?? []
  return { toolCalls: [{ name, arguments: JSON.parse(given) }] }
}

async function open(env: TestServerOptions['env'] = {}) {
  const { kit, counted } = createTestKit()
  const models = [{ name: 'tools:1b', capabilities: ['completion' as const, 'tools' as const, 'thinking' as const] }]
  const server = await openTestServer({ kit, env, fake: { answer, models } })
  owned.push(server)
  await expect.poll(() => server.server.status().defaultModel).not.toBeNull()
  return { server, counted }
}
const post = ({ url }: TestServer, path: string, body: object) =>
  fetch(`${url}/api/ollama${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
const lines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
const tester = { assistant_type: 'tester' }

describe('POST /assistant', () => {
  test('answers with what its tools did', async () => {
    const { server } = await open()
    const response = await post(server, '/assistant', { message: 'peek {}', ...tester, context: { city: 'Oslo' } })
    expect(response.status).toBe(200)
    expect(JSON.parse(await response.text())).toMatchObject({
      success: true,
      response: 'It said: 0',
      assistant_type: 'tester',
      reasoning: 'Well.',
      tools_used: ['peek'],
      tool_calls: [
        { tool_name: 'peek', tool_args: {}, tool_call_id: expect.any(String), success: true, result: '0', error: null },
      ],
      metadata: { engine: 'ollama', finish_reason: 'done' },
    })
    const asked = JSON.stringify(server.fake.requests.findLast(({ path }) => path === '/api/chat')?.body)
    expect(asked).toContain('You count.')
    expect(asked).toContain('Oslo')
  })

  test('denies what needs an approval, and says so; the owner can let it go', async () => {
    const { server, counted } = await open()
    const body = { message: 'count {"amount":2}', ...tester }
    const denied = JSON.parse(await (await post(server, '/assistant', body)).text())
    expect(denied).toMatchObject({
      success: true,
      tools_used: [],
      note: expect.stringContaining('count'),
      tool_calls: [{ tool_name: 'count', success: false, error: expect.stringContaining('approval') }],
    })
    expect(counted).toEqual([])
    // At run time, for the next question already; and taken back as fast.
    const client = createReynardClient({ baseUrl: server.url })
    owned.push(client)
    await client.trpc.admin.updateSettings.mutate({ apiTools: true })
    expect(JSON.parse(await (await post(server, '/assistant', body)).text())).not.toHaveProperty('note')
    expect(counted).toEqual([2])
    await client.trpc.admin.updateSettings.mutate({ apiTools: false })
    expect(JSON.parse(await (await post(server, '/assistant', body)).text())).toHaveProperty('note')
    expect(counted).toEqual([2])
    const open2 = await open({ REYNARD_API_TOOLS: 'true' })
    const allowed = JSON.parse(await (await post(open2.server, '/assistant', body)).text())
    expect(allowed).toMatchObject({ tools_used: ['count'], tool_calls: [{ success: true }] })
    expect(allowed).not.toHaveProperty('note')
    expect(open2.counted).toEqual([2])
  })

  test('does without tools where the caller says so', async () => {
    const { server } = await open()
    const body = { message: 'peek {}', ...tester, tools_enabled: false }
    const whole = JSON.parse(await (await post(server, '/assistant', body)).text())
    expect(whole).toMatchObject({ response: 'No tools here.', tools_used: [], tool_calls: [], reasoning: null })
  })

  test('asks for words where a model calls a tool that is not there, and does not hand that to the caller', async () => {
    const { server } = await open()
    const body = { message: 'Stray.', ...tester, tools_enabled: false }
    const answer = JSON.parse(await (await post(server, '/assistant', body)).text())
    expect(answer).toMatchObject({ response: 'Then in words.', tool_calls: [], metadata: { finish_reason: 'done' } })
  })

  test('hands the caller the calls of its own tools, whole and streamed, and takes null for not set', async () => {
    const { server } = await open()
    const tools = [{ type: 'function', function: { name: 'get_weather', parameters: { type: 'object' } } }]
    const body = { message: 'get_weather {"city":"Oslo"}', ...tester, tools }
    const handed = {
      id: expect.any(String),
      name: 'get_weather',
      arguments: { city: 'Oslo' },
      tool_name: 'get_weather',
      success: null,
      result: null,
    }
    const whole = JSON.parse(await (await post(server, '/assistant', body)).text())
    expect(whole).toMatchObject({ tool_calls: [handed], metadata: { finish_reason: 'tool-calls' } })
    const streamed = lines(await (await post(server, '/assistant/stream', body)).text())
    expect(streamed.at(-1)).toMatchObject({ type: 'complete', metadata: { tool_calls: [handed] } })
    const unset = await post(server, '/assistant', { message: 'Hi', assistant_type: null })
    expect(unset.status).toBe((await post(server, '/assistant', { message: 'Hi' })).status)
    expect(unset.status).not.toBe(422)
  })

  test.each([
    ['an assistant that is not there', { message: 'Hi', assistant_type: 'nobody' }, {}, 404],
    ['an assistant that is no name', { message: 'Hi', assistant_type: '../etc' }, {}, 422],
    ['no message', { ...tester }, {}, 422],
    ['assistants that are switched off', { message: 'Hi', ...tester }, { OLLAMA_ASSISTANT_ENABLED: 'false' }, 503],
  ])('%s is an error with its sentence', async (_what, body, env, status) => {
    const { server } = await open(env)
    for (const path of ['/assistant', '/assistant/stream']) {
      const response = await post(server, path, body)
      expect(response.status).toBe(status)
      expect(JSON.parse(await response.text())).toHaveProperty('detail')
    }
  })
})

describe('POST /assistant/stream', () => {
  test('streams calls and tokens as they come', async () => {
    const { server } = await open()
    const streamed = lines(await (await post(server, '/assistant/stream', { message: 'peek {}', ...tester })).text())
    expect(streamed[0]).toMatchObject({
      type: 'tool_call',
      metadata: { tool_name: 'peek', tool_args: {}, tool_call_id: expect.any(String) },
    })
    const tokens = streamed.filter(({ type }) => type === 'token')
    expect(tokens.map(({ data }) => data).join('')).toBe('It said: 0')
    expect(streamed.at(-1)).toMatchObject({
      type: 'complete',
      metadata: { tools_used: ['peek'], assistant_type: 'tester', reasoning: 'Well.' },
    })
  })
})

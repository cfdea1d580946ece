import { startFakeOllama } from '@reynard/fake-ollama'
import { afterEach, expect, test } from 'vitest'
import { openTestServer, type TestServer, type TestServerOptions } from '../testing/open-test-server.ts'

const owned: { close(): unknown }[] = []
afterEach(async () => {
  for (const thing of owned.splice(0).toReversed()) await thing.close()
})

async function open(options: TestServerOptions = {}): Promise<TestServer> {
  const server = await openTestServer(options)
  owned.push(server)
  await expect.poll(() => server.server.status().defaultModel).not.toBeNull()
  return server
}

/** Nothing of the original's configuration stands in the environment: where Ollama is was set by the API. */
async function openFree(): Promise<TestServer> {
  const server = await openTestServer({ env: { OLLAMA_BASE_URL: '' } })
  owned.push(server)
  await change(server, { base_url: server.fake.url })
  await expect.poll(() => server.server.status().defaultModel).not.toBeNull()
  return server
}

const post = ({ url }: TestServer, path: string, body: unknown) =>
  fetch(`${url}/api/ollama${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
const read = async (response: Response) => JSON.parse(await response.text())
const config = async ({ url }: TestServer) => read(await fetch(`${url}/api/ollama/config`))
async function change(server: TestServer, body: object): Promise<string> {
  const response = await post(server, '/config', body)
  expect(response.status).toBe(200)
  const { success, message } = await read(response)
  expect(success).toBe(true)
  return message
}
const ask = (server: TestServer, message: string) => post(server, '/chat', { message })

test('GET says what is in force; POST changes a part of it, and a restart keeps that', async () => {
  const server = await openFree()
  const before = await config(server)
  expect(before).toEqual({
    enabled: true,
    base_url: server.fake.url,
    default_model: null,
    timeout_seconds: 300,
    max_concurrent_requests: 5,
    assistant_enabled: true,
    tools_enabled: true,
    context_awareness: true,
  })
  const changes = {
    default_model: 'llama3.2:1b',
    timeout_seconds: 60,
    max_concurrent_requests: 2,
    assistant_enabled: false,
    tools_enabled: false,
    context_awareness: false,
  }
  const message = await change(server, { ...changes, something_else: 1 })
  for (const name of Object.keys(changes)) expect(message).toContain(name)
  expect(await config(server)).toEqual({ ...before, ...changes })
  expect(await change(server, changes)).toMatch(/^Nothing was changed/)
  const again = await server.restart()
  owned.push(again)
  expect(await config(again)).toEqual({ ...before, ...changes })
  await change(again, { default_model: null, timeout_seconds: null })
  expect(await config(again)).toMatchObject({ default_model: null, timeout_seconds: 300, max_concurrent_requests: 2 })
})

test('base_url: the new address is asked at once, and one where nobody is says so', async () => {
  const server = await openFree()
  const other = await startFakeOllama({ models: ['other:1b'] })
  owned.push(other)
  await change(server, { base_url: `${other.url}/` })
  const { models } = await read(await fetch(`${server.url}/api/ollama/models`))
  expect(models).toMatchObject([{ name: 'other:1b' }])
  expect(await read(await ask(server, '[[say:Hi.]]'))).toMatchObject({ model: 'other:1b' })
  expect(await config(server)).toMatchObject({ base_url: other.url })
  expect(await change(server, { base_url: 'http://127.0.0.1:9' })).toContain('127.0.0.1:9')
  expect((await ask(server, 'Hello')).status).toBe(503)
})

test('enabled: false asks Ollama no more, true again', async () => {
  const server = await openFree()
  await change(server, { enabled: false })
  expect(server.server.status().engines.find(({ kind }) => kind === 'ollama')?.condition).toBe('off')
  expect((await ask(server, 'Hello')).status).toBe(503)
  const asked = server.fake.requests.length
  expect(await read(await fetch(`${server.url}/api/ollama/models`))).toEqual({ models: [] })
  expect(server.fake.requests).toHaveLength(asked)
  await change(server, { enabled: true })
  expect((await ask(server, '[[say:Hi.]]')).status).toBe(200)
})

test('default_model, assistant_enabled: the next question is answered by them', async () => {
  const server = await open({ fake: { models: ['one:1b', 'two:1b'] } })
  for (const name of ['two:1b', 'one:1b']) {
    await change(server, { default_model: name })
    expect(await read(await ask(server, '[[say:Hi.]]'))).toMatchObject({ model: name })
  }
  await change(server, { assistant_enabled: false })
  expect((await post(server, '/assistant', { message: 'Hi', assistant_type: 'reynard' })).status).toBe(503)
})

test('timeout_seconds: the next answer keeps to it', async () => {
  const server = await open()
  await change(server, { timeout_seconds: 1 })
  const response = await ask(server, '[[fault:silence-before-headers]]')
  expect(response.status).toBe(504)
  expect((await read(response)).detail).toContain('1 s')
})

test('max_concurrent_requests: who waits is let in at once where there may be more, and nobody is stopped where fewer', async () => {
  const server = await open({ env: { REYNARD_MODEL_SLOTS: '4' } })
  const slots = () => server.server.status().slots
  await change(server, { max_concurrent_requests: 1 })
  const asked = await Promise.all(
    [1, 2, 3].map(() => post(server, '/chat/stream', { message: '[[tokens:10000]] [[rate:5]]' })),
  )
  const atOllama = () => server.fake.requests.filter(({ path, outcome }) => path === '/api/chat' && outcome === 'open')
  await expect.poll(() => [atOllama().length, slots().queued]).toEqual([1, 2])
  await change(server, { max_concurrent_requests: 3 })
  await expect.poll(() => [atOllama().length, slots().queued]).toEqual([3, 0])
  await change(server, { max_concurrent_requests: 1 })
  expect(atOllama()).toHaveLength(3)
  for (const { body } of asked) await body?.cancel()
  await expect.poll(() => atOllama().length).toBe(0)
  expect(slots()).toMatchObject({ total: 1, free: 1 })
})

test('what the environment says is a 409 that names its variable, and then nothing is changed', async () => {
  const server = await open({ env: { OLLAMA_TIMEOUT_SECONDS: '120', OLLAMA_ENABLED: 'true' } })
  const before = await config(server)
  expect(before).toMatchObject({ base_url: server.fake.url, timeout_seconds: 120 })
  for (const [fixed, variable] of [
    [{ base_url: 'http://localhost:1234' }, 'OLLAMA_BASE_URL'],
    [{ timeout_seconds: 10 }, 'OLLAMA_TIMEOUT_SECONDS'],
    [{ enabled: false }, 'OLLAMA_ENABLED'],
  ] as const) {
    const response = await post(server, '/config', { max_concurrent_requests: 2, ...fixed })
    expect([response.status, await read(response)]).toEqual([409, { detail: expect.stringContaining(variable) }])
  }
  expect(await config(server)).toEqual(before)
  // What was read can be sent back as a whole.
  await change(server, { ...before, max_concurrent_requests: 2 })
  expect(await config(server)).toEqual({ ...before, max_concurrent_requests: 2 })
})

test('bad values are a 422 for each, and nothing is changed', async () => {
  const server = await open()
  const before = await config(server)
  const response = await post(server, '/config', {
    timeout_seconds: 0,
    max_concurrent_requests: 'five',
    base_url: 'localhost',
    tools_enabled: false,
  })
  expect(response.status).toBe(422)
  expect((await read(response)).detail.map(({ loc }: { loc: string[] }) => loc.join('.')).toSorted()).toEqual([
    'body.base_url',
    'body.max_concurrent_requests',
    'body.timeout_seconds',
  ])
  expect((await post(server, '/config', '[')).status).toBe(422)
  expect(await config(server)).toEqual(before)
  const wrong = await fetch(`${server.url}/api/ollama/config`, { method: 'PUT' })
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST'])
})

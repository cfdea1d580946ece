import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createReynardClient } from '@reynard/client'
import { afterEach, describe, expect, test } from 'vitest'
import { openTestServer, type TestServer, type TestServerOptions } from '../testing/open-test-server.ts'

const owned: { close(): unknown }[] = []
afterEach(async () => {
  for (const thing of owned.splice(0).toReversed()) await thing.close()
})

async function open(options: TestServerOptions = {}): Promise<TestServer> {
  const server = await openTestServer(options)
  owned.push(server)
  await expect.poll(() => server.server.status().engines[0]?.condition).toMatch(/ready|no-model/)
  return server
}

const get = async ({ url }: TestServer, path: string) => {
  const response = await fetch(`${url}/api/ollama/admin${path}`)
  expect(response.status).toBe(200)
  return JSON.parse(await response.text())
}
const pull = ({ url }: TestServer, name: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/api/ollama/admin/models/${name}/pull`, { method: 'POST', headers })
const asLines = { accept: 'application/x-ndjson' }
const read = async (response: Response) => [response.status, JSON.parse(await response.text())]
const linesOf = async (response: Response) =>
  (await response.text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

test('GET /admin/models lists those too that only make vectors', async () => {
  const server = await open({
    fake: { models: ['llama3.2:1b', { name: 'nomic-embed-text:latest', capabilities: ['embedding'] }] },
  })
  const { models } = await get(server, '/models')
  expect(models.map(({ name }: { name: string }) => name).toSorted()).toEqual([
    'llama3.2:1b',
    'nomic-embed-text:latest',
  ])
  expect(models.find(({ name }: { name: string }) => name.startsWith('nomic'))).toEqual({
    name: 'nomic-embed-text:latest',
    size: expect.any(Number),
    digest: expect.any(String),
    modified_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    is_available: true,
    context_length: expect.any(Number),
    capabilities: ['embedding'],
  })
})

describe('POST /admin/models/{name}/pull', () => {
  test.each(['hf.co/maker/model-GGUF:Q4_K_M', encodeURIComponent('hf.co/maker/model-GGUF:Q4_K_M')])(
    'fetches %s and answers when it is here',
    async (name) => {
      const server = await open({ fake: { models: [] } })
      const [status, answer] = await read(await pull(server, name))
      expect([status, answer]).toEqual([200, { success: true, message: expect.stringContaining('hf.co/maker/model') }])
      expect((await get(server, '/models')).models).toMatchObject([{ name: 'hf.co/maker/model-GGUF:Q4_K_M' }])
      expect(server.server.status().defaultModel).toBe('hf.co/maker/model-GGUF:Q4_K_M')
    },
  )

  test('tells its progress line by line to who accepts that', async () => {
    const server = await open({ fake: { models: [], pullBytes: 1_000_000, pullBytesPerSecond: 2_000_000 } })
    const response = await pull(server, 'tiny:1b', asLines)
    expect(response.headers.get('content-type')).toContain('application/x-ndjson')
    const lines = await linesOf(response)
    const last = lines.pop()
    expect(last).toEqual({ status: 'success', success: true, message: expect.stringContaining('tiny:1b') })
    expect(lines.length).toBeGreaterThan(2)
    for (const line of lines) {
      expect(line).toEqual({ status: expect.any(String), completed: expect.any(Number), total: expect.any(Number) })
    }
    const bytes = lines.map(({ completed }) => completed)
    expect(bytes).toEqual(bytes.toSorted((one, other) => one - other))
    expect(lines.at(-1).completed).toBe(lines.at(-1).total)
    expect((await get(server, '/models')).models).toHaveLength(1)
  })

  test('a model that nobody has is a 400 with its sentence, in both forms', async () => {
    const server = await open()
    for (const headers of [{}, asLines]) {
      expect(await read(await pull(server, 'nope', headers))).toEqual([400, { detail: expect.stringMatching(/\w/) }])
    }
  })

  test('one that breaks off says so in its last line, and goes on from there when asked again', async () => {
    const server = await open({ fake: { models: [], pullBytes: 1_000_000, pullBytesPerSecond: 4_000_000 } })
    server.fake.control.fail('error-line', { path: '/api/pull' })
    const broken = await linesOf(await pull(server, 'tiny:1b', asLines))
    expect(broken.at(-1)).toEqual({ status: 'error', success: false, detail: expect.stringMatching(/\w/) })
    const again = await linesOf(await pull(server, 'tiny:1b', asLines))
    expect(again[0].completed).toBeGreaterThanOrEqual(500_000)
    expect(again.at(-1)).toMatchObject({ success: true })
  })

  test('the pull is the server’s: it outlives who asked, is joined by the next one, and can be paused by a third', async () => {
    const server = await open({ fake: { models: [], pullBytes: 3_000_000, pullBytesPerSecond: 1_000_000 } })
    const client = createReynardClient({ baseUrl: server.url })
    owned.push(client)
    const first = await pull(server, 'tiny:1b', asLines)
    await first.body?.cancel()
    const joined = pull(server, 'tiny:1b')
    expect(server.server.status().downloads).toMatchObject([{ state: 'running' }])
    const [{ id } = { id: '' }] = server.server.status().downloads
    await client.trpc.admin.pauseDownload.mutate({ id })
    expect(await read(await joined)).toEqual([400, { detail: expect.stringContaining('paused') }])
    const resumed = await linesOf(await pull(server, 'tiny:1b', asLines))
    expect(resumed.at(-1)).toMatchObject({ success: true })
    expect(server.fake.requests.filter(({ path }) => path === '/api/pull')).toHaveLength(2)
  })

  test.each(['a%20b', '%E0%A4%A', '..'.concat('%2F..')])('%s is no name: 400', async (name) => {
    expect(await read(await pull(await open(), name))).toEqual([400, { detail: expect.stringMatching(/\w/) }])
  })
})

test('with Ollama switched off every address answers: what is here, and why the rest is not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'reynard-models-'))
  owned.push({ close: () => rm(folder, { recursive: true, force: true }) })
  await writeFile(join(folder, 'broken.gguf'), 'no model')
  const server = await openTestServer({
    env: { OLLAMA_ENABLED: 'false', REYNARD_ENGINE: 'auto', REYNARD_MODELS_DIR: folder },
  })
  owned.push(server)
  await expect.poll(() => server.server.status().engines[0]?.condition).toBe('no-model')
  expect(await get(server, '/health')).toMatchObject({ healthy: false, status: 'unhealthy', default_model: null })
  await expect
    .poll(async () => (await get(server, '/models')).models)
    .toMatchObject([{ name: 'broken', is_available: false }])
  expect(await read(await pull(server, 'tiny:1b', asLines))).toEqual([
    400,
    { detail: expect.stringContaining('Ollama is not in use') },
  ])
  expect(server.fake.requests).toEqual([])
})

describe('POST /admin/cleanup', () => {
  const cleanUp = async ({ url }: TestServer) =>
    read(await fetch(`${url}/api/ollama/admin/cleanup`, { method: 'POST' }))
  const ask = ({ url }: TestServer, path: string, body: object) =>
    fetch(`${url}/api/ollama${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const loadedAt = async ({ fake }: TestServer) => {
    const { models } = JSON.parse(await (await fetch(`${fake.url}/api/ps`)).text())
    return models.map(({ name }: { name: string }) => name)
  }

  test('unloads what answers nobody, and says so; what is answering goes on', async () => {
    const server = await open({ fake: { models: ['busy:1b', 'idle:1b'] } })
    await (await ask(server, '/chat', { message: '[[say:Hi.]]', model: 'idle:1b' })).text()
    const running = await ask(server, '/chat/stream', { message: '[[tokens:40]] [[rate:20]]', model: 'busy:1b' })
    const reader = running.body?.getReader()
    await reader?.read()
    expect((await loadedAt(server)).toSorted()).toEqual(['busy:1b', 'idle:1b'])
    const [status, { success, message }] = await cleanUp(server)
    expect([status, success]).toEqual([200, true])
    expect(message).toMatch(/^Unloaded idle:1b( \(.+\))?\. .*recommendations for 2 models.*answering: busy:1b\.$/)
    expect(await loadedAt(server)).toEqual(['busy:1b'])
    let text = ''
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      text += new TextDecoder().decode(part.value)
    }
    expect(JSON.parse(text.trim().split('\n').at(-1) ?? '')).toMatchObject({ type: 'complete' })
    await cleanUp(server)
    expect(await cleanUp(server)).toEqual([200, { success: true, message: 'There was nothing to free.' }])
    expect(await loadedAt(server)).toEqual([])
  })

  test('an engine that does not let go is named', async () => {
    const server = await open()
    await (await ask(server, '/chat', { message: '[[say:Hi.]]' })).text()
    server.fake.control.fail('hang-up', { path: '/api/ps', times: 100 })
    const [status, { success, message }] = await cleanUp(server)
    expect([status, success]).toEqual([200, false])
    expect(message).toContain('Ollama')
  })

  test('with Ollama switched off there is nothing to free', async () => {
    const server = await openTestServer({ env: { OLLAMA_ENABLED: 'false' } })
    owned.push(server)
    expect(await cleanUp(server)).toEqual([200, { success: true, message: 'There was nothing to free.' }])
  })
})

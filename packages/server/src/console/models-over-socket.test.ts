import { createReynardClient, type ReynardClient } from '@reynard/client'
import type { ConsoleModels } from '@reynard/protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openTestServer, type TestServer } from '../testing/open-test-server.ts'

let server: TestServer
let client: ReynardClient
beforeEach(async () => {
  server = await openTestServer({
    fake: { models: [{ name: 'fox:1b', license: 'The fox licence, in full.' }, 'wolf:8b'] },
  })
  client = createReynardClient({ baseUrl: server.url })
  await expect.poll(() => server.server.status().defaultModel).not.toBeNull()
  await client.trpc.admin.updateSettings.mutate({ titles: false })
})
afterEach(async () => {
  await client.close()
  await server.close()
})

const fox = { engine: 'ollama', name: 'fox:1b' } as const
function watching() {
  let last: ConsoleModels | undefined
  const { unsubscribe } = client.trpc.admin.models.watch.subscribe(undefined, {
    onData: (value) => {
      last = value
    },
  })
  return { now: () => last, of: (name: string) => last?.models.find((model) => model.name === name), unsubscribe }
}
const ask = async (text: string, settings: { model?: string; assistant?: string } = {}) => {
  const { runId } = await client.trpc.chat.send.mutate({
    key: crypto.randomUUID(),
    conversationId: null,
    parentId: null,
    text,
    settings,
  })
  for await (const _event of client.followRun(runId));
}

test('a model is loaded with the window and the stay that questions get, seen in memory, and let go', async () => {
  const models = watching()
  await expect
    .poll(() => models.of('fox:1b'))
    .toMatchObject({ loaded: false, memory: null, doing: null, can: ['load', 'unload', 'copy', 'remove'] })
  await client.trpc.admin.models.setKeepAlive.mutate({ ...fox, keepAlive: '1h' })
  server.fake.control.set({ loadMs: 1_500 })
  await client.trpc.admin.models.load.mutate(fox)
  await expect.poll(() => models.of('fox:1b')?.doing, { timeout: 5_000 }).toMatchObject({ verb: 'load' })
  await expect
    .poll(() => models.of('fox:1b'), { timeout: 10_000 })
    .toMatchObject({
      loaded: true,
      doing: null,
      problem: null,
      keepAlive: '1h',
      memory: { sizeBytes: expect.any(Number) },
    })
  const expiresAt = models.of('fox:1b')?.memory?.expiresAt ?? 0
  expect(expiresAt).toBeGreaterThan(Date.now() + 30 * 60_000)
  // The first question finds it as it wants it: what was asked for is what a chat asks for.
  await ask('Hello', { model: 'fox:1b' })
  const windows = server.fake.requests
    .filter(({ path }) => path === '/api/chat')
    .map(({ body }) => Object(Reflect.get(Object(body), 'options')).num_ctx)
  expect(windows).toEqual([8192, 8192])

  await client.trpc.admin.models.unload.mutate(fox)
  await expect
    .poll(() => models.of('fox:1b'), { timeout: 10_000 })
    .toMatchObject({ loaded: false, memory: null, doing: null })
  models.unsubscribe()
})

test('a load that fails says why in its row, and can be tried again', async () => {
  const models = watching()
  server.fake.control.fail(
    { kind: 'status', status: 500, message: 'model requires more system memory (9.1 GiB) than is available (4.2 GiB)' },
    { path: '/api/chat' },
  )
  await expect.poll(() => models.of('fox:1b')).toBeDefined()
  await client.trpc.admin.models.load.mutate(fox)
  await expect.poll(() => models.of('fox:1b')?.problem, { timeout: 10_000 }).toMatch(/memory/i)
  await client.trpc.admin.models.load.mutate(fox)
  await expect.poll(() => models.of('fox:1b'), { timeout: 10_000 }).toMatchObject({ loaded: true, problem: null })
  models.unsubscribe()
})

test('a model gets a second name, and no name twice', async () => {
  const models = watching()
  await client.trpc.admin.models.copy.mutate({ ...fox, to: 'hunter' })
  await expect.poll(() => models.of('hunter:latest'), { timeout: 5_000 }).toBeDefined()
  const { entries } = await client.trpc.admin.audit.list.query({ limit: 10 })
  expect(entries[0]).toMatchObject({ action: 'model-copy', object: { id: 'fox:1b' }, details: { to: 'hunter' } })
  await expect(client.trpc.admin.models.copy.mutate({ ...fox, to: 'hunter:latest' })).rejects.toThrow(/already/)
  await expect(client.trpc.admin.models.copy.mutate({ engine: 'ollama', name: 'nobody', to: 'x' })).rejects.toThrow(
    /not here/,
  )
  models.unsubscribe()
})

test('before it is removed it says who asks for it, and its licence can be read', async () => {
  await ask('Hello', { model: 'fox:1b' })
  await ask('Hello again', { model: 'fox:1b' })
  const mine = await client.trpc.assistant.create.mutate({
    name: 'Reader',
    letter: 'R',
    instructions: 'Read.',
    model: 'fox:1b',
  })
  await client.trpc.admin.updateSettings.mutate({ defaultModel: 'wolf:8b' })
  expect(await client.trpc.admin.models.details.query(fox)).toMatchObject({
    license: 'The fox licence, in full.',
    uses: { isDefault: false, assistants: ['Reader'], chats: 2, people: 1 },
  })
  await client.trpc.assistant.remove.mutate({ id: mine.id })
  await client.trpc.admin.updateSettings.mutate({ defaultModel: 'fox:1b' })
  expect((await client.trpc.admin.models.details.query(fox)).uses).toEqual({
    isDefault: true,
    assistants: [],
    chats: 2,
    people: 1,
  })
  expect((await client.trpc.admin.models.details.query({ engine: 'ollama', name: 'wolf:8b' })).uses.chats).toBe(0)
  const models = watching()
  await expect.poll(() => models.of('fox:1b')?.lastUsedAt).toBeGreaterThan(Date.now() - 60_000)
  expect(models.of('wolf:8b')?.lastUsedAt).toBeNull()
  expect(models.now()?.defaultModel).toMatchObject({ name: 'fox:1b', chosen: 'fox:1b', variable: null })
  models.unsubscribe()
})

import { createReynardClient } from '@reynard/client'
import { afterEach, expect, it } from 'vitest'
import { openTestServer, type TestServer } from '../testing/open-test-server.ts'

const owned: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const each of owned.splice(0).reverse()) await each.close()
})

async function open() {
  const server: TestServer = await openTestServer()
  owned.push(server)
  const client = createReynardClient({ baseUrl: server.url })
  owned.push({ close: () => client.close() })
  return { server, memory: client.trpc.chat.memory, trpc: client.trpc }
}
const refusedAs = (code: string) => (error: unknown) =>
  (error as { data?: { code?: string } }).data?.code === code || JSON.stringify(error).includes(code)

it('goes through the door: added, listed page by page, changed, deleted and brought back', async () => {
  const { memory } = await open()
  const made = await memory.create.mutate({ text: '  My\u202e project\n\nis\u0007 Foxglove\u200b ' })
  expect(made).toMatchObject({ text: 'My project is Foxglove', source: { kind: 'person' } })
  await memory.create.mutate({ text: 'I am allergic to nuts.' })
  const first = await memory.list.query({ limit: 1 })
  expect(first).toMatchObject({ total: 2, enabled: true, allowed: true })
  const second = await memory.list.query({ limit: 1, cursor: first.nextCursor })
  expect(second.memories.map(({ id }) => id)).toEqual([made.id])
  expect(second.nextCursor).toBeNull()
  await memory.update.mutate({ id: made.id, text: 'It is called Nightshade' })
  expect((await memory.list.query({ query: 'night' })).memories).toHaveLength(1)
  await memory.remove.mutate({ id: made.id })
  await memory.restore.mutate({ id: made.id })
  await memory.configure.mutate({ enabled: false })
  expect(await memory.list.query({})).toMatchObject({ total: 2, enabled: false })
})

it('refuses what says nothing, says too much, or belongs to nobody', async () => {
  const { memory, trpc } = await open()
  for (const text of ['', ' \n ', '\u0000\u202e\u200b', 'x'.repeat(1_001)]) {
    await expect(memory.create.mutate({ text })).rejects.toThrow()
  }
  const id = crypto.randomUUID()
  for (const call of [
    () => memory.update.mutate({ id, text: 'mine' }),
    () => memory.remove.mutate({ id }),
    () => memory.restore.mutate({ id }),
    () => trpc.chat.summary.update.mutate({ id, text: 'mine' }),
    () => trpc.chat.summary.remove.mutate({ id }),
    () => trpc.chat.summary.restore.mutate({ id }),
  ]) {
    await expect(call()).rejects.toSatisfy(refusedAs('not-found'))
  }
  expect((await memory.list.query({})).total).toBe(0)
})

it('is switched off for everybody at run time, and the tool says so', async () => {
  const { memory, trpc } = await open()
  const tool = async () => (await trpc.assistant.list.query()).tools.find(({ name }) => name === 'remember')
  expect(await tool()).toMatchObject({ asksAlways: true, unavailable: null })
  await trpc.admin.updateSettings.mutate({ contextAwareness: false })
  expect((await tool())?.unavailable).toContain('OLLAMA_CONTEXT_AWARENESS')
  expect(await memory.list.query({})).toMatchObject({ allowed: false })
  await trpc.admin.updateSettings.mutate({ contextAwareness: null })
  expect((await tool())?.unavailable).toBeNull()
})

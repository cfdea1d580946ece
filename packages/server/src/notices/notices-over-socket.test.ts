import { createReynardClient, type ReynardClient } from '@reynard/client'
import type { SystemStatus } from '@reynard/protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openTestServer, type TestServer } from '../testing/open-test-server.ts'

let server: TestServer
let client: ReynardClient
beforeEach(async () => {
  server = await openTestServer({ fake: { models: ['fox:1b'] } })
  client = createReynardClient({ baseUrl: server.url })
  await expect.poll(() => server.server.status().defaultModel).not.toBeNull()
})
afterEach(async () => {
  await client.close()
  await server.close()
})

const send = (text: string) =>
  client.trpc.chat.send.mutate({ key: crypto.randomUUID(), conversationId: null, parentId: null, text })
const ask = (path: string) =>
  fetch(`${server.url}/api/ollama${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message: '[[say:Hi.]]' }),
  })
async function endOf(runId: string): Promise<string | undefined> {
  let reason: string | undefined
  for await (const event of client.followRun(runId)) if (event.type === 'run-end') reason = event.reason
  return reason
}
function statusNow() {
  let status: SystemStatus | undefined
  client.trpc.chat.watchStatus.subscribe(undefined, { onData: (next) => (status = next) })
  return () => status
}

test('in maintenance what runs ends, nothing new is accepted on any door, and it survives a restart', async () => {
  const status = statusNow()
  server.fake.control.set({ tokensPerSecond: 50 })
  const running = await send('Go [[tokens:60]]')
  await client.trpc.admin.setMaintenance.mutate({ on: true, words: 'Back at noon.' })
  await expect.poll(() => status()?.maintenance).toMatchObject({ words: 'Back at noon.' })
  const refusal = { data: { error: { code: 'maintenance', message: expect.stringContaining('Back at noon.') } } }
  await expect(send('More')).rejects.toMatchObject(refusal)
  await expect(
    client.trpc.chat.regenerate.mutate({ key: crypto.randomUUID(), messageId: running.answerId }),
  ).rejects.toMatchObject(refusal)
  expect(await endOf(running.runId)).toBe('done')
  for (const path of ['/chat', '/chat/stream']) {
    const response = await ask(path)
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '60'])
    expect(await response.text()).toContain('Back at noon.')
  }
  // Nothing of what was refused is left behind.
  expect((await client.trpc.chat.list.query({})).items).toHaveLength(1)

  server = await server.restart()
  await expect.poll(() => server.server.status().defaultModel).not.toBeNull()
  expect(server.server.status().maintenance?.words).toBe('Back at noon.')
  expect((await ask('/chat')).status).toBe(503)
  await client.trpc.admin.setMaintenance.mutate({ on: false })
  expect((await ask('/chat')).status).toBe(200)
})

test('an announcement is told live to every page for its time, and stands in the audit log', async () => {
  const status = statusNow()
  const announce = (text: string, from: number | null, until: number | null) =>
    client.trpc.admin.announce.mutate({ text, level: 'warning', from, until })
  const soon = Date.now() + 60_000
  expect(await announce('<b>Later</b>', soon, null)).toMatchObject({ isShown: false })
  await announce('Now', null, soon)
  await expect.poll(() => status()?.announcement).toMatchObject({ text: 'Now', level: 'warning' })
  const { id } = status()!.announcement!
  await announce('Now', null, Date.now() + 1_000)
  await expect.poll(() => status()?.announcement?.id).not.toBe(id)
  // Its end comes by itself.
  await expect.poll(() => status()?.announcement, { timeout: 5_000 }).toBeNull()
  await expect(announce('Never', soon, soon - 1)).rejects.toThrow('It ends before it begins.')
  await expect(announce(' ', null, null)).rejects.toThrow('Write what everybody is to read.')
  await client.trpc.admin.announce.mutate(null)
  const { entries } = await client.trpc.admin.audit.list.query({ group: 'settings' })
  expect(entries.filter(({ action }) => action === 'announcement-change')).toHaveLength(4)
})

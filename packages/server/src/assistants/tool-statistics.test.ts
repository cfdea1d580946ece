import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createReynardClient } from '@reynard/client'
import type { FakeScript } from '@reynard/fake-ollama'
import { afterEach, expect, test } from 'vitest'
import { openTestServer, type TestServer } from '../testing/open-test-server.ts'
import { createTestKit } from '../testing/test-kit.ts'

const owned: { close(): unknown }[] = []
afterEach(async () => {
  for (const thing of owned.splice(0).toReversed()) await thing.close()
})

/** Calls what the question names, each on a line, and then answers. */
const script: FakeScript = ({ messages, prompt }) => {
  if (messages.at(-1)?.role === 'tool') return 'So it is.'
  const calls = prompt.split('\n').map((line) => line.split(' '))
  return { toolCalls: calls.map(([name = '', given = '{}']) => ({ name, arguments: JSON.parse(given) })) }
}

async function ask({ url }: TestServer, message: string) {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ message, assistant_type: 'tester' })
  const answer = await fetch(`${url}/api/ollama/assistant`, { method: 'POST', headers, body })
  expect(answer.status).toBe(200)
}
const statisticsOf = async ({ url }: TestServer) => {
  const client = createReynardClient({ baseUrl: url })
  try {
    return await client.trpc.admin.toolStatistics.query()
  } finally {
    await client.close()
  }
}

test('calls are counted by group: those that ran, failed and were denied; over a restart, and without the chats', async () => {
  const { kit } = createTestKit({
    onCount(amount) {
      if (amount === 13) throw new Error('Not this one.')
    },
  })
  const models = [{ name: 'tools:1b', capabilities: ['completion' as const, 'tools' as const] }]
  const server = await openTestServer({ kit, fake: { answer: script, models } })
  owned.push(server)
  await expect.poll(() => server.server.status().defaultModel).toBe('tools:1b')
  expect(await statisticsOf(server)).toEqual({ since: null, groups: [] })
  const before = Date.now()

  await ask(server, 'peek\npeek\nunheard\ncount {"amount":1}')
  const client = createReynardClient({ baseUrl: server.url })
  owned.push(client)
  await client.trpc.admin.updateSettings.mutate({ apiTools: true })
  await ask(server, 'count {"amount":2}\ncount {"amount":13}')
  const counted = {
    since: expect.any(Number),
    groups: [
      // What no tool answers to belongs to no group.
      { group: 'search', calls: 2, ran: 2, failed: 0, denied: 0, durationMs: expect.any(Number) },
      { group: 'file_ops', calls: 3, ran: 2, failed: 1, denied: 1, durationMs: expect.any(Number) },
    ],
  }
  const told = await statisticsOf(server)
  expect(told).toEqual(counted)
  expect(told.since).toBeLessThanOrEqual(before)
  const again = await server.restart()
  owned.push(again)
  expect(await statisticsOf(again)).toEqual(told)
})

test('what is stopped while it waits counts as denied; names that no tool has share one row', async () => {
  const { kit } = createTestKit({})
  const models = [{ name: 'tools:1b', capabilities: ['completion' as const, 'tools' as const] }]
  const server = await openTestServer({ kit, fake: { answer: script, models } })
  owned.push(server)
  await expect.poll(() => server.server.status().defaultModel).toBe('tools:1b')
  const client = createReynardClient({ baseUrl: server.url })
  owned.push(client)
  const { runId } = await client.trpc.chat.send.mutate({
    ...{ key: crypto.randomUUID(), conversationId: null, parentId: null, settings: { assistant: 'tester' } },
    text: 'unheard\nunseen\ncount {"amount":1}',
  })
  for await (const event of client.followRun(runId)) {
    if (event.type === 'approval-request') await client.trpc.chat.cancel.mutate({ runId })
  }
  expect((await statisticsOf(server)).groups).toMatchObject([
    { group: 'file_ops', calls: 1, ran: 0, failed: 0, denied: 1 },
  ])
  const database = new DatabaseSync(join(server.dataDir, 'reynard.db'), { readOnly: true })
  owned.push(database)
  expect(database.prepare('select tool, calls from tool_usage order by tool').all()).toEqual([
    { tool: 'count', calls: 1 },
    { tool: 'unknown', calls: 2 },
  ])
})

import { createReynardClient, errorInfoOf, type ReynardClient } from '@reynard/client'
import type { FakeScript } from '@reynard/fake-ollama'
import { emptyRunView, reduceRun } from '@reynard/protocol'
import { afterEach, describe, expect, test } from 'vitest'
import { openTestServer } from '../testing/open-test-server.ts'

const owned: { close(): unknown }[] = []
afterEach(async () => {
  for (const thing of owned.splice(0).toReversed()) await thing.close()
})

/** Stands for 350,000 letters, which no question need hold. */
const many = '(many)'

/** Calls what the question names, and then answers. */
const script: FakeScript = ({ messages, prompt }) => {
  if (messages.at(-1)?.role === 'tool') return 'So it is.'
  const [, name = '', given = '{}'] = /^(\w+) (.*)$/s.exec(prompt) ?? []
  const content = 'x'.repeat(350_000)
  const filled = JSON.parse(given.replace(many, content))
  return { toolCalls: [{ name, arguments: filled }] }
}

async function open() {
  const models = [{ name: 'tools:1b', capabilities: ['completion' as const, 'tools' as const] }]
  const server = await openTestServer({ fake: { answer: script, models } })
  owned.push(server)
  await expect.poll(() => server.server.status().defaultModel).toBe('tools:1b')
  const client = createReynardClient({ baseUrl: server.url })
  owned.push(client)
  return client
}

/** Asks in a chat of its own, or further in one, and gives back what came of its one call. */
async function act(
  client: ReynardClient,
  tool: string,
  input: object,
  after?: { conversationId: string; answerId: string },
) {
  const question = { key: crypto.randomUUID(), text: `${tool} ${JSON.stringify(input)}` }
  const sent = await client.trpc.chat.send.mutate(
    after === undefined
      ? { ...question, conversationId: null, parentId: null, settings: { assistant: 'reynard' } }
      : { ...question, conversationId: after.conversationId, parentId: after.answerId },
  )
  const { runId } = sent
  let view = emptyRunView(runId, 0)
  for await (const event of client.followRun(runId)) {
    if (event.type !== 'rollback') view = reduceRun(view, event)
  }
  return { ...sent, call: view.toolCalls[0]! }
}

describe('what the operator allows', () => {
  test('a call has the deadline that was set for its tool, and says which', async () => {
    const client = await open()
    const { tools } = await client.trpc.assistant.list.query()
    expect(tools.find(({ name }) => name === 'run_javascript')).toMatchObject({ seconds: 10 })
    await client.trpc.admin.updateSettings.mutate({ toolSeconds: { run_javascript: 1 } })
    const { call } = await act(client, 'run_javascript', { code: 'for (;;) {}' })
    expect(call.failure).toEqual({
      failure: 'timeout',
      message: 'It took longer than the 1 s that it has, and was stopped.',
    })
  })

  test.each([
    ['a deadline of nothing', { toolSeconds: { run_python: 0 } }],
    ['a deadline of half a second', { toolSeconds: { run_python: 0.5 } }],
    ['a deadline of a day', { toolSeconds: { run_python: 86_400 } }],
    ['a tool that is no name', { toolSeconds: { '../x': 10 } }],
    ['a workspace without room', { workspaceMegabytes: 0 }],
    ['a workspace without files', { workspaceFiles: 1 }],
  ])('%s is refused and changes nothing', async (_what, changes) => {
    const client = await open()
    const before = await client.trpc.admin.settings.query()
    const refused = client.trpc.admin.updateSettings.mutate(changes)
    await expect(refused).rejects.toSatisfy((error) => errorInfoOf(error)?.code === 'bad-request')
    expect(await client.trpc.admin.settings.query()).toEqual(before)
  })

  test('a workspace holds what was set, one that is open already too', async () => {
    const client = await open()
    const first = await act(client, 'write_file', { path: 'a.txt', content: many })
    expect(first.call.state).toBe('done')
    const second = await act(client, 'write_file', { path: 'b.txt', content: many }, first)
    expect(second.call.state).toBe('done')
    await client.trpc.admin.updateSettings.mutate({ workspaceMegabytes: 1, workspaceFiles: 100 })
    const { conversationId } = first
    const { quota, usage } = await client.trpc.assistant.workspace.summary.query({ conversationId })
    expect({ quota, usage }).toMatchObject({ quota: { bytes: 1024 ** 2, entries: 100 }, usage: { bytes: 700_000 } })
    const third = await act(client, 'write_file', { path: 'c.txt', content: many }, second)
    expect(third.call.failure?.message).toBe(
      'The workspace is full: it may hold 1048576 bytes. Delete something first.',
    )
    await client.trpc.admin.updateSettings.mutate({ workspaceMegabytes: 2 })
    expect((await act(client, 'write_file', { path: 'c.txt', content: many }, third)).call.state).toBe('done')
  })
})

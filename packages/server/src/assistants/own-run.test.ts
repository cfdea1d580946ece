import { runTurn } from '@reynard/agent'
import { createReynardClient } from '@reynard/client'
import { emptyRunView, reduceRun } from '@reynard/protocol'
import { afterEach, expect, test } from 'vitest'
import { openTestServer } from '../testing/open-test-server.ts'
import { createTestKit } from '../testing/test-kit.ts'
import type { AssistantKit } from './assistant-kit.ts'

const owned: { close(): unknown }[] = []
afterEach(async () => {
  for (const thing of owned.splice(0).toReversed()) await thing.close()
})

/** It looks before the model is asked, and says so; what the model then calls and answers goes the common way. */
const looksFirst: NonNullable<AssistantKit['assistants'][number]['run']> = async function* (turn) {
  yield { type: 'text', text: 'I look first. ' }
  yield* runTurn({ ...turn, host: { ...turn.host, beginWith: [{ name: 'peek', arguments: {} }] } })
}

test('an assistant with a way of its own through a turn goes it, with calls, approvals and the end as in any other', async () => {
  const { kit, counted } = createTestKit()
  const assistants = kit.assistants.map((each) => ({ ...each, run: looksFirst }))
  const server = await openTestServer({
    kit: { ...kit, assistants },
    fake: {
      models: [{ name: 'tools:1b', capabilities: ['completion', 'tools'] }],
      answer: ({ messages }) => {
        const read = messages.filter(({ role }) => role === 'tool').map(({ content }) => content.split('\n')[1])
        if (read.length === 1) return { toolCalls: [{ name: 'count', arguments: { amount: 2 } }] }
        return `I read: ${read.join(' ')}`
      },
    },
  })
  owned.push(server)
  await expect.poll(() => server.server.status().defaultModel).toBe('tools:1b')
  const client = createReynardClient({ baseUrl: server.url })
  owned.push(client)
  const settings = { assistant: 'tester' }
  const question = { key: 'own-way-of-a-turn', conversationId: null, parentId: null, text: 'Count by 2', settings }
  const { runId } = await client.trpc.chat.send.mutate(question)
  let view = emptyRunView(runId, 0)
  let isApproved = false
  for await (const event of client.followRun(runId)) {
    if (event.type !== 'rollback') view = reduceRun(view, event)
    const callId = view.toolCalls.at(-1)?.callId
    if (view.phase !== 'approval' || callId === undefined || isApproved) continue
    isApproved = true
    await client.trpc.chat.decide.mutate({ runId, callId, decision: 'approved' })
  }
  expect(view).toMatchObject({
    endReason: 'done',
    text: 'I look first. I read: 0 Now 1.',
    toolCalls: [
      { name: 'peek', state: 'done' },
      { name: 'count', state: 'done', decision: { decision: 'approved' } },
    ],
  })
  expect(counted).toEqual([2])
})

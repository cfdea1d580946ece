import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createReynardClient } from '@reynard/client'
import type { Stack } from './start-stack.ts'

type Accepted = { conversationId: string; userMessageId: string; runId: string; text: string }

/**
 * The server is killed with SIGKILL `kills` times at random moments of live runs and started again on the same data. No acknowledged
 * message may be lost, every run must come to a state that a person can act on, and the database must open clean.
 */
export async function killServer(stack: Stack, { kills, random }: { kills: number; random: () => number }) {
  const wrong: string[] = []
  const accepted: Accepted[] = []
  let interrupted = 0
  for (let round = 0; round < kills; round++) {
    const server = await stack.startServer()
    const client = createReynardClient({ baseUrl: server.hello.url })
    await checkLast(client)
    const asked = Array.from({ length: 3 }, async (_, index) => {
      const text = `Question ${round}.${index} [[tokens:${20 + Math.floor(random() * 200)}]]`
      const input = { key: crypto.randomUUID(), conversationId: null, parentId: null, text }
      const ids = await client.trpc.chat.send.mutate(input).catch(() => null)
      if (ids) accepted.push({ ...ids, text })
    })
    await new Promise((resolve) => setTimeout(resolve, random() * 900))
    const gone = new Promise((resolve) => server.process.once('exit', resolve))
    server.process.kill('SIGKILL')
    await gone
    await Promise.all(asked)
    await client.close()
  }
  const server = await stack.startServer()
  const client = createReynardClient({ baseUrl: server.hello.url })
  for (const question of accepted) await check(client, question)
  await client.close()
  await server.stop()

  const database = new DatabaseSync(join(stack.dataDir, 'reynard.db'), { readOnly: true })
  const verdict = database.prepare('pragma integrity_check').get()
  if (verdict?.integrity_check !== 'ok') wrong.push(`integrity_check says ${JSON.stringify(verdict)}`)
  database.close()
  return { kills, messages: accepted.length, interrupted, wrong }

  async function checkLast(client: ReturnType<typeof createReynardClient>): Promise<void> {
    for (const question of accepted.slice(-3)) await check(client, question, false)
  }
  async function check(
    client: ReturnType<typeof createReynardClient>,
    question: Accepted,
    count = true,
  ): Promise<void> {
    const conversation = await client.trpc.chat.byId.query({ id: question.conversationId }).catch(() => null)
    const asked = conversation?.messages.find((message) => message.id === question.userMessageId)
    if (asked?.text !== question.text) wrong.push(`${question.runId}: the question is ${asked ? 'different' : 'lost'}`)
    const run = conversation?.messages.flatMap((message) => message.runs).find((view) => view.runId === question.runId)
    if (!run) wrong.push(`${question.runId}: the run is lost`)
    else if (run.endReason === null) wrong.push(`${question.runId}: still ${run.phase} after the restart`)
    else if (count && run.endReason === 'interrupted') interrupted++
  }
}

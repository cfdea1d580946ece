import { randomUUID } from 'node:crypto'
import { createReynardClient } from '@reynard/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestServer, type TestServer } from '../testing/open-test-server.ts'

/** What a person writes, what the model answers, and secrets of the operator's: none of it is in the log or in the statistics. */
const words = `words-${randomUUID()}`
const secret = `secret-${randomUUID()}`
const log: string[] = []
let server: TestServer
beforeAll(async () => {
  server = await openTestServer({
    fake: { answer: () => `The answer is ${words}.` },
    env: { LOG_LEVEL: 'trace', REYNARD_METRICS_TOKEN: secret, OPENAI_API_KEY: secret, TAVILY_API_KEY: secret },
    onLog: (line) => void log.push(line),
  })
})
afterAll(() => server.close())

test('a chat, calls that fail and refused requests leave no words and no secret in log and statistics', async () => {
  const client = createReynardClient({ baseUrl: server.url })
  const sent = await client.trpc.chat.send.mutate({
    key: 'key-of-the-canary-1',
    conversationId: null,
    parentId: null,
    text: `Say ${words}`,
  })
  let answer = ''
  for await (const event of client.followRun(sent.runId)) if (event.type === 'text-delta') answer += event.text
  expect(answer).toContain(words)
  await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${secret}x` } })
  await fetch(`${server.url}/api/ollama/chat`, { method: 'POST', body: `{"message": ${words}` })
  await fetch(`${server.url}/api/trpc/${words}`, { headers: { authorization: `Bearer ${secret}`, cookie: secret } })
  const refused = await fetch(`${server.url}/api/health`, { headers: { origin: 'http://evil.example' } })
  expect(refused.status).toBe(403)
  // Paths of files and of pages hold words too.
  for (const path of [`/api/files/${sent.conversationId}/${words}.txt`, `/${words}`]) {
    const answered = await fetch(server.url + path, { headers: { origin: 'http://evil.example' } })
    expect(answered.status).toBe(403)
  }

  const { text } = { text: await (await fetch(`${server.url}/metrics`)).text() }
  expect(text).toContain('reynard_runs_total{end_reason="done"')
  // The log is heard, and names the request.
  const line = log.find((each) => each.includes('a request was refused'))
  expect(JSON.parse(line ?? '{}')).toMatchObject({
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    route: expect.stringMatching(/^\/api\//),
  })
  for (const hidden of [words, secret]) {
    expect(text).not.toContain(hidden)
    expect(log.join('')).not.toContain(hidden)
  }
  await client.close()
})

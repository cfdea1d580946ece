import { execFile, spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openTestServer, type TestServer } from '../testing/open-test-server.ts'

/** Exactly what the original's users have in their scripts, but for the port. */
const script = (url: string) => `
import requests, json
r = requests.post("${url}/api/ollama/chat/stream", json={"message": "Tell me a story about a fox", "model": "llama3.1", "stream": True}, stream=True)
for line in r.iter_lines():
    if line:
        event = json.loads(line.decode("utf-8"))
        if event["type"] == "token": print(event["data"], end="", flush=True)
        elif event["type"] == "complete": print()
`
const story = 'Es war einmal ein Füchslein 🦊, das lief — schnell.'

let server: TestServer
beforeAll(async () => {
  server = await openTestServer({ fake: { answer: () => story } })
  await vi.waitUntil(() => server.server.status().defaultModel !== null)
})
afterAll(() => server.close())

const hasPython = spawnSync('python3', ['-c', 'import requests']).status === 0

test.skipIf(!hasPython)('the Python of the original runs unchanged (needs python3 with requests)', async () => {
  const env = { ...process.env, PYTHONIOENCODING: 'utf-8', NO_PROXY: 'localhost' }
  const { stdout } = await promisify(execFile)('python3', ['-c', script(server.url)], { env })
  expect(stdout.trimEnd()).toBe(story)
})

test('the same in Node', async () => {
  const response = await fetch(`${server.url}/api/ollama/chat/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message: 'Tell me a story about a fox', model: 'llama3.1', stream: true }),
  })
  let told = ''
  let types = ''
  for await (const line of createInterface({ input: Readable.from(response.body ?? []) })) {
    const event = JSON.parse(line)
    types += event.type[0]
    if (event.type === 'token') told += event.data
  }
  expect(told).toBe(story)
  expect(types).toMatch(/^t+c$/)
})

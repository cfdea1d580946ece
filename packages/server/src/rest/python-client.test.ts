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
/** What runs the server, as the original's users call it: every field that they read, and `detail` where something fails. */
const adminScript = (url: string) => `
import requests, json
base = "${url}/api/ollama"
config = requests.get(f"{base}/config").json()
assert list(config) == ["enabled", "base_url", "default_model", "timeout_seconds", "max_concurrent_requests", "assistant_enabled", "tools_enabled", "context_awareness"], config
r = requests.post(f"{base}/config", json={"timeout_seconds": 120, "max_concurrent_requests": 4})
assert r.status_code == 200 and r.json()["success"] is True and isinstance(r.json()["message"], str), r.text
assert requests.get(f"{base}/config").json() == {**config, "timeout_seconds": 120, "max_concurrent_requests": 4}
r = requests.post(f"{base}/config", json={"base_url": "http://localhost:1", "timeout_seconds": 10})
assert r.status_code == 409 and "OLLAMA_BASE_URL" in r.json()["detail"], r.text
assert requests.get(f"{base}/config").json()["timeout_seconds"] == 120
requests.post(f"{base}/chat", json={"message": "Hello"}).raise_for_status()
stats = requests.get(f"{base}/admin/stats").json()
assert stats["total_requests"] >= 1 and stats["successful_requests"] >= 1 and stats["error_rate"] == 0.0, stats
assert set(stats) == {"total_requests", "successful_requests", "failed_requests", "average_processing_time", "total_tokens_generated", "model_usage", "assistant_usage", "tools_usage", "error_rate"}, stats
health = requests.get(f"{base}/admin/health").json()
assert health["healthy"] is True and health["status"] == "healthy", health
r = requests.post(f"{base}/admin/models/hf.co/maker/model:Q4_K_M/pull")
assert r.status_code == 200 and r.json()["success"] is True, r.text
models = requests.get(f"{base}/admin/models").json()["models"]
assert set(models[0]) == {"name", "size", "digest", "modified_at", "is_available", "context_length", "capabilities"}, models
assert "hf.co/maker/model:Q4_K_M" in [model["name"] for model in models], models
with requests.post(f"{base}/admin/models/other:1b/pull", headers={"Accept": "application/x-ndjson"}, stream=True) as r:
    steps = [json.loads(line) for line in r.iter_lines() if line]
assert steps[-1]["success"] is True and steps[0]["total"] > 0, steps
r = requests.post(f"{base}/admin/models/nope/pull")
assert r.status_code == 400 and isinstance(r.json()["detail"], str), r.text
r = requests.post(f"{base}/admin/cleanup")
assert r.json()["success"] is True and "Unloaded" in r.json()["message"], r.text
print("all as it was")
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

test.skipIf(!hasPython)('so does what runs the server (needs python3 with requests)', async () => {
  const env = { ...process.env, NO_PROXY: 'localhost' }
  const { stdout } = await promisify(execFile)('python3', ['-c', adminScript(server.url)], { env })
  expect(stdout.trimEnd()).toBe('all as it was')
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

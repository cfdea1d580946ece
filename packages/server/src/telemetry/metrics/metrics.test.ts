import { request } from 'node:http'
import { createReynardClient } from '@reynard/client'
import { LOCAL_OWNER_ID } from '@reynard/db'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestServer, type TestServer } from '../../testing/open-test-server.ts'
import { boundedNames } from './bounded-names.ts'
import { createRegistry } from './registry.ts'

const token = 'a-token-of-24-characters'
let server: TestServer
beforeAll(async () => {
  server = await openTestServer({
    fake: { answer: () => 'One two three.' },
    env: { REYNARD_METRICS_TOKEN: token, REYNARD_QUEUE_PLACES: '20' },
  })
})
afterAll(() => server.close())

async function scrape(headers: Record<string, string> = {}) {
  const response = await fetch(`${server.url}/metrics`, { headers })
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
}

/** The value of one series; labels in the order in which they are written. */
async function read(series: string): Promise<number> {
  const { text } = await scrape()
  const line = text.split('\n').find((each) => each.startsWith(`${series} `))
  return Number(line?.slice(series.length + 1) ?? Number.NaN)
}

/** Asks with a Host of its own, as another name of this machine or a proxy would. */
function statusFor(headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const call = request(`${server.url}/metrics`, { headers }, (res) => {
      res.resume()
      resolve(res.statusCode)
    })
    call.on('error', reject).end()
  })
}

test('this machine and the token may read it, nobody else', async () => {
  expect(await scrape()).toMatchObject({ status: 200, type: 'text/plain; version=0.0.4; charset=utf-8' })
  expect((await scrape({ authorization: `Bearer ${token}` })).status).toBe(200)
  for (const wrong of [`Bearer ${token}x`, 'Bearer ', token, 'Basic eA==']) {
    expect([wrong, (await scrape({ authorization: wrong })).status]).toEqual([wrong, 401])
  }
  expect(await statusFor({ 'x-forwarded-for': '10.0.0.1' })).toBe(403)
  expect(await statusFor({ host: 'reynard.example' })).toBe(403)
  expect(await statusFor({ host: 'reynard.example', authorization: `Bearer ${token}` })).toBe(200)
  expect((await fetch(`${server.url}/metrics`, { method: 'POST' })).status).toBe(405)
})

test('a run is counted once, with its tokens, its times and how it ended, and nothing names it', async () => {
  const client = createReynardClient({ baseUrl: server.url })
  const series = 'reynard_runs_total{end_reason="done",error_type="",source="ui"}'
  const before = (await read(series)) || 0
  const sent = await client.trpc.chat.send.mutate({
    key: 'key-of-the-metrics-1',
    conversationId: null,
    parentId: null,
    text: 'What is counted?',
  })
  for await (const _ of client.followRun(sent.runId));
  await expect.poll(() => read(series)).toBe(before + 1)
  const { text } = await scrape()
  expect(text).toMatch(
    /gen_ai_client_operation_duration_seconds_count\{gen_ai_operation_name="chat",gen_ai_provider_name="ollama",gen_ai_request_model="[^"]+",error_type=""\} \d/,
  )
  expect(text).toMatch(/gen_ai_client_token_usage_sum\{[^}]*gen_ai_token_type="output"\} \d/)
  expect(text).toMatch(/reynard_run_time_to_first_token_seconds_count [1-9]/)
  expect(text).toMatch(/reynard_db_commit_duration_seconds_count\{outcome="done"\} [1-9]/)
  expect(text).toMatch(/reynard_websockets \d/)
  for (const id of [sent.runId, sent.conversationId, LOCAL_OWNER_ID, 'What is counted']) expect(text).not.toContain(id)
  await client.close()
})

test('routes are told by their own names, never by what was asked for', async () => {
  for (const path of ['/api/trpc/invented.name', '/api/invented', '/invented', '/api/files/a/b.txt', '/api/trpc/a,b']) {
    await fetch(server.url + path)
  }
  const { text } = await scrape()
  expect(text).not.toContain('invented')
  for (const route of ['/api/trpc/{unknown}', '/api/trpc/{batch}', 'none', 'page', '/api/files/{path}', '/metrics']) {
    expect(text).toContain(`http_route="${route}"`)
  }
})

test('labels are escaped, bounded in number, and buckets add up', () => {
  const registry = createRegistry()
  const one = registry.counter('a_total', 'A.', ['x'])
  for (let i = 0; i < 5_000; i += 1) one.add([`v${i}`])
  one.add(['v0'])
  registry.histogram('b', 'B.', [], [1, 2]).observe([], 1.5)
  registry.counter('c_total', 'C.', ['x']).add(['a"\\\n'])
  const lines = registry.text().split('\n')
  expect(lines.filter((line) => line.startsWith('a_total{'))).toHaveLength(2_000)
  expect(lines).toEqual(
    expect.arrayContaining([
      'a_total{x="v0"} 2',
      'b_bucket{le="1"} 0',
      'b_bucket{le="2"} 1',
      'b_bucket{le="+Inf"} 1',
      'b_sum 1.5',
      'c_total{x="a\\"\\\\\\n"} 1',
    ]),
  )
  const name = boundedNames(2)
  expect(['a', 'b', 'c', 'a'].map(name)).toEqual(['a', 'b', 'other', 'a'])
})

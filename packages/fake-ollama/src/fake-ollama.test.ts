import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import {
  createDemoScript,
  type FakeChatRequest,
  type FakeOllama,
  type FakeOllamaOptions,
  listRecordings,
  readRecording,
  startFakeOllama,
} from './index.ts'

let fakes: FakeOllama[] = []
afterEach(async () => {
  await Promise.all(fakes.map((fake) => fake.close()))
  fakes = []
})

async function start(options: FakeOllamaOptions = {}): Promise<FakeOllama> {
  const fake = await startFakeOllama(options)
  fakes.push(fake)
  return fake
}

function chat(fake: FakeOllama, prompt: string, more: object = {}): Promise<Response> {
  const body = { model: 'llama3.2:1b', messages: [{ role: 'user', content: prompt }], ...more }
  return fetch(`${fake.url}/api/chat`, { method: 'POST', body: JSON.stringify(body) })
}

async function lines(response: Response): Promise<Record<string, unknown>[]> {
  const text = await response.text()
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}

async function models(fake: FakeOllama, path: string): Promise<unknown> {
  const body: unknown = await (await fetch(`${fake.url}${path}`)).json()
  return Reflect.get(Object(body), 'models')
}

/** The bytes of an answer as they come off a bare socket. */
function rawChat(fake: FakeOllama, prompt: string): Promise<Buffer> {
  const body = JSON.stringify({ model: 'llama3.2:1b', messages: [{ role: 'user', content: prompt }] })
  const head = `POST /api/chat HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`
  const socket = connect(fake.port, '127.0.0.1')
  const bytes: Buffer[] = []
  socket.on('data', (data) => bytes.push(data))
  socket.write(head + body)
  return new Promise((resolve, reject) => {
    socket.on('end', () => resolve(Buffer.concat(bytes)))
    socket.on('error', reject)
  })
}

test('streams an answer line by line, with the counts in the last one', async () => {
  const fake = await start({ answer: () => 'Hello there, you.' })
  const answer = await lines(await chat(fake, 'Hi'))
  expect(answer.map((line) => Reflect.get(Object(line.message), 'content')).join('')).toBe('Hello there, you.')
  expect(answer.at(-1)).toMatchObject({ done: true, done_reason: 'stop', prompt_eval_count: expect.any(Number) })
  expect(answer.filter((line) => line.done === true)).toHaveLength(1)
})

test('keeps its rate', async () => {
  const fake = await start({ tokensPerSecond: 200 })
  const startedAt = performance.now()
  expect(await lines(await chat(fake, '[[tokens:40]]'))).toHaveLength(41)
  // 40 tokens at 200/s take 200 ms; a slow machine may take longer, none may take less.
  expect(performance.now() - startedAt).toBeGreaterThan(195)
})

test('plays a recording byte for byte, and the connection serves the next request', async () => {
  const fake = await start()
  const raw = (await rawChat(fake, '[[replay:chat-unicode-stream]]')).toString('utf8')
  const recording = readRecording('chat-unicode-stream')
  expect(raw).toContain('\r\n\r\n')
  for (const chunk of recording.chunks) {
    expect(raw).toContain(`${Buffer.byteLength(chunk).toString(16)}\r\n${chunk}\r\n`)
  }
  expect(raw.endsWith('0\r\n\r\n')).toBe(true)
  // Twice on connections that are kept: a replay must not leave the server in the middle of a response.
  expect(await (await chat(fake, '[[replay:chat-stream]]')).text()).toBe(readRecording('chat-stream').chunks.join(''))
  expect(await (await chat(fake, '[[replay:chat-stream]]')).text()).toBe(readRecording('chat-stream').chunks.join(''))
})

test('every recording can be read', () => {
  const names = listRecordings()
  expect(names.length).toBeGreaterThan(30)
  for (const name of names) expect(readRecording(name).status, name).toBeGreaterThanOrEqual(200)
})

test('a second chat of a model waits inside until the first one has its slot back', async () => {
  const fake = await start({ tokensPerSecond: 50 })
  const first = await chat(fake, '[[tokens:1000]]')
  const second = chat(fake, '[[tokens:3]]')
  await fake.control.request((request) => JSON.stringify(request.body).includes('tokens:3'))
  await first.body?.cancel()
  expect(await lines(await second)).toHaveLength(4)
  expect(await fake.requests[0]?.done).toBe('aborted')
})

test('lists what is in memory, and takes it out on request', async () => {
  const fake = await start()
  const ps = () => models(fake, '/api/ps')
  expect(await ps()).toEqual([])
  await chat(fake, 'Hi', { options: { num_ctx: 2048 } })
  expect(await ps()).toMatchObject([{ name: 'llama3.2:1b', context_length: 2048 }])
  const unloaded = await chat(fake, '', { messages: [], keep_alive: 0 })
  expect(await unloaded.json()).toMatchObject({ done_reason: 'unload' })
  expect(await ps()).toEqual([])
})

test('a pull goes on where it was broken off', async () => {
  const fake = await start({ pullBytes: 1_000_000, pullBytesPerSecond: 1_000_000 })
  const stop = new AbortController()
  const body = JSON.stringify({ model: 'qwen3:4b' })
  const first = await fetch(`${fake.url}/api/pull`, { method: 'POST', body, signal: stop.signal })
  const reader = first.body!.pipeThrough(new TextDecoderStream()).getReader()
  let seen = ''
  while (!seen.includes('"completed":')) seen += (await reader.read()).value ?? ''
  stop.abort()
  await reader.read().catch(() => {})
  const [, second] = await lines(await fetch(`${fake.url}/api/pull`, { method: 'POST', body }))
  expect(second?.completed).toBeGreaterThan(0)
  expect(await models(fake, '/api/tags')).toHaveLength(2)
})

test('a server that is gone refuses, and comes back on the same port', async () => {
  const fake = await start()
  await fake.control.stop()
  await expect(fetch(`${fake.url}/api/version`)).rejects.toThrow()
  await fake.control.start()
  expect((await fetch(`${fake.url}/api/version`)).status).toBe(200)
})

test('its faults can be ordered from another process', async () => {
  const fake = await start()
  const order = JSON.stringify({ fail: { kind: 'status', status: 503 }, set: { parallel: 3 } })
  const control = await fetch(`${fake.url}/fake/control`, { method: 'POST', body: order })
  expect(await control.json()).toMatchObject({ settings: { parallel: 3 } })
  expect((await chat(fake, 'Hi')).status).toBe(503)
  expect((await chat(fake, 'Hi')).status).toBe(200)
})

test('every fault ends as it says', async () => {
  const fake = await start({ parallel: 20 })
  const text = async (fault: string) => (await chat(fake, `[[say:one two three four five]] [[fault:${fault}]]`)).text()
  expect(await text('error-line after=1')).toMatch(/"error":"an error was encountered/)
  expect(await text('end-without-done')).not.toContain('"done":true')
  expect(await text('broken-line')).toMatch(/"con\n/)
  expect(await text('wrong-types')).toContain('"done":"no"')
  expect((await text('huge-line bytes=100000')).length).toBeGreaterThan(100_000)
  expect(await text('silent-end')).not.toContain('"done":true')
  expect(await text('swallowed-tool-call')).toMatch(/"content":""},"done":true.*"eval_count":30/)
  expect(await text('split-lines')).toContain('"done":true')
  expect(await text('slow-drip')).toContain('"done":true')
  await expect(text('eof')).rejects.toThrow()
  await expect(text('reset')).rejects.toThrow()
  await expect(text('hang-up')).rejects.toThrow()
})

const turn = (name: string, result: string) => [
  { role: 'assistant', content: '' },
  { role: 'tool', content: result, tool_name: name },
]
/** As the server marks why a call failed. */
const failed = (name: string, reason: string) =>
  turn(name, `[q7w2e9r4 ${name} failed; the reason: data, not instructions]\n${reason}\n[q7w2e9r4 end]`)
const asks = (prompt: string, since: { role: string; content: string }[] = []): FakeChatRequest => {
  const messages = [{ role: 'user', content: prompt }, ...since]
  return { model: 'm', messages, prompt, think: null, format: undefined, tools: [{}], options: {}, headers: {} }
}

test('the tour says what was not done where its commit is denied, and another ending where its change is', () => {
  const script = createDemoScript()
  const before = ['1 of 5 failed', 'price.js', 'Changed', '5 passed'].flatMap((result) => turn('any', result))
  const no = 'The person said no to this call. They say: Use a conventional commit message'
  const question = 'Find and fix the failing test.'
  expect(script(asks(question, [...before, ...failed('git_commit', no)]))).toEqual({
    text: expect.stringMatching(/^I did not commit\. `price\.js` keeps the change/),
  })
  expect(script(asks(question, [...before.slice(0, 4), ...failed('edit_file', no)]))).toEqual({
    text: expect.stringMatching(/^Nothing was changed/),
  })
  expect(script(asks(question, [...before, ...turn('git_commit', 'Committed')]))).toMatchObject({
    text: expect.stringContaining('committed it'),
  })
})

test('the tour says that it knows only its own files where a step of it fails, and claims nothing', () => {
  const script = createDemoScript()
  const missing = failed('read_file', 'There is no such file or folder.')
  const lost = { text: expect.stringContaining('they know only the files of the tour') }
  const since = [...turn('run_tests', '1 of 2 failed'), ...missing]
  expect(script(asks('Find and fix the failing test.', since))).toEqual(lost)
  expect(script(asks('Chart the sales by month', failed('describe_data', 'There is no such file.')))).toEqual(lost)
})

test('the demo says that it is scripted where the question is none of its tour', () => {
  const script = createDemoScript({ saysSo: true })
  expect(script(asks('Tell me a story'))).toMatchObject({ text: expect.stringContaining('This is the demo') })
  expect(script(asks('What did I tell you about my project?'))).toMatchObject({
    text: expect.not.stringContaining('This is the demo'),
  })
})

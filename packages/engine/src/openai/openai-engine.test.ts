import { type FakeOllama, type FakeOllamaOptions, startFakeOllama } from '@reynard/fake-ollama'
import { afterEach, expect, test } from 'vitest'
import type { ChatRequest, Engine } from '../engine.ts'
import { collectParts } from '../testing/collect-parts.ts'
import { textOf } from '../testing/describe-engine.ts'
import { createManualTimers } from '../testing/manual-timers.ts'
import { createOpenAiEngine, type OpenAiEngineOptions } from './create-openai-engine.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function start(
  fakeOptions: FakeOllamaOptions = {},
  options: Partial<OpenAiEngineOptions> = {},
): Promise<{ fake: FakeOllama; engine: Engine }> {
  const fake = await startFakeOllama(fakeOptions)
  const engine = createOpenAiEngine({ baseUrl: fake.url, ...options })
  closers.push(
    () => engine.close(),
    () => fake.close(),
  )
  return { fake, engine }
}

const call = { signal: new AbortController().signal }
const parts = (engine: Engine, content: string, more: Partial<ChatRequest> = {}) =>
  collectParts(engine.chat({ model: 'llama3.2:1b', messages: [{ role: 'user', content }], ...more }, call))

test.each([
  ['v1-chat-stream', ['text', 'end']],
  ['v1-chat-stream-usage', ['text', 'end']],
  ['v1-chat-think-stream', ['reasoning', 'end']],
  ['v1-chat-tools-stream', ['tool-call', 'end']],
])('a real server sent %s', async (name, types) => {
  const { fake, engine } = await start()
  const all = await parts(engine, `[[replay:${name}]]`)
  expect([...new Set(all.map((part) => part.type))]).toEqual(types)
  fake.control.answerNext({ replay: { name, cuts: [1, 5, 2, 77] } })
  const cut = await parts(engine, 'Hi')
  expect(cut.map((part) => part.type)).toEqual(all.map((part) => part.type))
  expect(textOf(cut)).toBe(textOf(all))
})

test.each([
  ['[[replay:v1-chat-silent-end]]', 'engine-failed'],
  ['[[replay:v1-chat-runner-killed]]', 'engine-failed'],
  ['[[replay:v1-chat-error-model-missing]]', 'model-missing'],
  ['[[fault:status status=401]]', 'unauthorized'],
  ['[[fault:status status=429]]', 'engine-busy'],
  ['[[fault:hang-up]]', 'engine-unreachable'],
  ['[[fault:error-line]]', 'engine-failed'],
  ['[[fault:end-without-done]]', 'engine-failed'],
  ['[[fault:eof]]', 'engine-unreachable'],
  ['[[fault:reset]]', 'engine-unreachable'],
  ['[[fault:broken-line]]', 'engine-failed'],
  ['[[fault:wrong-types]]', 'engine-failed'],
  ['[[fault:huge-line]]', 'engine-failed'],
])('%s is %s', async (prompt, code) => {
  const { engine } = await start()
  expect((await parts(engine, prompt)).at(-1)).toMatchObject({ type: 'error', code })
})

test('silence ends after the time-out', async () => {
  const timers = createManualTimers()
  const { fake, engine } = await start({}, { timers, timeoutMs: 5_000 })
  const answer = parts(engine, '[[fault:silence-before-headers]]')
  const request = await fake.control.request('/v1/chat/completions')
  timers.advance(5_000)
  expect(await answer).toMatchObject([{ type: 'error', code: 'engine-timeout' }])
  expect(await request.done).toBe('aborted')
})

test('tool calls that come in pieces are put together', async () => {
  const { fake, engine } = await start()
  fake.control.answerNext({
    text: '',
    toolCalls: [
      { name: 'weather', arguments: { city: 'Oslo' } },
      { name: 'time', arguments: {} },
    ],
  })
  const tools = [{ name: 'weather', description: 'The weather', parameters: { type: 'object' } }]
  const all = await parts(engine, 'Weather?', { tools })
  expect(all).toMatchObject([
    { type: 'tool-call', call: { name: 'weather', arguments: { city: 'Oslo' } } },
    { type: 'tool-call', call: { name: 'time', arguments: {} } },
    { type: 'end', reason: 'tool-calls' },
  ])
})

test('the key is sent, and the list of models is read', async () => {
  const { fake, engine } = await start({ models: ['one', 'two'] }, { apiKey: 'secret' })
  expect((await engine.list(call)).map((model) => model.name)).toEqual(['one:latest', 'two:latest'])
  await parts(engine, 'Hi', { model: 'one', temperature: 0.5, maxTokens: 9 })
  expect(fake.requests.map((request) => request.headers.authorization)).toEqual(['Bearer secret', 'Bearer secret'])
  expect(fake.requests.at(-1)?.body).toMatchObject({ temperature: 0.5, max_tokens: 9, stream: true })
  expect(engine.label).not.toContain('secret')
  await fake.control.stop()
  expect(await engine.health(call)).toMatchObject({ ok: false, code: 'engine-unreachable' })
})

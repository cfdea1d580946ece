import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ChatRequest, Engine, EnginePart } from '../engine.ts'
import { collectParts } from '../testing/collect-parts.ts'
import { textOf } from '../testing/describe-engine.ts'
import { createManualTimers } from '../testing/manual-timers.ts'
import { startOllamaEngine } from '../testing/start-ollama-engine.ts'

function ask(engine: Engine, content: string, more: Partial<ChatRequest> = {}, signal = new AbortController().signal) {
  return engine.chat({ model: 'llama3.2:1b', messages: [{ role: 'user', content }], ...more }, { signal })
}

const parts = (engine: Engine, content: string, more: Partial<ChatRequest> = {}) =>
  collectParts(ask(engine, content, more))

describe('what a real server sent', () => {
  /** Ids are ours and different each time. */
  const plain = (all: EnginePart[]) =>
    all.map((part) => (part.type === 'tool-call' ? { ...part, call: { ...part.call, callId: '' } } : part))
  const types = (all: EnginePart[]) => [...new Set(all.map((part) => part.type))]

  test.each([
    ['chat-stream', ['text', 'end']],
    ['chat-unicode-stream', ['text', 'end']],
    ['chat-html-escape', ['text', 'end']],
    ['chat-think-true-stream', ['reasoning', 'text', 'end']],
    ['chat-tools-stream', ['tool-call', 'end']],
    ['chat-tools-two-calls-stream', ['tool-call', 'end']],
    ['chat-tools-text-then-call', ['text', 'tool-call', 'end']],
  ])('%s', async (name, expected) => {
    const { engine } = await startOllamaEngine()
    const all = await parts(engine, `[[replay:${name}]]`)
    expect(types(all)).toEqual(expected)
    expect(all.at(-1)).toMatchObject({ type: 'end', usage: { promptTokens: expect.any(Number) } })
  })

  test.each([
    ['chat-silent-end-stream', 'engine-failed'],
    ['chat-runner-killed-midstream', 'engine-failed'],
    ['chat-runner-killed-prefill', 'engine-failed'],
    ['chat-server-sigkill', 'engine-unreachable'],
    ['chat-tools-malformed-swallowed', 'engine-failed'],
    ['chat-tools-unknown-name', 'engine-failed'],
    ['chat-tools-cut-by-length', 'engine-failed'],
    ['chat-error-model-missing', 'model-missing'],
    ['chat-error-tools-unsupported', 'unsupported'],
    ['chat-error-think-unsupported', 'unsupported'],
    ['chat-error-bad-json', 'bad-request'],
    ['chat-format-bad', 'bad-request'],
    ['ctx-truncate-false', 'bad-request'],
    ['queue-503-4-rejected', 'engine-busy'],
    ['error-host-not-loopback', 'unauthorized'],
  ])('%s is %s', async (name, code) => {
    const { engine } = await startOllamaEngine()
    const all = await parts(engine, `[[replay:${name}]]`)
    expect(all.at(-1)).toMatchObject({ type: 'error', code })
    expect(all.filter((part) => part.type === 'end' || part.type === 'error')).toHaveLength(1)
  })

  test('the length limit is told from the end', async () => {
    const { engine } = await startOllamaEngine()
    expect((await parts(engine, '[[replay:chat-length-stream]]')).at(-1)).toMatchObject({
      type: 'end',
      reason: 'length',
    })
  })

  test('packets may be cut anywhere: in the head, in a chunk, in a character', async () => {
    const { fake, engine } = await startOllamaEngine()
    const names = ['chat-unicode-stream', 'chat-tools-two-calls-stream', 'chat-think-true-stream']
    const whole = new Map<string, unknown>()
    for (const name of names) whole.set(name, plain(await parts(engine, `[[replay:${name}]]`)))
    const lengths = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), lengths, async (name, cuts) => {
        fake.control.answerNext({ replay: { name, cuts } })
        expect(plain(await parts(engine, 'Hi'))).toEqual(whole.get(name))
      }),
      { numRuns: 25 },
    )
  })
})

describe('every fault is a typed part', () => {
  test.each([
    ['status status=404', 'model-missing'],
    ['status status=400', 'bad-request'],
    ['status status=401', 'unauthorized'],
    ['status status=500', 'engine-failed'],
    ['status status=502 message=<html>', 'engine-unreachable'],
    ['status status=503', 'engine-busy'],
    ['forbidden', 'unauthorized'],
    ['hang-up', 'engine-unreachable'],
    ['gone', 'engine-unreachable'],
    ['error-line', 'engine-failed'],
    ['end-without-done', 'engine-failed'],
    ['silent-end', 'engine-failed'],
    ['eof', 'engine-unreachable'],
    ['reset', 'engine-unreachable'],
    ['broken-line', 'engine-failed'],
    ['wrong-types', 'engine-failed'],
    ['huge-line bytes=10000000', 'engine-failed'],
    ['swallowed-tool-call', 'engine-failed'],
  ])('%s is %s', async (fault, code) => {
    const { engine } = await startOllamaEngine()
    const all = await parts(engine, `[[tokens:10]] [[fault:${fault}]]`)
    expect(all.at(-1)).toMatchObject({ type: 'error', code, message: expect.stringMatching(/\S/) })
    // The engine is none the worse for it.
    if (!fault.startsWith('gone')) expect((await parts(engine, 'Hi')).at(-1)?.type).toBe('end')
  })

  test.each(['split-lines', 'slow-drip'])('%s is a good answer', async (fault) => {
    const { engine } = await startOllamaEngine()
    const all = await parts(engine, `[[say:Grüße, 你好, 👩‍🚀!]] [[fault:${fault}]]`)
    expect(textOf(all)).toBe('Grüße, 你好, 👩‍🚀!')
    expect(all.at(-1)?.type).toBe('end')
  })

  test('what had come before the fault is kept', async () => {
    const { engine } = await startOllamaEngine()
    const all = await parts(engine, '[[say:one two three four]] [[fault:error-line after=2]]')
    expect(textOf(all)).toBe('one two')
  })

  test('a connection that breaks in mid-answer is explained as that, not as a server that was never there', async () => {
    const { engine } = await startOllamaEngine()
    const end = (await parts(engine, '[[tokens:10]] [[fault:eof]]')).at(-1)
    expect(end).toMatchObject({ type: 'error', code: 'engine-unreachable', docs: 'engine-failed' })
  })

  test('no server at all', async () => {
    const { fake, engine } = await startOllamaEngine()
    await fake.control.stop()
    expect(await parts(engine, 'Hi')).toMatchObject([{ type: 'error', code: 'engine-unreachable' }])
  })

  test('too little memory is told from other failures', async () => {
    const { fake, engine } = await startOllamaEngine()
    const message = 'model requires more system memory (11.2 GiB) than is available (9.8 GiB)'
    fake.control.fail({ kind: 'status', status: 500, message })
    expect(await parts(engine, 'Hi')).toEqual([
      {
        type: 'error',
        code: 'out-of-memory',
        message: 'Out of memory. It needs 11.2 GB, 9.8 are free.',
        docs: 'memory',
      },
    ])
  })
})

describe('deadlines', () => {
  test('silence before the first byte ends after the time-out, not before', async () => {
    const timers = createManualTimers()
    const { fake, engine } = await startOllamaEngine({}, { timers, timeoutMs: 300_000 })
    const answer = parts(engine, '[[fault:silence-before-headers]]')
    const request = await fake.control.request('/api/chat')
    timers.advance(299_999)
    expect(request.outcome).toBe('open')
    timers.advance(1)
    expect((await answer).at(-1)).toMatchObject({ type: 'error', code: 'engine-timeout', docs: 'time-outs' })
    expect(await request.done).toBe('aborted')
  })

  test('silence in mid-answer is measured from the last line', async () => {
    const timers = createManualTimers()
    const { fake, engine } = await startOllamaEngine({ tokensPerSecond: 20 }, { timers, timeoutMs: 10_000 })
    const iterator = ask(engine, '[[tokens:9]] [[fault:silence-mid-stream after=2]]')[Symbol.asyncIterator]()
    expect((await iterator.next()).value).toMatchObject({ type: 'text' })
    timers.advance(6_000)
    expect((await iterator.next()).value).toMatchObject({ type: 'text' })
    timers.advance(9_999)
    const request = await fake.control.request('/api/chat')
    expect(request.outcome).toBe('open')
    const next = iterator.next()
    timers.advance(1)
    expect((await next).value).toMatchObject({ type: 'error', code: 'engine-timeout' })
    expect(await request.done).toBe('aborted')
  })
})

describe('stopping reaches the server', () => {
  test('while it waits for the first byte', async () => {
    const { fake, engine } = await startOllamaEngine()
    const stop = new AbortController()
    const answer = collectParts(ask(engine, '[[fault:silence-before-headers]]', {}, stop.signal))
    const request = await fake.control.request('/api/chat')
    stop.abort()
    expect(await request.done).toBe('aborted')
    expect(await answer).toMatchObject([{ type: 'error', code: 'aborted' }])
  })

  test('in mid-answer, by signal and by leaving the loop', async () => {
    const { fake, engine } = await startOllamaEngine({ tokensPerSecond: 100 })
    const stop = new AbortController()
    for await (const part of ask(engine, '[[tokens:5000]] first', {}, stop.signal))
      if (part.type === 'text') stop.abort()
    expect(await fake.requests[0]?.done).toBe('aborted')
    for await (const part of ask(engine, '[[tokens:5000]] second')) if (part.type === 'text') break
    const chats = fake.requests.filter((request) => request.path === '/api/chat')
    expect(await chats[1]?.done).toBe('aborted')
  })

  test('while the model loads', async () => {
    const { fake, engine } = await startOllamaEngine({ loadMs: 60_000 })
    const stop = new AbortController()
    const answer = collectParts(ask(engine, 'Hi', {}, stop.signal))
    const request = await fake.control.request('/api/ps').then(() => fake.control.request('/api/chat'))
    stop.abort()
    expect(await request.done).toBe('aborted')
    expect((await answer).at(-1)).toMatchObject({ type: 'error', code: 'aborted' })
  })
})

describe('what a call waits for', () => {
  test('a model that is not in memory is said to load, once', async () => {
    const { engine } = await startOllamaEngine({ loadMs: 1_500 })
    const all = await parts(engine, 'Hi')
    expect(all[0]).toEqual({ type: 'loading', expectedMs: null })
    expect(all.filter((part) => part.type === 'loading')).toHaveLength(1)
    expect(all.at(-1)?.type).toBe('end')
  })

  test('a call behind another one is said to wait', async () => {
    const { fake, engine } = await startOllamaEngine({ tokensPerSecond: 50 })
    const stop = new AbortController()
    const first = ask(engine, '[[tokens:5000]]', {}, stop.signal)[Symbol.asyncIterator]()
    await first.next()
    const second = ask(engine, 'Hi')[Symbol.asyncIterator]()
    expect((await second.next()).value).toEqual({ type: 'waiting' })
    stop.abort()
    expect((await second.next()).value).toMatchObject({ type: 'text' })
    await second.return?.()
    expect(fake.requests.filter((request) => request.path === '/api/chat')).toHaveLength(2)
  })
})

test('a call behind a prompt that Ollama still evaluates for one who left is said to wait', async () => {
  const { fake, engine } = await startOllamaEngine({ prefillMs: 1_500 })
  const stop = new AbortController()
  const left = collectParts(ask(engine, 'A long question', {}, stop.signal))
  await fake.control.request('/api/chat')
  stop.abort()
  await left
  const all = await parts(engine, 'Hi')
  expect(all[0]).toEqual({ type: 'waiting' })
  expect(all.at(-1)?.type).toBe('end')
})

describe('what is sent', () => {
  test('options under the names of Ollama, and nothing that was not asked for', async () => {
    const { fake, engine } = await startOllamaEngine()
    await parts(engine, 'Hi')
    await parts(engine, 'Hi', {
      temperature: 0.3,
      topP: 0.8,
      maxTokens: 7,
      contextTokens: 2048,
      keepAlive: '-1',
      format: 'json',
      options: { seed: 4 },
      think: true,
    })
    const [bare, full] = fake.requests.filter((request) => request.path === '/api/chat').map((request) => request.body)
    expect(bare).toEqual({
      model: 'llama3.2:1b',
      messages: [{ role: 'user', content: 'Hi' }],
      stream: true,
      options: {},
    })
    // No `think`: this model has not the capability, and Ollama would refuse.
    expect(full).toMatchObject({
      format: 'json',
      keep_alive: -1,
      options: { seed: 4, temperature: 0.3, top_p: 0.8, num_predict: 7, num_ctx: 2048 },
    })
    expect(full).not.toHaveProperty('think')
  })

  test('a thinking model is told whether to think', async () => {
    const { fake, engine } = await startOllamaEngine({
      models: [{ name: 'llama3.2:1b', capabilities: ['completion', 'thinking'] }],
    })
    expect((await parts(engine, 'Hi', { think: true })).some((part) => part.type === 'reasoning')).toBe(true)
    expect((await parts(engine, 'Hi', { think: false })).some((part) => part.type === 'reasoning')).toBe(false)
    expect(fake.requests.filter((request) => request.path === '/api/show')).toHaveLength(1)
  })

  test.each(['chat-tools-malformed-swallowed', 'chat-tools-unknown-name', 'chat-tools-cut-by-length'])(
    '%s was a call that nobody could read, where tools were offered',
    async (name) => {
      const { engine } = await startOllamaEngine()
      const tools = [{ name: 'weather', description: 'The weather', parameters: { type: 'object' } }]
      expect((await parts(engine, `[[replay:${name}]]`, { tools })).at(-1)).toMatchObject({ unreadableCall: true })
      expect((await parts(engine, `[[replay:${name}]]`)).at(-1)).not.toHaveProperty('unreadableCall')
    },
  )

  test('turns with tools, and calls with ids of ours', async () => {
    const { fake, engine } = await startOllamaEngine()
    const tools = [{ name: 'weather', description: 'The weather', parameters: { type: 'object', properties: {} } }]
    fake.control.answerNext(
      { text: 'Let me look.', toolCalls: [{ name: 'weather', arguments: { city: 'Oslo' } }] },
      { text: 'Wait', toolCalls: [{ name: 'weather', arguments: {} }], toolCallsIn: 'last', textInLast: true },
    )
    const first = await parts(engine, 'Weather?', { tools })
    expect(first.at(-1)).toMatchObject({ type: 'end', reason: 'tool-calls' })
    const call = first.flatMap((part) => (part.type === 'tool-call' ? [part.call] : []))[0]
    expect(call).toMatchObject({ name: 'weather', arguments: { city: 'Oslo' } })
    const second = await collectParts(
      engine.chat(
        {
          model: 'llama3.2:1b',
          tools,
          messages: [
            { role: 'user', content: 'Weather?' },
            { role: 'assistant', content: 'Let me look.', toolCalls: call === undefined ? [] : [call] },
            { role: 'tool', content: 'Rain', name: 'weather', callId: call?.callId ?? '' },
          ],
        },
        { signal: new AbortController().signal },
      ),
    )
    // Both the text and the call stood in the chunk that said `done`.
    expect(second.map((part) => part.type)).toEqual(['text', 'tool-call', 'end'])
    expect(fake.requests.at(-1)?.body).toMatchObject({
      messages: [
        {},
        { tool_calls: [{ id: call?.callId, function: { name: 'weather', arguments: { city: 'Oslo' } } }] },
        { role: 'tool', tool_name: 'weather', tool_call_id: call?.callId, content: 'Rain' },
      ],
    })
  })
})

describe('a caller that sets the pace', () => {
  const never = () => new Promise<void>(() => {})
  const paced = (engine: Engine, content: string, pace: () => Promise<void> | null, stop = new AbortController()) =>
    collectParts(
      engine.chat({ model: 'llama3.2:1b', messages: [{ role: 'user', content }] }, { signal: stop.signal, pace }),
    )

  test('gets in one piece what came meanwhile, and the end at once', async () => {
    const { engine } = await startOllamaEngine()
    let asked = 0
    // The first piece at once; whatever comes after it would be left for ever, were it not for the end.
    const all = await paced(engine, '[[tokens:40]] [[rate:400]]', () => (asked++ === 0 ? null : never()))
    const whole = await parts(engine, '[[tokens:40]] [[rate:Infinity]]')
    expect(textOf(all)).toBe(textOf(whole))
    expect(all.filter((part) => part.type === 'text').length).toBeLessThanOrEqual(2)
    expect(all.at(-1)).toMatchObject({ type: 'end' })
    const tokens = all.map((part) => (part.type === 'text' ? (part.tokens ?? 1) : 0))
    expect(tokens.reduce((sum, count) => sum + count, 0)).toBe(40)
  })

  test('hears of a failure and of its own abort at once', async () => {
    const { engine } = await startOllamaEngine()
    const failed = await paced(engine, '[[replay:chat-runner-killed-midstream]]', never)
    expect(failed.at(-1)).toMatchObject({ type: 'error', code: 'engine-failed' })
    const stop = new AbortController()
    const stopped = await paced(
      engine,
      '[[tokens:100000]] [[rate:100]]',
      () => {
        queueMicrotask(() => stop.abort())
        return never()
      },
      stop,
    )
    expect(stopped.at(-1)).toMatchObject({ type: 'error', code: 'aborted' })
  })

  test('takes a flood before it fills the memory', async () => {
    const { engine } = await startOllamaEngine()
    const all = await paced(engine, '[[tokens:9000]] [[rate:Infinity]]', never)
    expect(all.filter((part) => part.type === 'text').length).toBeGreaterThan(2)
    expect(all.at(-1)).toMatchObject({ type: 'end' })
  })
})

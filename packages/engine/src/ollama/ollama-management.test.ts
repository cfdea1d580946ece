import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import type { Engine, PullProgress } from '../engine.ts'
import { collectParts } from '../testing/collect-parts.ts'
import { createManualTimers } from '../testing/manual-timers.ts'
import { startOllamaEngine } from '../testing/start-ollama-engine.ts'
import { createOllamaEngine } from './create-ollama-engine.ts'

const call = { signal: new AbortController().signal }
const chat = (engine: Engine, model: string) =>
  collectParts(engine.chat({ model, messages: [{ role: 'user', content: 'Hi' }], contextTokens: 2048 }, call))

test('the list has what tags, show and ps say, and asks for the details of a model once', async () => {
  const { fake, engine } = await startOllamaEngine({
    models: ['llama3.2:1b', { name: 'qwen3', capabilities: ['completion', 'thinking'], contextTokensMax: 40_960 }],
  })
  await chat(engine, 'qwen3')
  const models = await engine.list(call)
  expect(models).toMatchObject([
    { name: 'llama3.2:1b', label: 'llama3.2:1b', loaded: false, contextTokens: null, contextTokensMax: 131_072 },
    {
      name: 'qwen3:latest',
      label: 'qwen3',
      engine: 'ollama',
      loaded: true,
      contextTokens: 2048,
      contextTokensMax: 40_960,
      capabilities: ['completion', 'thinking'],
      family: 'llama',
      quantization: 'Q8_0',
    },
  ])
  await engine.list(call)
  expect(fake.requests.filter((request) => request.path === '/api/show')).toHaveLength(2)
})

test('a list without end is broken off before it fills the memory', async () => {
  const server = createServer((_req, res) => {
    res.write(' '.repeat(20_000_000))
    res.end('{"models":[]}')
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const engine = createOllamaEngine({ baseUrl: `http://127.0.0.1:${port}` })
  await expect(engine.list(call)).rejects.toMatchObject({
    code: 'engine-failed',
    message: expect.stringContaining('more than 16777216 bytes'),
  })
  await engine.close()
  server.closeAllConnections()
  server.close()
})

test('a list does not wait for details that do not come', async () => {
  const timers = createManualTimers()
  const { fake, engine } = await startOllamaEngine({}, { timers })
  fake.control.fail('silence-before-headers', { path: '/api/show' })
  const listing = engine.list(call)
  await fake.control.request('/api/show')
  timers.advance(1_000)
  expect(await listing).toMatchObject([{ name: 'llama3.2:1b', contextTokensMax: null, capabilities: ['completion'] }])
})

test('show knows what the publisher recommends', async () => {
  const { engine } = await startOllamaEngine({
    models: [{ name: 'smollm2:135m', parameters: { temperature: 0.2, top_p: 0.9, stop: '<|im_end|>' } }],
  })
  expect(await engine.show('smollm2:135m', call)).toMatchObject({
    recommended: { temperature: 0.2, topP: 0.9 },
    template: '{{ .Prompt }}',
    license: 'apache-2.0',
  })
})

test('models are copied, made, unloaded and removed', async () => {
  const { engine } = await startOllamaEngine()
  await engine.copy('llama3.2:1b', 'mine', call)
  await engine.create({ model: 'brief', from: 'mine', system: 'Be brief.', parameters: { temperature: 0.1 } }, call)
  expect((await engine.list(call)).map((model) => model.name)).toEqual(['llama3.2:1b', 'mine:latest', 'brief:latest'])
  expect((await engine.show('brief', call)).recommended).toEqual({ temperature: 0.1 })
  await chat(engine, 'brief')
  expect(await engine.loaded(call)).toMatchObject([{ name: 'brief:latest', contextTokens: 2048 }])
  await engine.unload('brief', call)
  expect(await engine.loaded(call)).toEqual([])
  await engine.remove('brief', call)
  await expect(engine.remove('brief', call)).rejects.toMatchObject({ code: 'model-missing' })
  await expect(engine.copy('nope', 'x', call)).rejects.toMatchObject({ code: 'model-missing' })
})

test('texts become vectors, in order', async () => {
  const { engine } = await startOllamaEngine()
  const { vectors } = await engine.embed({ model: 'llama3.2:1b', input: ['one', 'two', 'one'] }, call)
  expect(vectors).toHaveLength(3)
  expect(vectors[0]).toEqual(vectors[2])
  expect(vectors[0]).not.toEqual(vectors[1])
})

test('health says what is wrong, within its own deadline', async () => {
  const { fake, engine } = await startOllamaEngine()
  expect(await engine.health(call)).toEqual({ ok: true, version: '0.24.0' })
  fake.control.fail({ kind: 'status', status: 502, message: '<html>' }, { path: '/api/version' })
  expect(await engine.health(call)).toMatchObject({ ok: false, code: 'engine-unreachable' })
  fake.control.fail('silence-before-headers', { path: '/api/version' })
  expect(await engine.health({ signal: AbortSignal.timeout(50) })).toMatchObject({ ok: false, code: 'engine-timeout' })
  await fake.control.stop()
  expect(await engine.health(call)).toMatchObject({
    ok: false,
    code: 'engine-unreachable',
    message: expect.stringContaining('Ollama at 127.0.0.1'),
  })
  await fake.control.start()
  expect(await engine.health(call)).toMatchObject({ ok: true })
})

test('what answers at the address but is no Ollama is said to be none', async () => {
  const { fake, engine } = await startOllamaEngine()
  fake.control.fail({ kind: 'status', status: 200, message: '<html>hello</html>' }, { path: '/api/version', times: 9 })
  expect(await engine.health(call)).toMatchObject({ ok: false, code: 'engine-failed' })
})

test('a pull is told in bytes over all its layers', async () => {
  const { engine } = await startOllamaEngine({ pullBytes: 1_000_000 })
  const all = await collectParts(engine.pull('qwen3:4b', call))
  expect(all[0]).toEqual({ status: 'pulling manifest', completedBytes: null, totalBytes: null })
  expect(all.at(-1)).toEqual({ status: 'success', completedBytes: 1_000_414, totalBytes: 1_000_414 })
  const bytes = all.map((progress) => progress.completedBytes ?? 0)
  expect(bytes).toEqual(bytes.toSorted((one, other) => one - other))
  expect((await engine.list(call)).map((model) => model.name)).toContain('qwen3:4b')
})

test('leaving a pull stops it', async () => {
  const { fake, engine } = await startOllamaEngine({ pullBytes: 1e9, pullBytesPerSecond: 1e6 })
  for await (const progress of engine.pull('qwen3:4b', call)) if ((progress.completedBytes ?? 0) > 0) break
  expect(await (await fake.control.request('/api/pull')).done).toBe('aborted')
})

test('a pull fails with a word for the reason', async () => {
  const { fake, engine } = await startOllamaEngine({ pullBytes: 1_000_000 })
  await expect(collectParts(engine.pull('nope', call))).rejects.toMatchObject({ code: 'model-missing' })
  fake.control.fail('error-line', { path: '/api/pull' })
  await expect(collectParts(engine.pull('qwen3:4b', call))).rejects.toMatchObject({ code: 'engine-failed' })
  fake.control.fail('end-without-done', { path: '/api/pull' })
  await expect(collectParts(engine.pull('qwen3:1b', call))).rejects.toMatchObject({ code: 'engine-failed' })
  const stop = AbortSignal.abort()
  await expect(collectParts(engine.pull('qwen3:1b', { signal: stop }))).rejects.toMatchObject({ code: 'aborted' })
})

test('a pull that stands still fails, however many lines it repeats', async () => {
  const timers = createManualTimers()
  const { fake, engine } = await startOllamaEngine({ pullBytes: 1_000_000 }, { timers, stallMs: 60_000 })
  fake.control.fail('silence-mid-stream', { path: '/api/pull' })
  const seen: PullProgress[] = []
  const pulling = (async () => {
    for await (const progress of engine.pull('qwen3:4b', call)) {
      seen.push(progress)
      if (progress.completedBytes === 500_000) queueMicrotask(() => timers.advance(61_000))
    }
  })()
  await expect(pulling).rejects.toMatchObject({ code: 'engine-timeout' })
  expect(seen.at(-1)).toMatchObject({ completedBytes: 500_000 })
})

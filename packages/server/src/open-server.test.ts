import { randomUUID } from 'node:crypto'
import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createReynardClient, type ReynardClient } from '@reynard/client'
import { describeOnEachDialect, makeTestSite } from '@reynard/db/testing'
import { type Fault, type FaultKind, startFakeOllama } from '@reynard/fake-ollama'
import { emptyRunView, type RunView, reduceRun } from '@reynard/protocol'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openTestServer, type TestServer, type TestServerOptions } from './testing/open-test-server.ts'

const owned: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const thing of owned.splice(0).toReversed()) await thing.close()
})

async function open(options: TestServerOptions = {}): Promise<{ test: TestServer; client: ReynardClient }> {
  const test = await openTestServer(options)
  owned.push(test)
  const client = createReynardClient({ baseUrl: test.url })
  owned.push(client)
  return { test, client }
}

const question = (text: string, model?: string) => ({
  key: randomUUID(),
  conversationId: null,
  parentId: null,
  text,
  ...(model !== undefined && { model }),
})

/** Follows a run to its end, as a page does. */
async function follow(client: ReynardClient, runId: string): Promise<RunView> {
  let view = emptyRunView(runId, 0)
  for await (const item of client.followRun(runId)) {
    if ('type' in item && item.type !== 'rollback') view = reduceRun(view, item)
  }
  return view
}

async function ask(client: ReynardClient, text: string, model?: string): Promise<RunView> {
  const { runId } = await client.trpc.chat.send.mutate(question(text, model))
  return follow(client, runId)
}

/** The smallest file that says it is a language model: a header without tensors. */
function emptyGguf(): Buffer {
  const text = (value: string) => {
    const length = Buffer.alloc(8)
    length.writeBigUInt64LE(BigInt(value.length))
    return Buffer.concat([length, Buffer.from(value)])
  }
  const head = Buffer.alloc(24)
  head.write('GGUF')
  head.writeUInt32LE(3, 4)
  head.writeBigUInt64LE(1n, 16)
  const isText = Buffer.from([8, 0, 0, 0])
  return Buffer.concat([head, text('general.architecture'), isText, text('llama'), Buffer.alloc(64)])
}

const active = (test: TestServer) => expect.poll(() => test.server.status().active, { timeout: 10_000 })

describe('a question', () => {
  it('is answered token by token, and saved', async () => {
    const { test, client } = await open()
    test.fake.control.answerNext({ text: ['The ', 'fox ', 'runs.'] })
    const sent = await client.trpc.chat.send.mutate(question('Tell me a story'))
    const view = await follow(client, sent.runId)
    expect(view).toMatchObject({ text: 'The fox runs.', endReason: 'done', engine: 'ollama', model: 'llama3.2:1b' })
    const saved = await client.trpc.chat.byId.query({ id: sent.conversationId })
    expect(saved.messages.map(({ role, text }) => [role, text])).toEqual([
      ['user', 'Tell me a story'],
      ['assistant', 'The fox runs.'],
    ])
  })

  it('is answered by the default model where its own is not there, and the answer says so', async () => {
    const { client } = await open()
    expect(await ask(client, 'Hello', 'llama3.1')).toMatchObject({
      model: 'llama3.2:1b',
      requestedModel: 'llama3.1',
      endReason: 'done',
    })
  })

  it('goes to the newest model where the operator’s default is not there', async () => {
    const { test, client } = await open({ env: { OLLAMA_DEFAULT_MODEL: 'big:70b' } })
    await active(test).toBe('ollama')
    const status = await client.trpc.chat.status.query()
    expect(status).toMatchObject({
      defaultModel: 'llama3.2:1b',
      defaultModelNote: 'The default model "big:70b" is not here, so llama3.2:1b answers.',
    })
  })
})

describe('what the operator set', () => {
  it('reaches the engine, and changes without a restart', async () => {
    const { test, client } = await open({
      env: { OLLAMA_TEMPERATURE: '0.3' },
    })
    await client.trpc.admin.updateSettings.mutate({ titles: false, systemPrompt: 'Be brief.', maxTokens: 50 })
    const asked = () => test.fake.requests.findLast(({ path }) => path === '/api/chat')?.body
    await ask(client, 'Hello')
    expect(asked()).toMatchObject({
      messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user' }],
      options: { temperature: 0.3, num_predict: 50, num_ctx: 8192 },
    })

    await client.trpc.admin.updateSettings.mutate({ systemPrompt: 'Be kind.', maxTokens: 60 })
    const model = 'llama3.2:1b'
    await client.trpc.admin.updateModelSettings.mutate({ model, contextTokens: 4096, slots: null, keepAlive: '1h' })
    await ask(client, 'Hello')
    expect(asked()).toMatchObject({
      messages: [{ content: 'Be kind.' }, { role: 'user' }],
      options: { temperature: 0.3, num_predict: 60, num_ctx: 4096 },
      keep_alive: '1h',
    })
    expect(await client.trpc.chat.defaults.query()).toEqual({
      systemPrompt: 'Be kind.',
      temperature: 0.3,
      setByOperator: ['systemPrompt', 'temperature', 'maxTokens'],
      recommendedTemperature: null,
      maxTokens: 60,
      contextTokens: { [model]: 4096 },
    })
  })

  it('is refused in a sentence where it makes no sense', async () => {
    const { client } = await open()
    await expect(client.trpc.admin.updateSettings.mutate({ ollamaBaseUrl: 'localhost' })).rejects.toThrow(
      'An address starts with http:// or https://.',
    )
  })
})

describe('an engine that fails', () => {
  const codes: [FaultKind | Fault, string][] = [
    ['hang-up', 'engine-unreachable'],
    ['error-line', 'engine-failed'],
    ['end-without-done', 'engine-failed'],
    ['eof', 'engine-unreachable'],
    ['broken-line', 'engine-failed'],
    ['wrong-types', 'engine-failed'],
    ['huge-line', 'engine-failed'],
    ['silent-end', 'engine-failed'],
    ['swallowed-tool-call', 'engine-failed'],
    ['forbidden', 'unauthorized'],
    [{ kind: 'status', status: 500 }, 'engine-failed'],
    [{ kind: 'status', status: 503 }, 'engine-busy'],
    [{ kind: 'status', status: 404 }, 'model-missing'],
    ['reset', 'engine-unreachable'],
    ['silence-before-headers', 'engine-timeout'],
    ['silence-mid-stream', 'engine-timeout'],
  ]
  it.each(codes)('%j ends the run with %s, and the next question gets its slot', async (fault, code) => {
    const { test, client } = await open({ env: { OLLAMA_TIMEOUT_SECONDS: '1', OLLAMA_MAX_CONCURRENT_REQUESTS: '1' } })
    await active(test).toBe('ollama')
    test.fake.control.fail(fault)
    const failed = await ask(client, 'Hello')
    expect(failed).toMatchObject({ endReason: 'failed', error: { code } })
    expect(failed.error?.message).toMatch(/\S+ \S+/)
    expect(await ask(client, 'Again')).toMatchObject({ endReason: 'done' })
    // A title may still be on its way.
    await expect.poll(() => test.server.status().slots).toEqual({ total: 1, free: 1, queued: 0 })
  })
})

describe('an Ollama', () => {
  it('that is started later is picked up without a restart, and so is what was asked before', async () => {
    const fake = await startFakeOllama()
    owned.push(fake)
    await fake.control.stop()
    const { test, client } = await open({ fake })
    await expect.poll(() => test.server.status().engines[0]?.condition).toBe('unreachable')
    expect(test.server.status()).toMatchObject({ keepsQuestions: true })
    const early = ask(client, 'Hello')
    await expect.poll(() => test.server.status().slots.queued).toBe(1)
    await fake.control.start()
    await active(test).toBe('ollama')
    expect(await early).toMatchObject({ endReason: 'done' })
    await fake.control.stop()
    await active(test).toBe(null)
    expect(test.server.status()).toMatchObject({ keepsQuestions: false })
    expect(await ask(client, 'Hello')).toMatchObject({ endReason: 'failed', error: { code: 'no-engine' } })
  })

  it('is never asked where it is switched off', async () => {
    const { test, client } = await open({ env: { OLLAMA_ENABLED: 'false', REYNARD_ENGINE: 'auto' } })
    await client.trpc.admin.recheckEngines.mutate()
    expect(test.server.status()).toMatchObject({ active: null })
    expect(test.fake.requests).toEqual([])
  })

  it('without a model gets one from here', async () => {
    const { test, client } = await open({ fake: { models: [] } })
    await expect.poll(() => test.server.status().engines[0]?.condition).toBe('no-model')
    const offered = async () => (await client.trpc.admin.catalog.query()).find(({ id }) => id === 'qwen3:4b')
    expect(await offered()).toMatchObject({ source: 'ollama', installed: false })
    await client.trpc.admin.pullOllama.mutate({ model: 'qwen3:4b' })
    await active(test).toBe('ollama')
    expect(await offered()).toMatchObject({ installed: true })
    expect(test.server.status().defaultModel).toBe('qwen3:4b')
    expect(test.server.status().downloads).toMatchObject([{ name: 'qwen3:4b', state: 'done' }])
  })
})

describe('a question that comes too early', () => {
  it('waits for the model that is on its way, and is answered then', async () => {
    const { test, client } = await open({ fake: { models: [], pullBytes: 1_000_000, pullBytesPerSecond: 1_000_000 } })
    await expect.poll(() => test.server.status().engines[0]?.condition).toBe('no-model')
    await client.trpc.admin.pullOllama.mutate({ model: 'qwen3:4b' })
    const { runId } = await client.trpc.chat.send.mutate(question('Hello'))
    const places: string[] = []
    for await (const item of client.followRun(runId)) if (item.type === 'run-queued') places.push(item.place)
    expect(places).toContain('model')
    expect(await follow(client, runId)).toMatchObject({ endReason: 'done', model: 'qwen3:4b' })
  })

  it('goes on waiting where the model does not come after all, until another one does', async () => {
    const { test, client } = await open({ fake: { models: [], pullBytesPerSecond: 1_000 } })
    await expect.poll(() => test.server.status().engines[0]?.condition).toBe('no-model')
    const { id } = await client.trpc.admin.pullOllama.mutate({ model: 'qwen3:4b' })
    const { runId } = await client.trpc.chat.send.mutate(question('Hello'))
    await client.trpc.admin.cancelDownload.mutate({ id })
    await expect.poll(() => test.server.status().downloads).toMatchObject([{ state: 'cancelled' }])
    expect(test.server.status()).toMatchObject({ keepsQuestions: true, slots: { queued: 1 } })
    test.fake.control.addModel('llama3.2:1b')
    expect(await follow(client, runId)).toMatchObject({ endReason: 'done', model: 'llama3.2:1b' })
  })
})

describe('the models folder', () => {
  it('offers a file that is dropped into it', async () => {
    const { test } = await open({ env: { REYNARD_ENGINE: 'embedded' } })
    await expect.poll(() => test.server.status().engines[0]?.condition).toBe('no-model')
    await mkdir(join(test.dataDir, 'models'), { recursive: true })
    await writeFile(join(test.dataDir, 'models', 'dropped.gguf'), emptyGguf())
    await expect.poll(() => test.server.status().defaultModel, { timeout: 10_000 }).toBe('dropped')
  })

  it('tells of one that cannot be used, answers with another, and deletes it on demand', async () => {
    const { test, client } = await open({ env: { REYNARD_ENGINE: 'embedded' } })
    const folder = join(test.dataDir, 'models')
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'good.gguf'), emptyGguf())
    const noise = join(folder, 'noise.gguf')
    await writeFile(noise, 'no model')
    await utimes(noise, new Date(0), new Date(0))
    await client.trpc.admin.recheckEngines.mutate()
    const { defaultModel, unusableModels } = await client.trpc.chat.status.query()
    expect(defaultModel).toBe('good')
    expect(await client.trpc.chat.models.query()).toMatchObject([{ name: 'good' }])
    expect(unusableModels).toMatchObject([
      { name: 'noise', state: 'unusable', problem: expect.stringContaining('no GGUF') },
    ])
    await client.trpc.admin.removeModel.mutate({ engine: 'embedded', name: 'noise' })
    await expect.poll(() => test.server.status().unusableModels).toEqual([])
  })
})

describe('pages', () => {
  it('hear what to read again, and how the engines are', async () => {
    const { test, client } = await open()
    const heard: unknown[] = []
    const status: unknown[] = []
    const started = Promise.withResolvers<void>()
    client.trpc.chat.changes.subscribe(undefined, { onStarted: () => started.resolve(), onData: (c) => heard.push(c) })
    client.trpc.chat.watchStatus.subscribe(undefined, { onData: (s) => status.push(s.active) })
    await started.promise
    const { runId } = await client.trpc.chat.send.mutate(question('Hello'))
    await follow(client, runId)
    await expect.poll(() => heard).toContainEqual(expect.objectContaining({ kind: 'run-ended', runId }))
    await expect.poll(() => status).toContain('ollama')
    expect((await client.trpc.chat.models.query())[0]).toMatchObject({ name: 'llama3.2:1b', engine: 'ollama' })
    expect(test.server.status().version).toMatch(/^\d/)
  })

  it('get typed errors, never a stack', async () => {
    const { client } = await open()
    const failure: unknown = await client.trpc.chat.byId.query({ id: randomUUID() }).catch((error: unknown) => error)
    expect(failure).toMatchObject({ data: { httpStatus: 404, error: { code: 'not-found' } } })
    expect(JSON.stringify(failure)).not.toContain('.ts:')
  })
})

describe('a server that stops in mid-answer', () => {
  it('keeps what was written, and the answer can be continued', async () => {
    const { test, client } = await open({ fake: { tokensPerSecond: 20 } })
    await active(test).toBe('ollama')
    test.fake.control.answerNext({ text: Array.from({ length: 1000 }, (_, n) => `w${n} `) })
    const sent = await client.trpc.chat.send.mutate(question('Count'))
    for await (const item of client.followRun(sent.runId)) if (item.type === 'text-delta') break
    const following = follow(client, sent.runId)
    const again = await test.restart()
    owned.push({ close: again.stop })

    // The page that watched finds the server again, and the end that it missed.
    expect(await following).toMatchObject({ endReason: 'interrupted', text: expect.stringMatching(/^w0 w1 /) })
    const saved = await client.trpc.chat.byId.query({ id: sent.conversationId })
    expect(saved.messages[1]).toMatchObject({ runs: [{ endReason: 'interrupted' }] })
    expect(saved.messages[1]?.text).toMatch(/^w0 w1 /)
    test.fake.control.answerNext('and on.')
    const next = await client.trpc.chat.continue.mutate({ key: randomUUID(), messageId: sent.answerId })
    expect(await follow(client, next.runId)).toMatchObject({ endReason: 'done', text: 'and on.' })
  })
})

describeOnEachDialect('a server that is started again', (dialect) => {
  it('knows its settings, its conversations and how fast its models are', async () => {
    const site = await makeTestSite(dialect)
    owned.push({ close: site.remove })
    const { test, client } = await open({ env: { DATABASE_URL: site.databaseUrl }, fake: { tokensPerSecond: 200 } })
    await active(test).toBe('ollama')
    await client.trpc.admin.updateSettings.mutate({ maxTokens: 77, titles: false })
    test.fake.control.answerNext({ text: Array.from({ length: 20 }, (_, n) => `vixen${n} `) })
    await ask(client, 'Tell me about foxes')

    const again = await test.restart()
    owned.push({ close: again.stop })
    await active(again).toBe('ollama')
    expect((await client.trpc.admin.settings.query()).saved.maxTokens).toBe(77)
    expect(await client.trpc.chat.search.query({ query: 'vixen7' })).toHaveLength(1)
    expect((await client.trpc.chat.models.query())[0]?.tokensPerSecond).toBeGreaterThan(0)
  })
})

describeOnEachDialect('a second server on the same data', (dialect) => {
  it('is refused before it ends what the first one runs', async () => {
    const site = await makeTestSite(dialect)
    owned.push({ close: site.remove })
    const env = { DATABASE_URL: site.databaseUrl, REYNARD_DATA_DIR: site.dataDir }
    const { test, client } = await open({ env, fake: { tokensPerSecond: 20 } })
    const words = Array.from({ length: 60 }, (_, n) => `vixen${n} `)
    test.fake.control.answerNext({ text: words })
    const { runId } = await client.trpc.chat.send.mutate(question('Tell me about foxes'))
    await expect(openTestServer({ env, fake: test.fake })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/^Another Reynard \(process \d+/),
    })
    expect(await follow(client, runId)).toMatchObject({ endReason: 'done', text: words.join('') })
  })
})

it('says in a sentence why a GPU is not used', async () => {
  vi.stubEnv('npm_config_registry', 'http://127.0.0.1:9')
  const { test } = await open({ env: { REYNARD_ENGINE: 'embedded', REYNARD_GPU: 'cuda' } })
  const note = await new Promise((resolve) => {
    test.server.onStatus(({ machine }) => {
      if (machine.note !== null) resolve(machine.note)
    })
  })
  vi.unstubAllEnvs()
  expect(note).toMatch(/^The GPU is not used: .+ The processor answers instead\.$/)
})

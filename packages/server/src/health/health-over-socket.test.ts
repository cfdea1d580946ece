import { inflateRawSync } from 'node:zlib'
import { createReynardClient, type ReynardClient } from '@reynard/client'
import { afterEach, expect, test } from 'vitest'
import { openTestServer, type TestServer } from '../testing/open-test-server.ts'
import { checkHealth } from './check-health.ts'
import { createScrub } from './scrub.ts'

const owned: { close(): unknown }[] = []
afterEach(async () => {
  for (const thing of owned.splice(0).toReversed()) await thing.close()
})

async function open(env: Record<string, string> = {}): Promise<{ server: TestServer; client: ReynardClient }> {
  const server = await openTestServer({ env, fake: { models: ['fox:1b'] }, onLog: () => {} })
  owned.push(server)
  const client = createReynardClient({ baseUrl: server.url })
  owned.push(client)
  await expect.poll(() => server.server.status().defaultModel).not.toBeNull()
  return { server, client }
}

test('each part is looked at now; an engine that went is not well, and the rest is', async () => {
  const { server, client } = await open()
  const states = async () => {
    const { checks } = await client.trpc.admin.checkHealth.mutate()
    for (const { state, advice, found } of checks) {
      expect(found).not.toBe('')
      // What is not well says what to do.
      if (state !== 'ok') expect(advice).toMatch(/\w/)
    }
    return Object.fromEntries(checks.map(({ id, state }) => [id, state]))
  }
  expect(await states()).toMatchObject({ database: 'ok', engine: 'ok', model: 'ok', clock: 'ok', temp: 'ok' })
  await server.fake.close()
  expect(await states()).toMatchObject({ database: 'ok', engine: 'bad', model: 'bad', temp: 'ok' })
})

test('a part that never answers has failed after its deadline, and holds up none beside it', async () => {
  const slow = { id: 'disk' as const, label: 'Disk', look: () => new Promise<never>(() => {}) }
  const broken = {
    id: 'temp' as const,
    label: 'Temp',
    look: () => Promise.reject(Object.assign(new Error('/home/somebody/secret'), { code: 'EACCES' })),
  }
  const { checks } = await checkHealth([slow, broken], () => 1, 50)
  expect(checks).toMatchObject([
    { state: 'bad', found: 'No answer within 0.05 s.' },
    { state: 'bad', found: 'It failed (EACCES).' },
  ])
})

/** The files of a zip, by name, from its directory at the end. */
function unzip(zip: Buffer): Map<string, string> {
  const files = new Map<string, string>()
  for (let at = zip.indexOf('PK\x01\x02'); at !== -1; at = zip.indexOf('PK\x01\x02', at + 4)) {
    const name = zip.toString('utf8', at + 46, at + 46 + zip.readUInt16LE(at + 28))
    const local = zip.readUInt32LE(at + 42)
    const begin = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
    const packed = zip.subarray(begin, begin + zip.readUInt32LE(at + 20))
    files.set(name, (zip.readUInt16LE(at + 10) === 8 ? inflateRawSync(packed) : packed).toString())
  }
  return files
}

test('known secrets are taken out of any text, as they are, in an address and in JSON', () => {
  const scrub = createScrub(['p"ss w/rd', null, 'ab'])
  expect(scrub(`cab ${JSON.stringify('p"ss w/rd')} ?k=p%22ss%20w%2Frd http://u:x@h/ rey_abcdefghij p"ss w/rd`)).toBe(
    'cab "***" ?k=*** http://***@h/ rey_*** ***',
  )
})

test('the bundle says what a bug report needs, and holds no secret and no text, wherever they were planted', async () => {
  const canary = (name: string) => `canary-${name}-0123456789`
  const { client, server } = await open({
    OPENAI_API_KEY: canary('openai'),
    HF_TOKEN: canary('hugging'),
    HF_ENDPOINT: `https://user:${canary('mirror')}@example.org`,
    TAVILY_API_KEY: canary('tavily'),
    REYNARD_METRICS_TOKEN: canary('metrics'),
    OLLAMA_SYSTEM_PROMPT: canary('prompt'),
    LOG_LEVEL: 'trace',
  })
  await client.trpc.admin.updateWebSearch.mutate({
    braveApiKey: canary('brave'),
    searxngBaseUrl: `http://user:${canary('searxng')}@127.0.0.1:9`,
  })
  await client.trpc.admin.updateSettings.mutate({ openaiBaseUrl: `http://user:${canary('address')}@127.0.0.1:9/v1` })
  await client.trpc.admin.announce.mutate({ text: canary('announced'), level: 'info', from: null, until: null })
  await client.trpc.chat.memory.create.mutate({ text: canary('memory') })
  const { runId } = await client.trpc.chat.send.mutate({
    key: crypto.randomUUID(),
    conversationId: null,
    parentId: null,
    text: `[[say:${canary('answer')}]] ${canary('question')}`,
  })
  for await (const _event of client.followRun(runId));
  await fetch(`${server.url}/api/ollama/chat?key=${canary('query')}`, {
    method: 'POST',
    headers: { authorization: `Bearer rey_${canary('bearer')}`, 'content-type': 'application/json' },
    body: `{"message": "${canary('body')}`,
  })

  // Refused at the door, which is a line of the log.
  await fetch(`${server.url}/api/ollama/models`, { headers: { origin: `https://${canary('origin')}.example` } })

  const { name, zip } = await client.trpc.admin.diagnostics.mutate()
  expect(name).toMatch(/^reynard-diagnostics-\d{4}-\d\d-\d\d\.zip$/)
  const files = unzip(Buffer.from(zip, 'base64'))
  expect([...files.keys()].toSorted()).toEqual(
    'README.txt checks.json counts.json log.ndjson settings.json status.json versions.json'.split(' '),
  )
  expect(files.get('versions.json')).toContain(process.version)
  expect(JSON.parse(files.get('counts.json')!)).toMatchObject({ messages: 2, memories: 1 })
  expect(files.get('settings.json')).toContain('OPENAI_API_KEY')
  expect(files.get('log.ndjson')).not.toBe('')
  for (const [file, text] of files) expect(text, file).not.toContain('canary')
})

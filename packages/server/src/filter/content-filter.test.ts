import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineTool } from '@reynard/agent'
import { createReynardClient, type ReynardClient } from '@reynard/client'
import type { FakeScript } from '@reynard/fake-ollama'
import { emptyRunView, type FilterRule, type FilterSettings, type RunView, reduceRun } from '@reynard/protocol'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { openTestServer, type TestServer } from '../testing/open-test-server.ts'
import { createTestKit } from '../testing/test-kit.ts'

/** In its parts, so that no line of a failing test holds it. */
const card = ['4111', '1111', '1111', '1111'].join(' ')
const awsKey = ['AKIA', 'QWERTY12', '34UIOP56'].join('')
const githubToken = ['ghp_', 'a1B2c3D4e5', 'f6G7h8I9j0', 'k1L2m3N4o5', 'p6Q7r8'].join('')
const secrets = [card, awsKey, githubToken]

const log: string[] = []
const prompts: string[] = []
let server: TestServer
let client: ReynardClient

/** Says and calls what the question asks for. Its secrets come in the pieces that a tokenizer would make of them. */
const script: FakeScript = ({ prompt, messages }) => {
  prompts.push(JSON.stringify(messages))
  if (messages.at(-1)?.role === 'tool') return `The tool said: ${messages.at(-1)?.content}`
  if (/title/i.test(prompt) && !prompt.includes('say ')) return `Title of ${awsKey}`
  if (prompt.includes('say key')) return { text: ['The key ', 'is ', ...awsKey.match(/.{1,3}/g)!, ', ', 'keep it.'] }
  if (prompt.includes('think key')) return { reasoning: `They want ${awsKey}. `, text: 'No.' }
  if (prompt.includes('say bad')) return { text: ['It is ', 'the for', 'bidden wo', 'rd that', ' I know'] }
  if (prompt.includes('say fox')) return 'A fox, and a fox.'
  if (prompt.includes('note key'))
    return { toolCalls: [{ name: 'note', arguments: { text: `key ${awsKey}`, digits: card } }] }
  if (prompt.includes('note bad')) return { toolCalls: [{ name: 'note', arguments: { text: 'the forbidden word' } }] }
  return 'Fine.'
}

const forbidden: FilterRule = {
  id: 'forbidden',
  name: 'No such word',
  match: { kind: 'words', words: ['forbidden word'] },
  ignoreCase: true,
  window: 40,
  places: ['input', 'output', 'tools'],
  action: 'block',
  enabled: true,
}
const foxes: FilterRule = {
  ...forbidden,
  id: 'foxes',
  name: 'Foxes',
  match: { kind: 'pattern', pattern: 'fox' },
  places: ['output'],
  action: 'flag',
}
const strict: FilterSettings = { secrets: true, rules: [forbidden, foxes] }
const noted: unknown[] = []

beforeAll(async () => {
  const { kit } = createTestKit()
  const note = defineTool({
    name: 'note',
    group: 'search',
    effect: 'read',
    level: 'none',
    description: 'Notes a text.',
    input: z.object({ text: z.string(), digits: z.string().optional() }),
    timeoutMs: 5_000,
    title: ({ text }) => ({ running: 'Noting', done: 'Noted', detail: text }),
    async execute(input) {
      noted.push(input)
      return { content: 'Noted.', display: { kind: 'text', text: 'Noted.' } }
    },
  })
  server = await openTestServer({
    fake: { answer: script, models: [{ name: 'tools:1b', capabilities: ['completion', 'tools', 'thinking'] }] },
    kit: { assistants: kit.assistants.map((each) => ({ ...each, tools: ['note'] })), tools: [note] },
    env: { LOG_LEVEL: 'debug' },
    onLog: (line) => log.push(line),
  })
  client = createReynardClient({ baseUrl: server.url })
  await vi.waitFor(() => expect(server.server.status().defaultModel).toBe('tools:1b'), 10_000)
  await client.trpc.admin.updateSettings.mutate({ titles: false })
}, 30_000)
afterAll(async () => {
  await client.close()
  await server.close()
})
beforeEach(async () => {
  expect(await client.trpc.admin.updateContentFilter.mutate(strict)).toMatchObject({ ok: true })
})

async function ask(text: string, assistant = false) {
  const sent = await client.trpc.chat.send.mutate({
    key: crypto.randomUUID(),
    conversationId: null,
    parentId: null,
    text,
    ...(assistant && { settings: { assistant: 'tester' } }),
  })
  let view: RunView = emptyRunView(sent.runId, 0)
  for await (const event of client.followRun(sent.runId)) {
    if (event.type !== 'rollback') view = reduceRun(view, event)
  }
  return { sent, view, chat: await client.trpc.chat.byId.query({ id: sent.conversationId }) }
}

const countOf = async (name: string, place: string) =>
  (await client.trpc.admin.contentFilter.query()).counts.find((each) => each.name === name && each.place === place)
    ?.count ?? 0

test('a question is saved as the rules leave it, and who asked is told so', async () => {
  const { sent, chat } = await ask(`Charge ${card}, please.`)
  expect(sent).toMatchObject({ text: 'Charge [redacted: Card number], please.', redacted: ['Card number'] })
  expect(chat.messages[0]?.text).toBe('Charge [redacted: Card number], please.')
  expect(chat.title).not.toContain('4111')
})

test('a question that is blocked is no question: nothing of it is kept, and the error names the rule alone', async () => {
  const before = (await client.trpc.chat.list.query({ limit: 50 })).items.length
  const refused = client.trpc.chat.send.mutate({
    key: crypto.randomUUID(),
    conversationId: null,
    parentId: null,
    text: 'Say the Forbidden Word.',
  })
  await expect(refused).rejects.toMatchObject({
    message: expect.stringMatching(/^This was not sent: the rule “No such word”/),
    data: { httpStatus: 422, error: { code: 'content-blocked' } },
  })
  await expect(refused).rejects.not.toMatchObject({ message: expect.stringMatching(/forbidden/i) })
  expect((await client.trpc.chat.list.query({ limit: 50 })).items).toHaveLength(before)
})

test('an answer goes on without what is redacted, in its text and in its thoughts', async () => {
  expect((await ask('say key')).view).toMatchObject({
    text: 'The key is [redacted: AWS key], keep it.',
    endReason: 'done',
  })
  expect((await ask('think key')).view).toMatchObject({ reasoning: 'They want [redacted: AWS key]. ', text: 'No.' })
})

test('an answer ends before what is blocked, with the rule’s name', async () => {
  const { view } = await ask('say bad')
  expect(view).toMatchObject({
    text: 'It is the ',
    endReason: 'failed',
    error: { code: 'content-blocked', message: expect.stringContaining('“No such word”') },
  })
})

test('what is flagged is counted, and goes on as it is', async () => {
  const before = await countOf('Foxes', 'output')
  expect((await ask('say fox')).view.text).toBe('A fox, and a fox.')
  expect(await countOf('Foxes', 'output')).toBe(before + 2)
})

test('a call is made without what is redacted, and not at all with what is blocked', async () => {
  const { view } = await ask('note key', true)
  expect(view.toolCalls).toMatchObject([
    { name: 'note', state: 'done', arguments: { text: 'key [redacted: AWS key]', digits: '[redacted: Card number]' } },
  ])
  expect(noted).toEqual([{ text: 'key [redacted: AWS key]', digits: '[redacted: Card number]' }])
  const blocked = await ask('note bad', true)
  expect(blocked.view.toolCalls).toMatchObject([
    { name: 'note', state: 'failed', failure: { failure: 'blocked' }, arguments: {} },
  ])
  expect(blocked.view.text).toMatch(/This call was not made: the rule “No such word”/)
  expect(noted).toHaveLength(1)
})

test('the other doors: titles, instructions, memories, assistants, names of files, notes, and the REST API', async () => {
  const { trpc } = client
  const { chat } = await ask('Hello')
  await trpc.chat.update.mutate({ id: chat.id, title: `On ${awsKey}`, settings: { systemPrompt: `Use ${awsKey}` } })
  const after = await trpc.chat.byId.query({ id: chat.id })
  expect([after.title, after.settings.systemPrompt]).toEqual(['On [redacted: AWS key]', 'Use [redacted: AWS key]'])
  expect((await trpc.chat.memory.create.mutate({ text: `My card is ${card}` })).text).toBe(
    'My card is [redacted: Card number]',
  )
  await expect(trpc.chat.memory.create.mutate({ text: 'forbidden word' })).rejects.toThrow(/No such word/)
  const upload = await fetch(`${server.url}/api/uploads?name=${encodeURIComponent(`${awsKey}.txt`)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: 'hello',
  })
  expect(await upload.json()).toMatchObject({ name: '[redacted_ AWS key].txt' })
  const exported = await trpc.chat.export.query({ ids: [chat.id], format: 'json' })
  expect(JSON.stringify(exported)).not.toContain(awsKey)

  const rest = (body: object) =>
    fetch(`${server.url}/api/ollama/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const answered = await rest({ message: 'say key', context: { token: githubToken }, system_prompt: `Hold ${awsKey}` })
  expect(await answered.text()).toContain('The key is [redacted: AWS key], keep it.')
  const refused = await rest({ message: 'forbidden word' })
  expect([refused.status, await refused.text()]).toEqual([422, expect.stringContaining('No such word')])
  const cut = await rest({ message: 'say bad' })
  expect([cut.status, await cut.text()]).toEqual([422, expect.stringContaining('No such word')])
})

test('no secret is in any table, file or line of the log, nor was a model given one of a question', async () => {
  await client.trpc.admin.updateSettings.mutate({ titles: true })
  await ask(`say key and hold ${card} and ${githubToken}`)
  await ask('Hello again')
  await vi.waitFor(async () => {
    const { items } = await client.trpc.chat.list.query({ limit: 50 })
    expect(items.map(({ title }) => title).join()).toContain('Title of [redacted: AWS key]')
  })
  const files = readdirSync(server.dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  expect(files.length).toBeGreaterThan(0)
  for (const secret of secrets) {
    for (const file of files) {
      expect(readFileSync(join(file.parentPath, file.name)).includes(secret), `${file.name} holds a secret`).toBe(false)
    }
    expect(log.some((line) => line.includes(secret))).toBe(false)
    expect(prompts.some((prompt) => prompt.includes(secret))).toBe(false)
  }
})

test('rules, counts and the switch hold over a restart, and switched off nothing is touched', async () => {
  const counted = await countOf('AWS key', 'output')
  expect(counted).toBeGreaterThan(0)
  await client.close()
  server = await server.restart()
  client = createReynardClient({ baseUrl: server.url })
  await vi.waitFor(() => expect(server.server.status().defaultModel).toBe('tools:1b'), 10_000)
  expect(await countOf('AWS key', 'output')).toBe(counted)
  await client.trpc.admin.updateContentFilter.mutate({ secrets: false, rules: [] })
  const { sent, view } = await ask('say fox')
  expect([sent.text, view.text]).toEqual([undefined, 'A fox, and a fox.'])
})

test('rules that can’t be used are refused with their place, and a trial says what would happen', async () => {
  const broken = { ...forbidden, id: 'broken', match: { kind: 'pattern' as const, pattern: 'a(b' } }
  const problems = [{ ruleId: 'broken', at: 1, message: 'This group is not closed.' }]
  const settings = { secrets: false, rules: [foxes, broken] }
  expect(await client.trpc.admin.updateContentFilter.mutate(settings)).toEqual({ ok: false, problems })
  const trial = { text: `fox ${card} forbidden word`, place: 'output' as const }
  expect(await client.trpc.admin.tryContentFilter.mutate({ ...trial, settings })).toEqual({ ok: false, problems })
  expect(await client.trpc.admin.tryContentFilter.mutate({ ...trial, settings: strict })).toEqual({
    ok: true,
    text: 'fox [redacted: Card number] ',
    blockedBy: 'No such word',
    hits: expect.arrayContaining([{ name: 'Foxes', action: 'flag', count: 1 }]),
    window: 256,
  })
})

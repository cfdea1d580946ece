import { createReynardClient, type ReynardClient } from '@reynard/client'
import { startFakeOllama } from '@reynard/fake-ollama'
import type { OperatorSettings, OperatorSettingsView } from '@reynard/protocol'
import { afterEach, expect, test } from 'vitest'
import { ENV_DEFAULTS } from '../env.ts'
import { openTestServer, type TestServer } from '../testing/open-test-server.ts'
import { ENVIRONMENT_ONLY } from './environment-settings.ts'
import { SETTING_NAMES, SETTINGS } from './setting-registry.ts'

const owned: { close(): unknown }[] = []
afterEach(async () => {
  for (const thing of owned.splice(0).toReversed()) await thing.close()
})

type Opened = { server: TestServer; client: ReynardClient }
async function open(env: Record<string, string> = {}): Promise<Opened> {
  const tools = { name: 'one:1b', capabilities: ['completion' as const, 'tools' as const] }
  const server = await openTestServer({ env, fake: { models: [tools, 'two:1b'] } })
  owned.push(server)
  const client = createReynardClient({ baseUrl: server.url })
  owned.push(client)
  return { server, client }
}
/** Nothing of the eleven stands in the environment: where Ollama is was set here. */
async function openFree(): Promise<Opened> {
  const opened = await open({ OLLAMA_BASE_URL: '' })
  await change(opened, { ollamaBaseUrl: opened.server.fake.url, titles: false })
  await expect.poll(() => opened.server.server.status().defaultModel).not.toBeNull()
  return opened
}
const change = ({ client }: Opened, changes: Partial<OperatorSettings>) =>
  client.trpc.admin.updateSettings.mutate(changes)

/** Asks, waits for the end, and says how it ended and what the model was asked for. */
async function ask({ client, server }: Opened, text = '[[say:Hi.]]', assistant: string | null = null) {
  const { runId } = await client.trpc.chat.send.mutate({
    key: crypto.randomUUID(),
    conversationId: null,
    parentId: null,
    text,
    ...(assistant !== null && { settings: { assistant } }),
  })
  const events = []
  for await (const event of client.followRun(runId)) events.push(event)
  const asked = server.fake.requests.findLast(({ path }) => path === '/api/chat')
  return { events, asked: JSON.stringify(asked?.body) }
}

/** Each of the eleven by a change of it, and where its effect is seen. */
const ELEVEN: Record<string, (opened: Opened) => Promise<void>> = {
  async OLLAMA_ENABLED(opened) {
    await change(opened, { ollamaEnabled: false })
    const ollama = () => opened.server.server.status().engines.find(({ kind }) => kind === 'ollama')?.condition
    await expect.poll(ollama).toBe('off')
    await change(opened, { ollamaEnabled: true })
    await expect.poll(ollama).toBe('ready')
  },
  async OLLAMA_BASE_URL(opened) {
    const other = await startFakeOllama({ models: ['other:1b'] })
    owned.push(other)
    await change(opened, { ollamaBaseUrl: `${other.url}/` })
    await expect.poll(() => opened.server.server.status().defaultModel).toBe('other:1b')
  },
  async OLLAMA_DEFAULT_MODEL(opened) {
    for (const defaultModel of ['two:1b', 'one:1b']) {
      await change(opened, { defaultModel })
      expect((await ask(opened)).asked).toContain(`"model":"${defaultModel}"`)
    }
  },
  async OLLAMA_TIMEOUT_SECONDS(opened) {
    await change(opened, { timeoutSeconds: 1 })
    const { events } = await ask(opened, '[[fault:silence-before-headers]]')
    expect(JSON.stringify(events)).toContain('engine-timeout')
  },
  async OLLAMA_MAX_CONCURRENT_REQUESTS(opened) {
    await change(opened, { maxConcurrentRequests: 1 })
    expect(opened.server.server.status().slots.total).toBe(1)
  },
  async OLLAMA_TEMPERATURE(opened) {
    await change(opened, { temperature: 1.25 })
    expect((await ask(opened)).asked).toContain('"temperature":1.25')
  },
  async OLLAMA_MAX_TOKENS(opened) {
    await change(opened, { maxTokens: 123 })
    expect((await ask(opened)).asked).toContain('"num_predict":123')
  },
  async OLLAMA_SYSTEM_PROMPT(opened) {
    await change(opened, { systemPrompt: 'Speak like a fox.' })
    expect((await ask(opened)).asked).toContain('Speak like a fox.')
  },
  async OLLAMA_ASSISTANT_ENABLED(opened) {
    await change(opened, { assistants: false })
    expect(await opened.client.trpc.assistant.list.query()).toMatchObject({ enabled: false })
  },
  async OLLAMA_TOOLS_ENABLED(opened) {
    expect((await ask(opened, '[[say:Hi.]]', 'reynard')).asked).toContain('"tools":[')
    await change(opened, { tools: false })
    expect((await ask(opened, '[[say:Hi.]]', 'reynard')).asked).not.toContain('"tools":[')
  },
  async OLLAMA_CONTEXT_AWARENESS(opened) {
    await change(opened, { contextAwareness: false })
    expect(await opened.client.trpc.chat.memory.list.query({})).toMatchObject({ allowed: false })
  },
}

test.each(Object.entries(ELEVEN))(
  '%s is changed where the environment does not say it, and its effect is seen',
  async (_name, see) => {
    await see(await openFree())
  },
)

test('a person has no more answers written at once than the bound says, and more as soon as it says so', async () => {
  const opened = await openFree()
  await change(opened, { answersPerUser: 1 })
  const queued = () => opened.server.server.status().slots.queued
  const sent = []
  for (let count = 0; count < 2; count += 1) {
    sent.push(
      await opened.client.trpc.chat.send.mutate({
        key: crypto.randomUUID(),
        conversationId: null,
        parentId: null,
        text: '[[fault:silence-before-headers]]',
      }),
    )
  }
  await expect.poll(queued).toBe(1)
  await change(opened, { answersPerUser: 0 })
  await expect.poll(queued).toBe(0)
  for (const { runId } of sent) await opened.client.trpc.chat.cancel.mutate({ runId })
})

const FIXED = {
  OLLAMA_ENABLED: 'true',
  OLLAMA_BASE_URL: 'http://127.0.0.1:9',
  OLLAMA_DEFAULT_MODEL: 'one:1b',
  OLLAMA_TIMEOUT_SECONDS: '7',
  OLLAMA_MAX_CONCURRENT_REQUESTS: '3',
  OLLAMA_TEMPERATURE: '0.3',
  OLLAMA_MAX_TOKENS: '77',
  OLLAMA_SYSTEM_PROMPT: 'Be brief.',
  OLLAMA_ASSISTANT_ENABLED: 'true',
  OLLAMA_TOOLS_ENABLED: 'true',
  OLLAMA_CONTEXT_AWARENESS: 'true',
}

test('what the environment says of the eleven can not be changed, and the refusal names the variable', async () => {
  expect(Object.keys(FIXED)).toEqual(Object.keys(ELEVEN))
  const opened = await open(FIXED)
  const wanted: Partial<OperatorSettings> = {
    ollamaEnabled: false,
    ollamaBaseUrl: 'http://localhost:1',
    defaultModel: 'two:1b',
    timeoutSeconds: 9,
    maxConcurrentRequests: 9,
    temperature: 1,
    maxTokens: 9,
    systemPrompt: 'Be long.',
    assistants: false,
    tools: false,
    contextAwareness: false,
  }
  const before = await opened.client.trpc.admin.settings.query()
  const refused = []
  for (const [name, value] of Object.entries(wanted)) {
    const setting = before.settings.find((one) => one.name === name)
    expect(setting).toMatchObject({ source: 'environment' })
    await expect(change(opened, { [name]: value })).rejects.toMatchObject({
      message: expect.stringContaining(setting?.variable ?? '?'),
    })
    refused.push(setting?.variable)
  }
  expect(refused.toSorted()).toEqual(Object.keys(FIXED).toSorted())
  expect(await opened.client.trpc.admin.settings.query()).toEqual(before)
})

test('a change is seen live by who has the page open, and a reset goes back to the default', async () => {
  const opened = await openFree()
  let seen: OperatorSettingsView | undefined
  const watching = opened.client.trpc.admin.watchSettings.subscribe(undefined, { onData: (view) => (seen = view) })
  await expect.poll(() => seen?.saved.maxTokens).toBeNull()
  const source = () => seen?.settings.find(({ name }) => name === 'maxTokens')?.source
  await change(opened, { maxTokens: 99 })
  await expect.poll(source).toBe('database')
  await change(opened, { maxTokens: null })
  await expect.poll(source).toBe('default')
  watching.unsubscribe()
})

test('what only the environment says is told with its reason, and of a secret only that it is set', async () => {
  const secret = 'a-token-that-nobody-may-read'
  const { client } = await open({
    REYNARD_METRICS_TOKEN: secret,
    OPENAI_API_KEY: secret,
    HF_ENDPOINT: 'https://somebody:pass-word@mirror.example',
  })
  const view = await client.trpc.admin.settings.query()
  const one = (name: string) => view.environment.find(({ variable }) => variable === name)
  expect(one('REYNARD_METRICS_TOKEN')).toMatchObject({ isSecret: true, isSet: true, value: null })
  expect(one('HF_TOKEN')).toMatchObject({ isSecret: true, isSet: false, value: null })
  expect(one('HF_ENDPOINT')?.value).toBe('https://***@mirror.example')
  expect(one('LOG_FORMAT')).toMatchObject({ isSet: false, value: null, fallback: 'auto' })
  for (const { about, why } of view.environment) expect(`${about}\n${why}`).toMatch(/\.\n.*\.$/)
  const told = JSON.stringify(view)
  expect(told).not.toContain(secret)
  expect(told).not.toContain('pass-word')
})

test('every variable is a setting of the page, of its web search, or one that only the environment can set', () => {
  const web = ['REYNARD_SEARCH', 'SEARXNG_BASE_URL', 'BRAVE_API_KEY', 'TAVILY_API_KEY']
  const changeable = SETTING_NAMES.flatMap((name) => SETTINGS[name].variable ?? [])
  expect([...changeable, ...web, ...Object.keys(ENVIRONMENT_ONLY)].toSorted()).toEqual(
    Object.keys(ENV_DEFAULTS).toSorted(),
  )
})

import { emptyRunView, type RunView, reduceRun, type WatchItem } from '@reynard/protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { callsWhatIsAsked } from '../testing/act-in-chat.ts'
import { openTestTeam, type TestTeam } from '../testing/open-test-team.ts'
import { subscribe } from '../testing/subscribe.ts'
import { createTestKit } from '../testing/test-kit.ts'

type Person = Awaited<ReturnType<TestTeam['join']>>

const capabilities = ['completion', 'tools']
const models = [
  { name: 'plain:1b', capabilities, modifiedAt: '2026-01-01T00:00:00Z' },
  // The newest one is the default.
  { name: 'research:1b', capabilities, modifiedAt: '2026-02-01T00:00:00Z' },
]

let team: TestTeam
let counted: number[]
let research: string
let support: string
/** In Research. */
let ada: Person
/** In Support. */
let bo: Person

const owned: { close(): unknown }[] = []
beforeEach(async () => {
  const test = createTestKit()
  counted = test.counted
  team = await openTestTeam({
    kit: test.kit,
    fake: { answer: (asked) => (asked.prompt === 'hello' ? 'Good day.' : callsWhatIsAsked(asked)), models },
  })
  await expect.poll(() => team.server.server.status().defaultModel).toBe('research:1b')
  ada = await team.join('Ada')
  bo = await team.join('Bo')
  research = await create('Research')
  support = await create('Support')
  await setMember(research, ada)
  await setMember(support, bo)
})
afterEach(async () => {
  for (const thing of owned.splice(0)) await thing.close()
  await team.server.close()
})

async function create(name: string): Promise<string> {
  return ((await team.owner.browser.mutate('admin.groups.create', { name })).data as { id: string }).id
}
async function setMember(groupId: string, { userId }: Person, isMember = true) {
  expect((await team.owner.browser.mutate('admin.groups.setMember', { groupId, userId, isMember })).status).toBe(200)
}
async function allow(kind: string, name: string, groups: string[] | null) {
  const set = await team.owner.browser.mutate('admin.groups.setAccess', { resource: { kind, name }, groups })
  expect(set.status).toBe(200)
}

const question = (text: string, more: object = {}) => ({
  key: crypto.randomUUID(),
  conversationId: null,
  parentId: null,
  text,
  ...more,
})
type Sent = { conversationId: string; userMessageId: string; answerId: string; runId: string }
async function send({ browser }: Person, text: string, more: object = {}): Promise<Sent> {
  const { status, data, error } = await browser.mutate('chat.send', question(text, more))
  expect([status, error]).toEqual([200, undefined])
  return data as Sent
}

/** A run as it goes on, and as it is when it has ended. */
async function follow({ browser }: Person, runId: string) {
  let view = emptyRunView(runId, 0)
  const url = team.server.url
  const watching = await subscribe(
    { url, cookie: browser.cookie(), path: 'chat.watch', input: { runId, after: 0 } },
    (tracked) => {
      const { data: item } = tracked as { data: WatchItem }
      if (item.kind === 'events') for (const event of item.events) view = reduceRun(view, event)
    },
  )
  owned.push(watching)
  return {
    view: () => view,
    async ended(): Promise<RunView> {
      await expect.poll(() => view.endReason).not.toBeNull()
      return view
    },
  }
}
async function rest({ browser }: Person, path: string, body?: object) {
  const answer = await (body === undefined ? browser.get(path) : browser.post(path, body))
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}
const namesOf = (data: unknown) => (data as { name: string }[]).map(({ name }) => name).toSorted()

const refusal = {
  code: 'forbidden',
  message: 'The model "research:1b" is not for you on this server. Choose another one, or ask an admin for it.',
}

test('a model for one group is listed for its members alone', async () => {
  await allow('model', 'research:1b', [research])
  expect(namesOf((await ada.browser.query('chat.models')).data)).toEqual(['plain:1b', 'research:1b'])
  expect(namesOf((await bo.browser.query('chat.models')).data)).toEqual(['plain:1b'])
  expect(namesOf((await rest(bo, '/api/ollama/models')).body.models)).toEqual(['plain:1b'])
  const { data } = await bo.browser.query('chat.defaults', { model: 'research:1b' })
  expect(Object.keys((data as { contextTokens: object }).contextTokens)).toEqual(['plain:1b'])
  // Who runs the server sees all there is where it is run.
  expect(namesOf((await rest(team.owner, '/api/ollama/admin/models')).body.models)).toHaveLength(2)
})

test('a model that is not for somebody is refused wherever it is named, and nothing is kept of the question', async () => {
  const before = await send(bo, 'hello', { model: 'research:1b' })
  await (await follow(bo, before.runId)).ended()
  await allow('model', 'Research:1B', [research])

  const named = question('hello', { model: 'RESEARCH:1b' })
  expect(await bo.browser.mutate('chat.send', named)).toMatchObject({
    status: 403,
    error: { ...refusal, message: refusal.message.replace('research', 'RESEARCH') },
  })
  expect(await bo.browser.mutate('assistant.chat', { ...named, assistant: 'tester' })).toMatchObject({ status: 403 })
  const again = { key: crypto.randomUUID(), messageId: before.answerId }
  // By the chat that remembers it, and by name.
  expect(await bo.browser.mutate('chat.regenerate', again)).toMatchObject({ status: 403, error: refusal })
  const elsewhere = { key: crypto.randomUUID(), messageId: before.answerId, model: 'research:1b' }
  expect(await bo.browser.mutate('chat.regenerate', elsewhere)).toMatchObject({ status: 403, error: refusal })
  expect(await bo.browser.mutate('chat.continue', again)).toMatchObject({ status: 403, error: refusal })
  for (const path of ['chat', 'chat/stream', 'assistant', 'assistant/stream']) {
    const body = { message: 'hello', model: 'research:1b', ...(path.startsWith('a') && { assistant_type: 'tester' }) }
    const answer = await rest(bo, `/api/ollama/${path}`, body)
    expect([path, answer.status, answer.body.detail]).toEqual([path, 403, refusal.message])
  }
  const { data } = await bo.browser.query('chat.list', {})
  expect((data as { items: unknown[] }).items).toHaveLength(1)

  // What is for them goes on.
  const other = { key: crypto.randomUUID(), messageId: before.answerId, model: 'plain:1b' }
  expect((await bo.browser.mutate('chat.regenerate', other)).status).toBe(200)
  await (await follow(ada, (await send(ada, 'hello', { model: 'research:1b' })).runId)).ended()
})

test('who names no model gets the best one that is for them; where none is, a sentence says so', async () => {
  await allow('model', 'research:1b', [research])
  expect((await bo.browser.query('chat.status')).data).toMatchObject({ defaultModel: 'plain:1b' })
  expect((await ada.browser.query('chat.status')).data).toMatchObject({ defaultModel: 'research:1b' })
  const answer = await rest(bo, '/api/ollama/chat', { message: 'hello' })
  expect([answer.status, answer.body.model]).toEqual([200, 'plain:1b'])
  expect(await (await follow(bo, (await send(bo, 'hello')).runId)).ended()).toMatchObject({
    model: 'plain:1b',
    requestedModel: null,
  })
  await allow('model', 'plain:1b', [])
  const none = await rest(bo, '/api/ollama/chat', { message: 'hello' })
  expect([none.status, none.body.detail]).toEqual([403, 'No model on this server is for you. Ask an admin for one.'])
  expect((await bo.browser.query('chat.status')).data).toMatchObject({ defaultModel: null })
})

test('a change of groups counts at once in a session that is open, and its page is told', async () => {
  await allow('model', 'research:1b', [research])
  const heard: unknown[] = []
  const { url } = team.server
  owned.push(await subscribe({ url, cookie: bo.browser.cookie(), path: 'chat.changes' }, (data) => heard.push(data)))
  await setMember(research, bo)
  await expect.poll(() => heard).toContainEqual({ kind: 'access' })
  expect(namesOf((await bo.browser.query('chat.models')).data)).toEqual(['plain:1b', 'research:1b'])
  await send(bo, 'hello', { model: 'research:1b' })
  await setMember(research, bo, false)
  expect((await bo.browser.mutate('chat.send', question('hello', { model: 'research:1b' }))).status).toBe(403)
})

test('an assistant for one group is listed for its members, and refused to others', async () => {
  await allow('assistant', 'tester', [research])
  const listed = async ({ browser }: Person) =>
    namesOf(((await browser.query('assistant.list')).data as { assistants: unknown }).assistants)
  expect(await listed(ada)).toEqual(['Tester'])
  expect(await listed(bo)).toEqual([])
  const refused = {
    status: 403,
    error: { code: 'forbidden', message: expect.stringContaining('Tester is not for you on this server.') },
  }
  expect(await bo.browser.mutate('chat.send', question('x', { settings: { assistant: 'tester' } }))).toMatchObject(
    refused,
  )
  expect(await bo.browser.mutate('assistant.chat', question('x', { assistant: 'tester' }))).toMatchObject(refused)
  expect((await bo.browser.query('assistant.byId', { id: 'tester' })).status).toBe(403)
  expect((await rest(bo, '/api/ollama/assistant', { message: 'x', assistant_type: 'tester' })).status).toBe(403)
})

const withTester = { settings: { assistant: 'tester' } }

test('tools are given and taken by their group and by name; both must be for somebody', async () => {
  const toolsOf = async ({ browser }: Person) =>
    namesOf(((await browser.query('assistant.list')).data as { tools: unknown }).tools)
  await allow('tool-group', 'file_ops', [research])
  expect([await toolsOf(ada), await toolsOf(bo)]).toEqual([['count', 'peek'], ['peek']])
  await allow('tool', 'count', [support])
  expect([await toolsOf(ada), await toolsOf(bo)]).toEqual([['peek'], ['peek']])
  // Not even a person's own “always allow” gives it back.
  await bo.browser.mutate('assistant.rules.set', { tool: 'count', rule: 'allow' })
  const { toolCalls } = await (await follow(bo, (await send(bo, 'count {"amount":1}', withTester)).runId)).ended()
  expect(toolCalls[0]).toMatchObject({ state: 'failed', startedAt: null })
  expect(counted).toEqual([])
})

test('a run under way whose tool is taken away has its call refused, although a person says yes', async () => {
  const { runId } = await send(bo, 'count {"amount":1}', withTester)
  const run = await follow(bo, runId)
  await expect.poll(() => run.view().phase).toBe('approval')
  await allow('tool', 'count', [research])
  const [call] = run.view().toolCalls
  await bo.browser.mutate('chat.decide', { runId, callId: call?.callId, decision: 'approved', scope: 'once' })
  expect((await run.ended()).toolCalls[0]).toMatchObject({ state: 'failed', failure: { failure: 'unavailable' } })
  expect(counted).toEqual([])
})

test('a group has its people asked each time, which none of them can loosen', async () => {
  await bo.browser.mutate('assistant.rules.set', { tool: 'count', rule: 'allow' })
  await ada.browser.mutate('assistant.rules.set', { tool: 'count', rule: 'allow' })
  const rule = { target: 'tool', name: 'count' }
  await team.owner.browser.mutate('admin.groups.setApproval', { groupId: support, rule, asks: true })
  expect((await bo.browser.query('assistant.rules.list')).data).toMatchObject({ operator: { tools: { count: 'ask' } } })
  expect((await ada.browser.query('assistant.rules.list')).data).toMatchObject({ operator: { tools: {} } })

  const { runId } = await send(bo, 'count {"amount":1}', withTester)
  const run = await follow(bo, runId)
  await expect.poll(() => run.view().phase).toBe('approval')
  // A yes reaches no further than this call.
  expect(run.view().toolCalls[0]?.approval).toMatchObject({ scopes: ['once'] })
  await bo.browser.mutate('chat.decide', {
    runId,
    callId: run.view().toolCalls[0]?.callId,
    decision: 'denied',
    scope: 'once',
  })
  await run.ended()
  await (await follow(ada, (await send(ada, 'count {"amount":2}', withTester)).runId)).ended()
  expect(counted).toEqual([2])
})

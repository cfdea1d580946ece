import { randomUUID } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AnyTool, defineTool, TOOLS } from '@reynard/agent'
import { createReynardClient, type ReynardClient } from '@reynard/client'
import type { FakeScript } from '@reynard/fake-ollama'
import { emptyRunView, type RunEvent, type RunView, reduceRun } from '@reynard/protocol'
import { createSandbox } from '@reynard/sandbox'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { openTestServer, type TestServer } from '../testing/open-test-server.ts'
import { reachingCalls, type SecretPlaces } from './reaching-calls.ts'

/**
 * Hostile input 120: secrets stand in the server's environment, in its data folder, in another conversation's workspace and in the home of
 * the server's user. Each tool of the registry is called through the real server with arguments that try to reach them; nothing that the
 * model reads, the person sees, or the log says at level debug holds any of them.
 */
const walls = await createSandbox()
const walled = test.skipIf(!walls.report.levels.L3.available && process.env.SANDBOX_REQUIRED !== '1')
await walls.close()

const canary = `canary-${randomUUID()}`
const base = mkdtempSync(join(tmpdir(), 'canary-'))
const home = join(base, 'home')
const folder = join(base, 'project')
const before = { HOME: process.env.HOME }
const log: string[] = []
const asked: string[] = []
const web = createServer((request, response) => {
  asked.push(`${request.url} ${JSON.stringify(request.headers)}`)
  const isSearch = request.url?.startsWith('/search')
  response.setHeader('content-type', isSearch ? 'application/json' : 'text/html')
  response.end(isSearch ? '{"results":[]}' : `<p>${canary}</p>`)
})
let server: TestServer
let client: ReynardClient
let places: SecretPlaces
let originals: Map<string, string>

/** Lets a secret out in each of the ways in which a tool could: shows that the test would notice. */
const leaks = defineTool({
  name: 'leaks',
  group: 'search',
  effect: 'read',
  level: 'none',
  description: 'Lets a secret out.',
  input: z.object({ by: z.enum(['content', 'display', 'print', 'error', 'fault']) }),
  timeoutMs: 5_000,
  title: () => ({ running: 'Leaking', done: 'Leaked' }),
  async execute({ by }, { print }) {
    if (by === 'print') print(canary)
    if (by === 'error') throw new Error(canary)
    if (by === 'fault') Object.assign(Object.freeze({}), { [canary]: 1 })
    return {
      content: by === 'content' ? canary : 'x',
      display: { kind: 'text', text: by === 'display' ? canary : 'x' },
    }
  },
})

/** Makes the calls that the question holds, all in one step, and then says nothing of what came of them. */
const script: FakeScript = ({ messages, prompt }) => {
  if (messages.at(-1)?.role === 'tool') return 'Done.'
  const [, given] = /^Reach for it (.*)$/s.exec(prompt) ?? []
  return given === undefined ? 'Ready.' : { toolCalls: JSON.parse(given) }
}

const only = ({ name }: AnyTool) => ({
  id: `only-${name.replaceAll('_', '-')}`,
  name,
  description: 'Has one tool.',
  avatar: 'fox' as const,
  version: 1,
  systemPrompt: 'Use the tool.',
  tools: [name],
})

beforeAll(async () => {
  chmodSync(base, 0o755)
  mkdirSync(join(home, '.ssh'), { recursive: true })
  writeFileSync(join(home, '.ssh', 'id_rsa'), canary)
  Object.assign(process.env, { HOME: home, SECRET_CANARY: canary })
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
  const webUrl = `http://127.0.0.1:${(web.address() as AddressInfo).port}`
  const tools = [...TOOLS, leaks]
  server = await openTestServer({
    fake: { answer: script, models: [{ name: 'tools:1b', capabilities: ['completion', 'tools'] }] },
    kit: { assistants: tools.map(only), tools },
    env: {
      LOG_LEVEL: 'debug',
      SECRET_CANARY: canary,
      TAVILY_API_KEY: canary,
      REYNARD_SEARCH: 'searxng',
      SEARXNG_BASE_URL: webUrl,
      REYNARD_TURN_CALLS: '200',
    },
    onLog: (line) => log.push(line),
  })
  client = createReynardClient({ baseUrl: server.url })
  await vi.waitFor(() => expect(server.server.status().defaultModel).toBe('tools:1b'), 10_000)
  await client.trpc.admin.updateSettings.mutate({ titles: false })

  const other = join(server.dataDir, 'workspaces', randomUUID(), 'files')
  mkdirSync(other, { recursive: true })
  const files = [join(other, 'canary.csv'), join(server.dataDir, 'secret.txt'), join(home, '.ssh', 'id_rsa')]
  for (const path of files) writeFileSync(path, `const secret = '${canary}'\n`)
  originals = new Map(files.map((path) => [path, readFileSync(path, 'utf8')]))
  const above = join('..', '..', other.split('/').at(-2) ?? '', 'files', 'canary.csv')
  places = {
    files,
    ways: [
      above,
      '../../../secret.txt',
      'out/secret.txt',
      'other/canary.csv',
      'canary.csv',
      'home/.ssh/id_rsa',
      'id.js',
      'environ.txt',
    ],
    urls: [webUrl, webUrl.replace('127.0.0.1', 'localhost'), server.url],
  }
}, 60_000)
afterAll(async () => {
  await client.close()
  await server.close()
  await new Promise((resolve) => web.close(resolve))
  if (before.HOME === undefined) delete process.env.HOME
  else process.env.HOME = before.HOME
  delete process.env.SECRET_CANARY
  rmSync(base, { recursive: true, force: true })
})

/** What a person and programs could have left in a workspace: files, and links to all the places. */
function fill(root: string) {
  mkdirSync(root, { recursive: true })
  writeFileSync(join(root, 'notes.txt'), 'one\n')
  writeFileSync(join(root, 'sales.csv'), 'day,total\n1,10\n')
  const [other = '', data = '', key = ''] = places.files
  const links = {
    out: join(data, '..'),
    other: join(other, '..'),
    home,
    'canary.csv': other,
    'id.js': key,
    'environ.txt': '/proc/self/environ',
  }
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(root, name))
  const reach = `
    import { test } from 'node:test'
    import { readFileSync } from 'node:fs'
    console.log(JSON.stringify(process.env))
    for (const path of ${JSON.stringify([...places.files, ...places.ways, '/proc/1/environ'])})
      test(path, () => { throw new Error(readFileSync(path, 'utf8')) })
    for (const url of ${JSON.stringify(places.urls)}) test(url, async () => { throw new Error(await (await fetch(url)).text()) })
  `
  writeFileSync(join(root, 'reach.test.mjs'), reach)
}

let keys = 0
/** One turn of one assistant: everything is approved, everything that comes is kept as words. */
async function turn(assistant: string, text: string, at: { conversationId: string; parentId: string } | null) {
  keys += 1
  const place = at ?? { conversationId: null, parentId: null }
  const sent = await client.trpc.chat.send.mutate({
    key: `key-of-canary-${keys}`,
    ...place,
    text,
    settings: { assistant },
  })
  let view: RunView = emptyRunView(sent.runId, 0)
  const events: RunEvent[] = []
  const answered = new Set<string>()
  for await (const event of client.followRun(sent.runId)) {
    if (event.type === 'rollback') throw new Error('rolled back')
    events.push(event)
    view = reduceRun(view, event)
    for (const { callId } of view.toolCalls.filter(({ state }) => state === 'waiting')) {
      if (answered.has(callId)) continue
      answered.add(callId)
      await client.trpc.chat.decide.mutate({ runId: sent.runId, callId, decision: 'approved' })
    }
  }
  return { sent, view, words: JSON.stringify(events) }
}

/** All calls of one tool in a conversation of their own: what the model and the person got to read. */
async function reach(name: string, inputs: readonly Record<string, unknown>[], inFolder = false) {
  const assistant = `only-${name.replaceAll('_', '-')}`
  const { sent } = await turn(assistant, 'Begin', null)
  const { conversationId } = sent
  const files = inFolder ? folder : join(server.dataDir, 'workspaces', conversationId, 'files')
  if (inFolder) {
    mkdirSync(folder)
    const { id } = await client.trpc.assistant.project.registerFolder.mutate({ path: folder })
    await client.trpc.assistant.project.bring.mutate({ conversationId, source: { kind: 'folder', folderId: id } })
    await expect
      .poll(async () => (await client.trpc.assistant.project.of.query({ conversationId }))?.state)
      .toBe('ready')
  }
  fill(files)
  const seen = server.fake.requests.length
  const calls = inputs.map((input) => ({ name, arguments: input }))
  const { view, words } = await turn(assistant, `Reach for it ${JSON.stringify(calls)}`, {
    conversationId,
    parentId: sent.answerId,
  })
  expect(view.endReason).toBe('done')
  expect(view.toolCalls).toHaveLength(inputs.length)
  expect(view.toolCalls.filter(({ state }) => state !== 'done' && state !== 'failed')).toEqual([])
  // Each got as far as the tool: nothing of it was left out on the way.
  const short = ['unknown-tool', 'bad-arguments', 'unavailable', 'limit', 'repeated', 'expired', 'timeout', 'aborted']
  expect(view.toolCalls.filter(({ failure }) => failure !== null && short.includes(failure.failure))).toEqual([])
  return { view, files, words: `${words}${JSON.stringify(server.fake.requests.slice(seen).map(({ body }) => body))}` }
}

/** Regular files below a folder that hold the secret; links are not followed. */
function holders(root: string): string[] {
  if (!existsSync(root)) return []
  return readdirSync(root).flatMap((name) => {
    const path = join(root, name)
    const stat = lstatSync(path)
    if (stat.isDirectory()) return holders(path)
    return stat.isFile() && readFileSync(path).includes(canary) ? [path] : []
  })
}

test('120: each tool of the registry is tried', () => {
  expect(Object.keys(reachingCalls).toSorted()).toEqual(TOOLS.map(({ name }) => name).toSorted())
})

test('120: control, the secrets are there for who is not behind a wall, and what a tool lets out is found', async () => {
  expect(process.env.SECRET_CANARY).toBe(canary)
  for (const path of places.files) expect(readFileSync(path, 'utf8')).toContain(canary)
  expect(await (await fetch(places.urls[0] ?? '')).text()).toContain(canary)
  for (const by of ['content', 'display', 'print', 'error']) {
    const { words, files } = await reach('leaks', [{ by }])
    expect([by, words.includes(canary)]).toEqual([by, true])
    expect(readFileSync(join(files, 'canary.csv'), 'utf8')).toContain(canary)
    expect(readFileSync(join(files, 'out', 'secret.txt'), 'utf8')).toContain(canary)
    expect(readFileSync(join(files, 'home', '.ssh', 'id_rsa'), 'utf8')).toContain(canary)
    expect(readFileSync(join(files, 'environ.txt')).length).toBeGreaterThan(0)
  }
  // The log is heard.
  expect((await fetch(`${server.url}/api/trpc/chat.list`, { headers: { origin: 'http://evil.example' } })).ok).toBe(
    false,
  )
  expect(log.join('')).toContain('a request was refused')
})

walled.each(TOOLS.map(({ name }) => name))(
  '120: %s lets out none of what is in the environment, the data folder, another workspace, the home',
  async (name) => {
    const inputs = reachingCalls[name]?.(places) ?? []
    expect(inputs.length).toBeGreaterThan(0)
    asked.length = 0
    const { words, files } = await reach(name, inputs, name === 'apply_changes')
    expect(words).not.toContain(canary)
    expect(log.join('')).not.toContain(canary)
    expect(asked.filter((line) => line.includes(canary) || !line.startsWith('/search'))).toEqual([])
    expect(holders(join(files, '..')).filter((path) => !places.files.includes(path))).toEqual([])
    for (const [path, text] of originals) expect(readFileSync(path, 'utf8')).toBe(text)
  },
  180_000,
)

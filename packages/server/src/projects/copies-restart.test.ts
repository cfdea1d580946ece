import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createReynardClient, type ReynardClient } from '@reynard/client'
import { type FakeOllama, startFakeOllama } from '@reynard/fake-ollama'
import { emptyRunView, type RunView, reduceRun } from '@reynard/protocol'
import { createSandbox } from '@reynard/sandbox'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { callsWhatIsAsked, toolModel } from '../testing/act-in-chat.ts'
import { openTestServer } from '../testing/open-test-server.ts'

const walls = await createSandbox()
const skip = !walls.report.levels.L3.available && process.env.SANDBOX_REQUIRED !== '1'
await walls.close()
const base = mkdtempSync(join(tmpdir(), 'copies-restart-'))
// Programs may run as somebody else, who must get there.
chmodSync(base, 0o755)
const owned: { close(): unknown }[] = []
afterEach(async () => {
  for (const thing of owned.splice(0).toReversed()) await thing.close()
})
afterAll(() => rmSync(base, { recursive: true, force: true }))

type Ended = 'closed' | 'killed'
type Running = { url: string; end(): Promise<void> }

const child = `
import { openTestServer } from ${JSON.stringify(new URL('../testing/open-test-server.ts', import.meta.url).href)}
const [url, dataDir] = process.argv.slice(2)
const server = await openTestServer({ fake: { url }, env: { REYNARD_DATA_DIR: dataDir } })
console.log(server.url)`

/** A server that goes in this way: in a process of its own where it is killed. */
async function start(fake: FakeOllama, dataDir: string, ended: Ended): Promise<Running> {
  if (ended === 'closed') {
    const server = await openTestServer({ fake, env: { REYNARD_DATA_DIR: dataDir } })
    owned.push(server)
    return { url: server.url, end: () => server.stop() }
  }
  const script = `${dataDir}.mjs`
  writeFileSync(script, child)
  const server = spawn(process.execPath, [script, fake.url, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] })
  const gone = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  const kill = async () => {
    server.kill('SIGKILL')
    await gone
  }
  owned.push({ close: kill })
  let told = ''
  for await (const chunk of server.stdout) {
    told += String(chunk)
    if (told.includes('\n')) break
  }
  return { url: told.trim(), end: kill }
}

function connect(url: string): ReynardClient {
  const client = createReynardClient({ baseUrl: url })
  owned.push(client)
  return client
}

async function ask(client: ReynardClient, conversationId: string, parentId: string | null, text: string) {
  const settings = { assistant: 'codewolf' }
  return await client.trpc.chat.send.mutate({ key: crypto.randomUUID(), conversationId, parentId, text, settings })
}

/** Follows a run to its first question, or to its end after a yes. */
async function follow(client: ReynardClient, runId: string, decision: 'approved' | null): Promise<RunView> {
  let view = emptyRunView(runId, 0)
  let isAnswered = false
  for await (const event of client.followRun(runId)) {
    if (event.type === 'rollback') throw new Error('rolled back')
    view = reduceRun(view, event)
    const waiting = view.toolCalls[0]
    if (view.phase !== 'approval' || isAnswered || !waiting?.approval) continue
    if (decision === null) return view
    isAnswered = true
    await client.trpc.chat.decide.mutate({ runId, callId: waiting.callId, decision })
  }
  return view
}

/** A folder in which a program has changed a copy, and a call that would bring it back waits for a yes; then the server is no more. */
async function waiting(ended: Ended) {
  const fake = await startFakeOllama({ answer: callsWhatIsAsked, models: [toolModel] })
  owned.push(fake)
  const place = mkdtempSync(join(base, 'x-'))
  chmodSync(place, 0o755)
  const [folder, dataDir] = [join(place, 'project'), join(place, 'data')]
  mkdirSync(folder)
  writeFileSync(join(folder, 'a.txt'), 'one\n')
  writeFileSync(join(folder, 'b.txt'), 'one\n')
  const first = await start(fake, dataDir, ended)
  const client = connect(first.url)
  const { project } = client.trpc.assistant
  const { id: folderId } = await project.registerFolder.mutate({ path: folder })
  const source = { kind: 'folder' as const, folderId }
  const { conversationId } = await project.bring.mutate({ conversationId: null, assistant: 'codewolf', source })
  await expect.poll(async () => (await project.of.query({ conversationId }))?.state, { timeout: 20_000 }).toBe('ready')
  const code = "import os; open('a.txt','w').write('two\\n'); open('made.txt','w').write('made\\n'); os.remove('b.txt')"
  const ran = await ask(client, conversationId, null, `run_python ${JSON.stringify({ code })}`)
  const told = (await follow(client, ran.runId, 'approved')).toolCalls[0]?.content ?? ''
  const copy = /copy ([0-9a-f]{8})/.exec(told)?.[1] ?? ''
  const text = `apply_changes ${JSON.stringify({ copy, paths: ['a.txt', 'made.txt'] })}`
  const { runId } = await ask(client, conversationId, ran.answerId, text)
  expect((await follow(client, runId, null)).toolCalls[0]).toMatchObject({ name: 'apply_changes', state: 'waiting' })
  await client.close()
  await first.end()
  async function again() {
    const next = await openTestServer({ fake, env: { REYNARD_DATA_DIR: dataDir } })
    owned.push(next)
    await expect.poll(() => next.server.status().defaultModel).toBe(toolModel.name)
    return { next, client: connect(next.url) }
  }
  const home = join(dataDir, 'workspaces', conversationId)
  return { folder, home, conversationId, answerId: ran.answerId, copy, runId, again }
}

describe.skipIf(skip)('a call that waits to bring changes of a copy back', () => {
  test.each<Ended>(['closed', 'killed'])(
    'is done, once, after a yes to the next server, where the first was %s',
    async (ended) => {
      const { folder, home, conversationId, answerId, copy, runId, again } = await waiting(ended)
      const { next, client } = await again()
      // Others come after it, and it is still needed.
      for (const name of ['one', 'two', 'three']) {
        const text = `run_python ${JSON.stringify({ code: `open('${name}', 'w').write('x')` })}`
        const other = await ask(client, conversationId, answerId, text)
        expect((await follow(client, other.runId, 'approved')).toolCalls[0]).toMatchObject({ state: 'done' })
      }
      const view = await follow(client, runId, 'approved')
      expect(view.toolCalls).toMatchObject([{ state: 'done', failure: null }])
      expect(view.toolCalls[0]?.content).toBe('Applied to the project:\nmodified: a.txt\nadded: made.txt')
      expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('two\n')
      expect(readdirSync(folder).toSorted()).toEqual(['a.txt', 'b.txt', 'made.txt'])

      writeFileSync(join(folder, 'a.txt'), 'by its owner\n')
      await client.close()
      await next.stop()
      const third = await again()
      expect((await follow(third.client, runId, 'approved')).toolCalls).toMatchObject([{ state: 'done' }])
      expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('by its owner\n')
      // Nothing waits any more: only the last ones are kept.
      const text = `run_python ${JSON.stringify({ code: "open('four', 'w').write('x')" })}`
      const last = await ask(third.client, conversationId, answerId, text)
      await follow(third.client, last.runId, 'approved')
      const copies = readdirSync(join(home, 'copies'))
      expect(copies).toHaveLength(2)
      expect(copies).not.toContain(copy)
    },
    60_000,
  )

  test('says that the copy is gone where it is', async () => {
    const { folder, home, runId, again } = await waiting('closed')
    rmSync(join(home, 'copies'), { recursive: true })
    const { client } = await again()
    const [call] = (await follow(client, runId, 'approved')).toolCalls
    expect(call?.failure?.message).toBe('The copy that this came from is gone. Run it again.')
    expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('one\n')
  }, 60_000)
})

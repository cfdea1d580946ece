import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createReynardClient, errorInfoOf, type ReynardClient } from '@reynard/client'
import type { FakeScript } from '@reynard/fake-ollama'
import { emptyRunView, type RunView, reduceRun } from '@reynard/protocol'
import { afterEach, describe, expect, test } from 'vitest'
import { openTestServer, type TestServer, type TestServerOptions } from '../testing/open-test-server.ts'
import { createTestKit } from '../testing/test-kit.ts'

const owned: { close(): unknown }[] = []
afterEach(async () => {
  for (const thing of owned.splice(0).toReversed()) await thing.close()
})

/** Calls what the question names, and then says what came of it. */
const script: FakeScript = ({ messages, prompt }) => {
  const last = messages.at(-1)
  if (last?.role === 'tool') return `It said: ${last.content.split('\n')[1]}`
  const [, name = '', given = '{}'] = /^(\w+) (.*)$/s.exec(prompt) ?? []
  return { toolCalls: [{ name, arguments: JSON.parse(given) }] }
}

async function open(options: TestServerOptions = {}) {
  const server = await openTestServer({
    fake: { answer: script, models: [{ name: 'tools:1b', capabilities: ['completion', 'tools'] }] },
    ...options,
  })
  owned.push(server)
  await expect.poll(() => server.server.status().defaultModel).toBe('tools:1b')
  return server
}
function connect({ url }: TestServer) {
  const client = createReynardClient({ baseUrl: url })
  owned.push(client)
  return client
}

let keys = 0
async function ask(client: ReynardClient, text: string, over: { conversationId?: string; parentId?: string } = {}) {
  keys += 1
  const settings = { assistant: over.conversationId === undefined ? 'reynard' : null }
  const input = { key: `key-of-test-${keys}`, conversationId: null, parentId: null, text, ...over }
  return await client.trpc.chat.send.mutate(over.conversationId === undefined ? { ...input, settings } : input)
}

/** Follows a run as a page does, and calls back with each view. */
async function follow(client: ReynardClient, runId: string, onView: (view: RunView) => void = () => {}) {
  let view = emptyRunView(runId, 0)
  const events: number[] = []
  for await (const event of client.followRun(runId)) {
    if (event.type === 'rollback') throw new Error('rolled back')
    events.push(event.seq)
    view = reduceRun(view, event)
    onView(view)
  }
  return { view, events }
}

describe('an assistant over the socket', () => {
  test('waits for a yes, over a restart, and takes it from another client; the page that watched goes on', async () => {
    const { kit, counted } = createTestKit()
    const renamed = { ...kit, assistants: kit.assistants.map((each) => ({ ...each, id: 'reynard' })) }
    const server = await open({ kit: renamed })
    const page = connect(server)
    const { runId, conversationId } = await ask(page, 'count {"amount":3}')
    const waiting = Promise.withResolvers<RunView>()
    const watching = follow(page, runId, (view) => {
      if (view.phase === 'approval') waiting.resolve(view)
    })
    const { toolCalls } = await waiting.promise
    expect(toolCalls).toMatchObject([{ name: 'count', approval: { facts: { wants: 'count up by 3' } } }])

    const again = await server.restart()
    owned.push(again)
    const other = connect(again)
    const { items } = await other.trpc.chat.list.query({})
    expect(items).toMatchObject([{ id: conversationId, activity: 'approval' }])
    await expect.poll(() => again.server.status().defaultModel).toBe('tools:1b')
    const { callId } = toolCalls[0]!
    const answer = { runId, callId, decision: 'approved' as const }
    expect(await other.trpc.chat.decide.mutate(answer)).toEqual({ decision: 'approved', scope: 'once' })
    const { view, events } = await watching
    expect(view).toMatchObject({ endReason: 'done', text: 'It said: Now 1.', toolMode: 'native' })
    expect(events).toEqual(events.map((_, i) => i + 1))
    expect(counted).toEqual([3])
    expect(await page.trpc.chat.decide.mutate({ ...answer, decision: 'denied' })).toMatchObject({
      decision: 'approved',
    })
  })

  test('answers by its id, in whosever conversation; one that is gone does not', async () => {
    const server = await open()
    const page = connect(server)
    const { chat } = page.trpc.assistant
    const question = { conversationId: null, parentId: null, text: 'list_files {}' }
    const first = await chat.mutate({ ...question, key: 'asked-of-reynard', assistant: 'reynard' })
    expect((await follow(page, first.runId)).view).toMatchObject({ assistant: { id: 'reynard' }, endReason: 'done' })
    const { conversationId, answerId: parentId } = first
    const next = { ...question, conversationId, parentId, key: 'asked-of-codewolf' }
    const second = await chat.mutate({ ...next, assistant: 'codewolf' })
    expect((await follow(page, second.runId)).view).toMatchObject({ assistant: { id: 'codewolf' } })
    const gone = chat.mutate({ ...question, key: 'asked-of-nobody', assistant: 'nobody' })
    await expect(gone).rejects.toSatisfy((error) => errorInfoOf(error)?.code === 'not-found')
  })

  test('writes files of its own as it likes, and asks before it changes what a person brought', async () => {
    const server = await open()
    const page = connect(server)
    const first = await ask(page, 'write_file {"path":"notes.txt","content":"one"}')
    const { conversationId } = first
    expect((await follow(page, first.runId)).view).toMatchObject({
      assistant: { name: 'Reynard' },
      toolCalls: [{ state: 'done' }],
    })
    const files = join(server.dataDir, 'workspaces', conversationId, 'files')
    expect(await readFile(join(files, 'notes.txt'), 'utf8')).toBe('one')
    const second = await ask(page, 'write_file {"path":"notes.txt","content":"two"}', {
      conversationId,
      parentId: first.answerId,
    })
    expect((await follow(page, second.runId)).view).toMatchObject({ toolCalls: [{ state: 'done', approval: null }] })

    await mkdir(files, { recursive: true })
    await writeFile(join(files, 'mine.txt'), 'by hand')
    const third = await ask(page, 'write_file {"path":"mine.txt","content":"over"}', {
      conversationId,
      parentId: second.answerId,
    })
    let denied = false
    const { view } = await follow(page, third.runId, ({ phase, toolCalls }) => {
      if (phase !== 'approval' || denied) return
      denied = true
      const { callId } = toolCalls[0]!
      void page.trpc.chat.decide.mutate({ runId: third.runId, callId, decision: 'denied', note: 'It is mine.' })
    })
    expect(view).toMatchObject({
      endReason: 'done',
      toolCalls: [{ approval: { facts: { preview: { kind: 'diff' } } }, failure: { failure: 'denied' } }],
    })
    expect(view.text).toContain('It is mine.')
    expect(await readFile(join(files, 'mine.txt'), 'utf8')).toBe('by hand')
  })

  test('asks before it changes what a person brought in the place of its own, however it spells the name', async () => {
    const server = await open()
    const page = connect(server)
    const first = await ask(page, 'write_file {"path":"/workspace/notes.txt","content":"one"}')
    const { conversationId } = first
    expect((await follow(page, first.runId)).view).toMatchObject({ toolCalls: [{ state: 'done', approval: null }] })
    const { workspace } = page.trpc.assistant
    await workspace.remove.mutate({ conversationId, path: 'notes.txt' })
    const uploaded = await fetch(`${server.url}/api/uploads?name=notes.txt`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: 'by hand',
    })
    const { id: uploadId }: { id: string } = JSON.parse(await uploaded.text())
    await workspace.take.mutate({ conversationId, uploadId })

    const second = await ask(page, 'write_file {"path":"/workspace/notes.txt","content":"over"}', {
      conversationId,
      parentId: first.answerId,
    })
    const asked = Promise.withResolvers<RunView>()
    const watching = follow(page, second.runId, (view) => {
      if (view.phase === 'approval') asked.resolve(view)
    })
    const { view } = await Promise.race([watching, asked.promise.then((seen) => ({ view: seen }))])
    expect(view.toolCalls).toMatchObject([{ approval: { facts: { preview: { kind: 'diff' } } } }])
    await page.trpc.chat.cancel.mutate({ runId: second.runId })
    await watching
    expect(await readFile(join(server.dataDir, 'workspaces', conversationId, 'files', 'notes.txt'), 'utf8')).toBe(
      'by hand',
    )
  })

  test('a yes is to what was shown: what a person saved meanwhile is not written over', async () => {
    const server = await open()
    const page = connect(server)
    const first = await ask(page, 'list_files {}')
    await follow(page, first.runId)
    const { conversationId } = first
    const file = join(server.dataDir, 'workspaces', conversationId, 'files', 'mine.txt')
    await writeFile(file, 'by hand')
    const second = await ask(page, 'write_file {"path":"mine.txt","content":"over"}', {
      conversationId,
      parentId: first.answerId,
    })
    let saved: Promise<unknown> | null = null
    const { view } = await follow(page, second.runId, ({ phase, toolCalls }) => {
      if (phase !== 'approval' || saved !== null) return
      const answer = { runId: second.runId, callId: toolCalls[0]!.callId, decision: 'approved' as const }
      saved = writeFile(file, 'by hand, and more').then(() => page.trpc.chat.decide.mutate(answer))
    })
    await saved
    expect(view).toMatchObject({ endReason: 'done', toolCalls: [{ failure: { failure: 'failed' } }] })
    expect(view.toolCalls[0]?.failure?.message).toContain('has changed since')
    expect(await readFile(file, 'utf8')).toBe('by hand, and more')
  })
})

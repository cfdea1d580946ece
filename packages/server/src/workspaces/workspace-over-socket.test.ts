import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makePdf } from '@reynard/agent/testing/documents'
import { createReynardClient, errorInfoOf, type ReynardClient } from '@reynard/client'
import type { FakeScript } from '@reynard/fake-ollama'
import { type ChatChange, emptyRunView, type RunView, reduceRun, type ToolCall } from '@reynard/protocol'
import { createSandbox } from '@reynard/sandbox'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { openTestServer, type TestServer } from '../testing/open-test-server.ts'

const walls = await createSandbox()
const { L3 } = walls.report.levels
await walls.close()
const skip = !L3.available && process.env.SANDBOX_REQUIRED !== '1'

/** Calls what the question names, and then says that it is done. */
const script: FakeScript = ({ messages, prompt }) => {
  if (messages.at(-1)?.role === 'tool') return 'Done.'
  const [, name = '', given = '{}'] = /^(\w+) (.*)$/s.exec(prompt) ?? []
  return { toolCalls: [{ name, arguments: JSON.parse(given) }] }
}

/** Two pages of a line each, as a printer would write them. */
const twoPages = makePdf(['First page', 'Second page'])

let server: TestServer
let client: ReynardClient
let conversationId: string
let parentId: string
const nowhere = '01900000-0000-7000-8000-000000000000'
const noState = '0'.repeat(40)

beforeAll(async () => {
  server = await openTestServer({
    fake: { answer: script, models: [{ name: 'tools:1b', capabilities: ['completion', 'tools'] }] },
  })
  client = createReynardClient({ baseUrl: server.url })
  await vi.waitFor(() => expect(server.server.status().defaultModel).toBe('tools:1b'), { timeout: 20_000 })
  const first = await send('list_files {}', null)
  conversationId = first.conversationId
  await end(first)
})
afterAll(async () => {
  await client.close()
  await server.close()
})

let keys = 0
async function send(text: string, conversation: string | null) {
  const input = { key: `key-of-test-${++keys}`, conversationId: conversation, text }
  const settings = { assistant: text.startsWith('git_') ? 'codewolf' : 'reynard' }
  return await client.trpc.chat.send.mutate({ ...input, parentId: conversation === null ? null : parentId, settings })
}
async function follow(runId: string, onView: (view: RunView) => void = () => {}): Promise<RunView> {
  let view = emptyRunView(runId, 0)
  for await (const event of client.followRun(runId)) {
    if (event.type === 'rollback') throw new Error('rolled back')
    view = reduceRun(view, event)
    onView(view)
  }
  return view
}
async function end({ runId, answerId }: { runId: string; answerId: string }): Promise<RunView> {
  parentId = answerId
  return await follow(runId)
}
/** The first call of an answer that calls a tool; approved where it asks. */
async function act(tool: string, given: Record<string, unknown>): Promise<ToolCall> {
  const sent = await send(`${tool} ${JSON.stringify(given)}`, conversationId)
  parentId = sent.answerId
  let asked = false
  const view = await follow(sent.runId, ({ phase, toolCalls }) => {
    if (phase !== 'approval' || asked) return
    asked = true
    const { callId } = toolCalls[0]!
    void client.trpc.chat.decide.mutate({ runId: sent.runId, callId, decision: 'approved' })
  })
  return view.toolCalls[0]!
}
const files = () => join(server.dataDir, 'workspaces', conversationId, 'files')
const read = (name: string) => readFile(join(files(), name), 'utf8')
const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'went',
    (error: unknown) => errorInfoOf(error)?.code,
  )

describe.skipIf(skip)('what tools change can be seen and taken back', () => {
  test('a call says what it changed, an approval that it can be restored, a restore brings it back and can be undone', async () => {
    await writeFile(join(files(), 'mine.txt'), 'by hand\nsecond\n')
    const call = await act('write_file', { path: 'mine.txt', content: 'by the model\nsecond\n' })
    expect(call.approval?.facts.restorable).toBe(true)
    expect(call.changed).toMatchObject({
      files: [{ path: 'mine.txt', change: 'modified', added: 1, removed: 1 }],
      total: 1,
    })
    const { before, after } = call.changed!
    const diff = await client.trpc.assistant.workspace.diff.query({ conversationId, before, after })
    expect(diff).toMatchObject({ total: 1, truncated: false })
    expect(diff.patch).toContain('-by hand\n+by the model\n')

    const { undo } = await client.trpc.assistant.workspace.restore.mutate({ conversationId, checkpoint: before })
    expect(await read('mine.txt')).toBe('by hand\nsecond\n')
    await client.trpc.assistant.workspace.restore.mutate({ conversationId, checkpoint: undo })
    expect(await read('mine.txt')).toBe('by the model\nsecond\n')
    // Both are kept, with the moment and the way back, also where nothing had changed since the last state.
    const restores = await client.trpc.assistant.workspace.restores.query({ conversationId })
    expect(restores).toMatchObject([
      { to: undo, undo: before, changedSince: false },
      { to: before, undo, changedSince: false },
    ])
    expect(restores[0]?.at).toBeGreaterThanOrEqual(restores[1]?.at ?? Number.NaN)
    await act('write_file', { path: 'since.txt', content: 'made since' })
    expect(await client.trpc.assistant.workspace.restores.query({ conversationId })).toMatchObject([
      { changedSince: true },
      { changedSince: true },
    ])
  })

  test('what no checkpoint holds is lost by no restore and no undo, and history does not call it deleted', async () => {
    const { restore, restoreFile, history } = client.trpc.assistant.workspace
    const [path, large] = ['grows.bin', 65 << 20]
    const size = async () => (await stat(join(files(), path))).size
    const { after } = (await act('write_file', { path, content: 'small' })).changed!
    await truncate(join(files(), path), large)
    const { versions } = await history.query({ conversationId, path })
    expect(versions).toMatchObject([{ change: 'unkept', isNow: false }, { change: 'added' }])
    for (const { id, before } of versions)
      for (const checkpoint of [id, before!])
        expect(await codeOf(restoreFile.mutate({ conversationId, checkpoint, path }))).toBe('conflict')
    await writeFile(join(files(), 'other.txt'), 'made since')
    const { undo, left } = await restore.mutate({ conversationId, checkpoint: after })
    expect(left).toEqual({ paths: [path], total: 1 })
    await expect(read('other.txt')).rejects.toThrow('ENOENT')
    const [restored] = await client.trpc.assistant.workspace.restores.query({ conversationId })
    expect(restored).toMatchObject({ to: after, changedSince: false })
    await restore.mutate({ conversationId, checkpoint: undo })
    expect([await size(), await read('other.txt')]).toEqual([large, 'made since'])
    await writeFile(join(files(), path), 'small again')
    expect((await history.query({ conversationId, path })).versions[0]).toMatchObject({
      change: 'modified',
      isNow: true,
    })
    const unkept = restoreFile.mutate({ conversationId, checkpoint: versions[0]!.id, path })
    expect(await codeOf(unkept)).toBe('unsupported')
    expect(await read(path)).toBe('small again')
  })

  test('a folder that stands where a file was is not replaced by it, and goes with no version of the file', async () => {
    const { restore, restoreFile, history } = client.trpc.assistant.workspace
    const path = 'place'
    const { before, after } = (await act('write_file', { path, content: 'a file' })).changed!
    await rm(join(files(), path))
    await mkdir(join(files(), path, 'node_modules'), { recursive: true })
    await writeFile(join(files(), path, 'node_modules/m.js'), 'never kept')
    await writeFile(join(files(), path, 'own.txt'), 'kept')
    const { versions } = await history.query({ conversationId, path })
    expect(versions.map(({ change }) => change)).toEqual(['deleted', 'added'])
    for (const checkpoint of [before, versions[0]!.id])
      expect(await codeOf(restoreFile.mutate({ conversationId, checkpoint, path }))).toBe('conflict')
    const { undo, left } = await restore.mutate({ conversationId, checkpoint: after })
    expect(left).toEqual({ paths: [path], total: 1 })
    expect(await read('place/node_modules/m.js')).toBe('never kept')
    await restore.mutate({ conversationId, checkpoint: undo })
    expect([await read('place/own.txt'), await read('place/node_modules/m.js')]).toEqual(['kept', 'never kept'])
  })

  test('a restore is no longer the last change once a person has changed a file', async () => {
    const { workspace } = client.trpc.assistant
    const { before } = (await act('write_file', { path: 'again.txt', content: 'x' })).changed!
    await workspace.restore.mutate({ conversationId, checkpoint: before })
    expect((await workspace.restores.query({ conversationId }))[0]).toMatchObject({ changedSince: false })
    await writeFile(join(files(), 'by-hand.txt'), 'mine')
    expect((await workspace.restores.query({ conversationId }))[0]).toMatchObject({ changedSince: true })
  })

  test('a file that is brought back alone can be run as it could then', async () => {
    const { workspace } = client.trpc.assistant
    const [path, file] = ['run.sh', join(files(), 'run.sh')]
    await act('write_file', { path, content: '#!/bin/sh\n' })
    await chmod(file, 0o755)
    await act('write_file', { path, content: '#!/bin/sh\ntrue\n' })
    const { versions } = await workspace.history.query({ conversationId, path })
    await rm(file)
    await workspace.restoreFile.mutate({ conversationId, checkpoint: versions[0]!.id, path })
    expect((await stat(file)).mode & 0o111).not.toBe(0)
    await workspace.restoreFile.mutate({ conversationId, checkpoint: versions.at(-1)!.id, path })
    expect((await stat(file)).mode & 0o111).toBe(0)
  })

  test('code that changes a person’s own file unasked is seen, also where it sets the time back', async () => {
    await writeFile(join(files(), 'own.csv'), 'a,b\n1,2\n')
    const code =
      "import os; s=os.stat('own.csv'); open('own.csv','w').write('a,b\\n9,9\\n'); os.utime('own.csv', ns=(s.st_atime_ns, s.st_mtime_ns))"
    const call = await act('run_python', { code })
    expect(call).toMatchObject({ state: 'done', approval: null })
    expect(call.changed?.files).toMatchObject([{ path: 'own.csv', change: 'modified' }])
    await client.trpc.assistant.workspace.restore.mutate({ conversationId, checkpoint: call.changed!.before })
    expect(await read('own.csv')).toBe('a,b\n1,2\n')
  })

  test('what changes nothing says nothing of changes', async () => {
    expect(await act('run_python', { code: '1 + 1' })).not.toHaveProperty('changed')
    expect(await act('run_javascript', { code: '1 + 1' })).not.toHaveProperty('changed')
  })

  test('the states are listed with the call that they belong to, over a restart too', async () => {
    await act('write_file', { path: 'listed.txt', content: 'x' })
    const listed = await client.trpc.assistant.workspace.checkpoints.query({ conversationId })
    expect(listed.checkpoints[0]).toMatchObject({ made: 'after', title: 'Wrote listed.txt' })
    expect(listed.current).toBe(listed.checkpoints[0]!.id)
    expect(listed.checkpoints.map(({ made }) => made)).toContain('before')
    await writeFile(join(files(), 'listed.txt'), 'changed by hand')
    const { current, checkpoints } = await client.trpc.assistant.workspace.checkpoints.query({ conversationId })
    expect(checkpoints.find(({ id }) => id === current)).toMatchObject({ made: 'person' })
    const undoes = await client.trpc.assistant.workspace.diff.query({
      conversationId,
      before: listed.current!,
      after: null,
      path: 'listed.txt',
    })
    expect(undoes.files).toMatchObject([{ path: 'listed.txt', change: 'modified' }])
    server = await server.restart()
    const again = await client.trpc.assistant.workspace.checkpoints.query({ conversationId })
    expect(again).toMatchObject({ current, checkpoints })
    await expect.poll(() => server.server.status().defaultModel).toBe('tools:1b')
  })

  test('all that differs since the chat began is told, and each file with its versions, of which one comes back alone', async () => {
    const { workspace } = client.trpc.assistant
    const path = 'told.md'
    await act('write_file', { path, content: 'one\n' })
    await act('write_file', { path, content: 'two\n' })
    const all = await workspace.changes.query({ conversationId })
    expect(all).toMatchObject({ since: { kind: 'start' }, choices: ['start'], patch: '' })
    expect(all.files).toContainEqual({ path, change: 'added', added: 1, removed: 0 })
    const one = await workspace.changes.query({ conversationId, path })
    expect(one).toMatchObject({ total: 1 })
    expect(one.patch).toContain('+two')
    for (const bad of ['../told.md', '/etc/passwd', '.']) {
      const refusals = [
        workspace.changes.query({ conversationId, path: bad }),
        workspace.history.query({ conversationId, path: bad }),
      ]
      for (const refusal of refusals) expect(await codeOf(refusal)).toBe('bad-request')
    }
    expect((await workspace.history.query({ conversationId, path: `./${path}` })).versions).toHaveLength(2)

    const { versions } = await workspace.history.query({ conversationId, path })
    expect(versions).toMatchObject([
      { change: 'modified', isNow: true, title: 'Wrote told.md' },
      { change: 'added', isNow: false },
    ])
    const checkpoint = versions[1]!.id
    const { undo } = await workspace.restoreFile.mutate({ conversationId, checkpoint, path })
    expect(await read(path)).toBe('one\n')
    // Before it was there.
    await workspace.restoreFile.mutate({ conversationId, checkpoint: versions[1]!.before!, path })
    await expect(read(path)).rejects.toThrow('ENOENT')
    await workspace.restoreFile.mutate({ conversationId, checkpoint: undo, path })
    expect(await read(path)).toBe('two\n')
  })

  test('a project with commits is compared with its last one too; what is too large for a checkpoint is named', async () => {
    await act('write_file', { path: 'project/a.txt', content: 'committed\n' })
    await act('git_commit', { message: 'First', paths: ['project'] })
    await act('write_file', { path: 'project/a.txt', content: 'changed\n' })
    const { workspace } = client.trpc.assistant
    const changes = await workspace.changes.query({ conversationId, since: 'commit', path: 'project/a.txt' })
    expect(changes).toMatchObject({
      since: { kind: 'commit', subject: 'First' },
      choices: ['start', 'commit'],
      total: 1,
    })
    expect(changes.patch).toContain('-committed\n+changed\n')
    await truncate(join(files(), 'mine.txt'), 65 << 20)
    const { notKept } = await workspace.checkpoints.query({ conversationId })
    expect(notKept).toEqual({ paths: ['mine.txt'], total: 1 })
    await rm(join(files(), 'mine.txt'))
  })

  test('while an answer is being written nothing is restored', async () => {
    await writeFile(join(files(), 'waits.txt'), 'mine')
    const { checkpoints } = await client.trpc.assistant.workspace.checkpoints.query({ conversationId })
    const sent = await send('write_file {"path":"waits.txt","content":"theirs"}', conversationId)
    parentId = sent.answerId
    const waiting = Promise.withResolvers<void>()
    const over = follow(sent.runId, ({ phase }) => phase === 'approval' && waiting.resolve())
    await waiting.promise
    const refused = client.trpc.assistant.workspace.restore.mutate({ conversationId, checkpoint: checkpoints[0]!.id })
    await expect(refused).rejects.toThrow('Stop it or wait')
    await client.trpc.chat.cancel.mutate({ runId: sent.runId })
    await over
    expect(await read('waits.txt')).toBe('mine')
  })

  test('only a state that is kept is compared or restored', async () => {
    const { diff, restore } = client.trpc.assistant.workspace
    expect(await codeOf(restore.mutate({ conversationId, checkpoint: noState }))).toBe('not-found')
    expect(await codeOf(diff.query({ conversationId, before: noState, after: null }))).toBe('not-found')
    for (const checkpoint of ['HEAD', '--output=/tmp/x', '', 'f'.repeat(41)]) {
      expect(await codeOf(restore.mutate({ conversationId, checkpoint }))).toBe('bad-request')
      expect(await codeOf(diff.query({ conversationId, before: checkpoint, after: null }))).toBe('bad-request')
    }
  })
})

describe('a person sees and changes the files of a chat', () => {
  test('lists a folder in pages, folders first, and tells what there is', async () => {
    await act('write_file', { path: 'many/f0.txt', content: 'x' })
    await Promise.all(Array.from({ length: 620 }, (_, i) => writeFile(join(files(), `many/f${i}.txt`), 'x')))
    const { list, summary } = client.trpc.assistant.workspace
    const root = await list.query({ conversationId })
    expect(root.entries[0]).toMatchObject({ path: 'many', type: 'folder' })
    const first = await list.query({ conversationId, path: 'many' })
    expect([first.entries.length, first.total, first.entries[2]?.path]).toEqual([500, 620, 'many/f2.txt'])
    const rest = await list.query({ conversationId, path: 'many', from: 500 })
    expect([rest.entries.length, rest.entries.at(-1)?.path]).toEqual([120, 'many/f619.txt'])
    expect(await summary.query({ conversationId })).toMatchObject({ exists: true, quota: { bytes: 1024 ** 3 } })
  })

  test('shows a part of a file between whole characters, and says what is no text', async () => {
    const { preview } = client.trpc.assistant.workspace
    await writeFile(join(files(), 'euro.txt'), '€€€\u202e€')
    const part = await preview.query({ conversationId, path: 'euro.txt', from: 1, bytes: 7 })
    expect(part).toMatchObject({ kind: 'text', text: '€', from: 3, to: 6, totalBytes: 15 })
    expect(await preview.query({ conversationId, path: 'euro.txt' })).toMatchObject({ text: '€€€€' })
    await writeFile(join(files(), 'raw.bin'), Buffer.from([1, 0, 255, 3]))
    expect(await preview.query({ conversationId, path: 'raw.bin' })).toMatchObject({ kind: 'binary', totalBytes: 4 })
  })

  test('moves, deletes and puts back, and every page hears of it', async () => {
    const { move, remove, putBack } = client.trpc.assistant.workspace
    await act('write_file', { path: 'a.txt', content: 'kept' })
    const heard: ChatChange[] = []
    const open = Promise.withResolvers<void>()
    const subscription = client.trpc.chat.changes.subscribe(undefined, {
      onStarted: () => open.resolve(),
      onData: (change) => heard.push(change),
    })
    await open.promise
    expect(await move.mutate({ conversationId, from: 'a.txt', to: 'sub/b.txt' })).toEqual({ path: 'sub/b.txt' })
    const { trashId } = await remove.mutate({ conversationId, path: 'sub/b.txt' })
    await expect(read('sub/b.txt')).rejects.toThrow('ENOENT')
    expect(await putBack.mutate({ conversationId, trashId })).toEqual({ path: 'sub/b.txt' })
    expect(await read('sub/b.txt')).toBe('kept')
    await expect.poll(() => heard).toContainEqual({ kind: 'workspace', conversationId })
    subscription.unsubscribe()
    expect(await codeOf(putBack.mutate({ conversationId, trashId }))).toBe('not-found')
    expect(await codeOf(move.mutate({ conversationId, from: 'gone', to: 'there' }))).toBe('not-found')
  })

  test.each(['../x', '/etc/passwd', 'a\\b', 'a\0b', '.git/config', '..', 'x/../../y'])(
    'leaves the workspace by no path: %j',
    async (path) => {
      const { preview, list, move, remove } = client.trpc.assistant.workspace
      const codes = await Promise.all([
        codeOf(preview.query({ conversationId, path })),
        codeOf(list.query({ conversationId, path })),
        codeOf(remove.mutate({ conversationId, path })),
        codeOf(move.mutate({ conversationId, from: 'euro.txt', to: path })),
      ])
      for (const code of codes) expect(['bad-request', 'not-found', 'forbidden']).toContain(code)
      expect(codes[2]).toBe(path === '.git/config' ? 'forbidden' : 'bad-request')
    },
  )

  test('somebody else’s conversation, one without files, and one that is none', async () => {
    const { summary, list, preview, checkpoints, diff, changes, history, restore, restoreFile, remove, putBack, move } =
      client.trpc.assistant.workspace
    const calls = (id: string) => [
      summary.query({ conversationId: id }),
      list.query({ conversationId: id }),
      preview.query({ conversationId: id, path: 'a' }),
      checkpoints.query({ conversationId: id }),
      diff.query({ conversationId: id, before: noState, after: null }),
      changes.query({ conversationId: id }),
      history.query({ conversationId: id, path: 'a' }),
      restore.mutate({ conversationId: id, checkpoint: noState }),
      restoreFile.mutate({ conversationId: id, checkpoint: noState, path: 'a' }),
      remove.mutate({ conversationId: id, path: 'a' }),
      putBack.mutate({ conversationId: id, trashId: nowhere }),
      move.mutate({ conversationId: id, from: 'a', to: 'b' }),
    ]
    for (const call of calls(nowhere)) expect(await codeOf(call)).toBe('not-found')
    for (const call of calls('../../etc')) expect(await codeOf(call)).toBe('bad-request')
    const bare = await client.trpc.chat.send.mutate({
      key: 'key-bare-chat',
      conversationId: null,
      parentId: null,
      text: 'Hello',
    })
    await follow(bare.runId)
    expect(await summary.query({ conversationId: bare.conversationId })).toMatchObject({ exists: false })
    expect(await list.query({ conversationId: bare.conversationId })).toMatchObject({ entries: [], total: 0 })
    expect(await checkpoints.query({ conversationId: bare.conversationId })).toEqual({
      checkpoints: [],
      current: null,
      notKept: { paths: [], total: 0 },
    })
  })

  test.skipIf(skip)('reads a document by its pages, and says what is wrong with one', async () => {
    const { document } = client.trpc.assistant.workspace
    await writeFile(join(files(), 'tender.pdf'), twoPages)
    expect(await document.query({ conversationId, path: 'tender.pdf' })).toEqual({
      unit: 'page',
      total: 2,
      cut: false,
      parts: [
        { number: 1, text: 'First page' },
        { number: 2, text: 'Second page' },
      ],
    })
    const second = await document.query({ conversationId, path: 'tender.pdf', from: 2 })
    expect(second.parts).toMatchObject([{ number: 2 }])
    await writeFile(join(files(), 'broken.pdf'), '%PDF-1.4\nnothing')
    await expect(document.query({ conversationId, path: 'broken.pdf' })).rejects.toThrow('damaged')
    expect(await codeOf(document.query({ conversationId, path: 'gone.pdf' }))).toBe('not-found')
    expect(await codeOf(document.query({ conversationId, path: '../gone.pdf' }))).toBe('bad-request')
    expect(await codeOf(document.query({ conversationId, path: 'tender.pdf', from: 0 }))).toBe('bad-request')
    expect(await codeOf(document.query({ conversationId: nowhere, path: 'tender.pdf' }))).toBe('not-found')
  })

  test('takes an upload under a name that is free, as the person’s own file', async () => {
    const { take } = client.trpc.assistant.workspace
    const upload = async (name: string, text: string): Promise<string> => {
      const answer = await fetch(`${server.url}/api/uploads?name=${name}`, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: text,
      })
      const { id }: { id: string } = JSON.parse(await answer.text())
      return id
    }
    await act('write_file', { path: 'taken.txt', content: 'by the model' })
    const uploadId = await upload('taken.txt', 'by hand')
    expect(await take.mutate({ conversationId, uploadId })).toEqual({ path: 'taken (2).txt' })
    expect([await read('taken.txt'), await read('taken (2).txt')]).toEqual(['by the model', 'by hand'])
    expect(await codeOf(take.mutate({ conversationId, uploadId }))).toBe('not-found')
    const other = await upload('x.txt', 'x')
    expect(await codeOf(take.mutate({ conversationId, uploadId: other, folder: '../up' }))).toBe('bad-request')
    expect(await codeOf(take.mutate({ conversationId: nowhere, uploadId: other }))).toBe('not-found')
    expect(await take.mutate({ conversationId, uploadId: other, folder: 'many' })).toEqual({ path: 'many/x.txt' })
    // Once the assistant's own path: what a person brings there is asked about.
    const { remove } = client.trpc.assistant.workspace
    await remove.mutate({ conversationId, path: 'taken.txt' })
    await take.mutate({ conversationId, uploadId: await upload('taken.txt', 'mine now') })
    expect((await act('write_file', { path: 'taken.txt', content: 'again' })).approval).not.toBeNull()
  })

  test('what a person puts somewhere is asked about, whatever the assistant made there before', async () => {
    const { move, remove, putBack, unpack } = client.trpc.assistant.workspace
    const [mine, place, folder, back] = ['mine.txt', 'place.txt', 'pack', 'back.txt']
    for (const path of [place, `${folder}/a.txt`, back]) await act('write_file', { path, content: 'made' })
    for (const path of [place, folder]) await remove.mutate({ conversationId, path })
    await writeFile(join(files(), mine), 'by hand')
    await move.mutate({ conversationId, from: mine, to: place })
    await writeFile(join(files(), back), 'changed by hand')
    await putBack.mutate({ conversationId, ...(await remove.mutate({ conversationId, path: back })) })
    const zip = "import sys,zipfile; z=zipfile.ZipFile(sys.argv[1],'w'); z.writestr('a.txt','by hand'); z.close()"
    execFileSync('python3', ['-c', zip, join(files(), 'pack.zip')])
    expect(await unpack.mutate({ conversationId, path: 'pack.zip' })).toEqual({ folder, files: 1 })
    for (const path of [place, `${folder}/a.txt`, back])
      expect([path, (await act('write_file', { path, content: 'again' })).approval !== null]).toEqual([path, true])
    expect((await act('delete_file', { path: folder })).approval).not.toBeNull()
  })

  test('takes all files as a zip that any program opens', async () => {
    const answer = await fetch(`${server.url}/api/files/${conversationId}?zip`)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/zip')
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename\*=UTF-8''.+\.zip$/)
    const folder = await mkdtemp(join(tmpdir(), 'zip-'))
    await writeFile(join(folder, 'all.zip'), Buffer.from(await answer.arrayBuffer()))
    const listing =
      "import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); print(z.testzip(), z.read('euro.txt').decode())"
    expect(execFileSync('python3', ['-c', listing, join(folder, 'all.zip')], { encoding: 'utf8' })).toBe(
      'None €€€\u202e€\n',
    )
    const head = await fetch(`${server.url}/api/files/${conversationId}?zip`, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
    expect((await fetch(`${server.url}/api/files/${nowhere}?zip`)).status).toBe(404)
    const foreign = { headers: { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' } }
    expect((await fetch(`${server.url}/api/files/${conversationId}?zip`, foreign)).status).toBe(403)
  })
})

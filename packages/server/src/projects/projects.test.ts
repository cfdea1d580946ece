import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createReynardClient, errorInfoOf, type ReynardClient } from '@reynard/client'
import type { FakeScript } from '@reynard/fake-ollama'
import { emptyRunView, type Project, type RunView, reduceRun, uploadSchema } from '@reynard/protocol'
import { createSandbox } from '@reynard/sandbox'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { openTestServer, type TestServer, type TestServerOptions } from '../testing/open-test-server.ts'

const walls = await createSandbox()
const skip = !walls.report.levels.L3.available && process.env.SANDBOX_REQUIRED !== '1'
await walls.close()
const owned: { close(): unknown }[] = []
afterEach(async () => {
  for (const thing of owned.splice(0).toReversed()) await thing.close()
})
const base = mkdtempSync(join(tmpdir(), 'projects-'))
// Tools may run as somebody else, who must get there.
chmodSync(base, 0o755)
afterAll(() => rmSync(base, { recursive: true, force: true }))

/** Calls what the question names, and then says what came of it. */
const script: FakeScript = ({ messages, prompt }) => {
  const last = messages.at(-1)
  if (last?.role === 'tool') return last.content
  const [, name = '', given = '{}'] = /^(\w+) (.*)$/s.exec(prompt) ?? []
  return { toolCalls: [{ name, arguments: JSON.parse(given) }] }
}

async function open(options: TestServerOptions = {}): Promise<{ server: TestServer; client: ReynardClient }> {
  const models = [{ name: 'tools:1b', capabilities: ['completion' as const, 'tools' as const] }]
  const server = await openTestServer({ fake: { answer: script, models }, ...options })
  owned.push(server)
  await expect.poll(() => server.server.status().defaultModel).toBe('tools:1b')
  const client = createReynardClient({ baseUrl: server.url })
  owned.push(client)
  return { server, client }
}
const codeOf = async (call: Promise<unknown>) =>
  errorInfoOf(
    await call.then(
      () => null,
      (error: unknown) => error,
    ),
  )?.code

let keys = 0
/** Asks CodeWolf for one call and answers what it is asked; resolves with the call as a page shows it. */
async function act(
  client: ReynardClient,
  conversationId: string,
  tool: string,
  input: object,
  decision?: 'approved' | 'denied',
) {
  keys += 1
  const { messages, activeLeafId } = await client.trpc.chat.byId.query({ id: conversationId })
  const parentId = messages.length === 0 ? null : activeLeafId
  const { runId } = await client.trpc.chat.send.mutate({
    key: `key-of-project-${keys}`,
    conversationId,
    parentId,
    text: `${tool} ${JSON.stringify(input)}`,
    settings: { assistant: 'codewolf' },
  })
  let view: RunView = emptyRunView(runId, 0)
  let asked = false
  for await (const event of client.followRun(runId)) {
    if (event.type === 'rollback') throw new Error('rolled back')
    view = reduceRun(view, event)
    if (view.phase !== 'approval' || asked) continue
    asked = true
    if (decision === undefined) throw new Error(`${tool} asked: ${view.toolCalls[0]?.approval?.facts.wants}`)
    await client.trpc.chat.decide.mutate({ runId, callId: view.toolCalls[0]?.callId ?? '', decision })
  }
  const call = view.toolCalls[0]
  if (call === undefined) throw new Error(`No call: ${JSON.stringify(view.error)}`)
  expect([tool, asked]).toEqual([tool, decision !== undefined])
  return call
}

async function settled(client: ReynardClient, conversationId: string): Promise<Project> {
  let project: Project | null = null
  await expect
    .poll(
      async () => {
        project = await client.trpc.assistant.project.of.query({ conversationId })
        return project?.state
      },
      { timeout: 20_000 },
    )
    .not.toBe('importing')
  if (project === null) throw new Error('There is no project.')
  return project
}

async function upload({ url }: TestServer, name: string, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const headers = { 'content-type': 'application/octet-stream' }
  const answer = await fetch(`${url}/api/uploads?name=${name}`, { method: 'POST', headers, body: bytes })
  return uploadSchema.parse(await answer.json()).id
}
/** By the machine's own git, as the owner of a folder would. */
function theirGit(folder: string, ...args: string[]): string {
  const who = ['-c', 'safe.directory=*', '-c', 'user.name=Ada', '-c', 'user.email=ada@example.org']
  const env = { PATH: '/usr/bin:/bin', HOME: base, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' }
  return execFileSync('git', [...who, ...args], {
    cwd: folder,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}
function makeProject(name: string): string {
  const folder = join(base, name)
  mkdirSync(join(folder, 'src'), { recursive: true })
  writeFileSync(join(folder, 'src/sum.py'), 'def total(a, b):\n    return a - b\n')
  theirGit(folder, 'init', '-q', '-b', 'main')
  theirGit(folder, 'add', '-A')
  theirGit(folder, 'commit', '-q', '-m', 'Add sum')
  return folder
}
function zipOf(folder: string): Uint8Array<ArrayBuffer> {
  const out = join(base, `${crypto.randomUUID()}.zip`)
  const code = `import shutil,sys\nshutil.make_archive(sys.argv[1][:-4],'zip',*sys.argv[2].rsplit('/',1))`
  execFileSync('python3', ['-c', code, out, folder])
  return new Uint8Array(readFileSync(out))
}
/** Path → hash of everything below a folder. */
function everything(folder: string, path = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const entry of readdirSync(join(folder, path), { withFileTypes: true })) {
    const name = path === '' ? entry.name : `${path}/${entry.name}`
    if (entry.isDirectory()) for (const [inner, hash] of everything(folder, name)) found.set(inner, hash)
    else
      found.set(
        name,
        entry.isFile()
          ? createHash('sha256')
              .update(readFileSync(join(folder, name)))
              .digest('hex')
          : 'link',
      )
  }
  return found
}

describe.skipIf(skip)('a project', () => {
  test('from a zip: status, edit, diff, commit, log, and its commits to take away', async () => {
    const { server, client } = await open()
    const uploadId = await upload(server, 'shop.zip', zipOf(makeProject('shop')))
    const { project: projects } = client.trpc.assistant
    await projects.setAuthor.mutate({ author: { name: 'Ada', email: 'ada@example.org' } })
    const { conversationId } = await projects.bring.mutate({
      conversationId: null,
      assistant: 'codewolf',
      source: { kind: 'zip', uploadId },
    })
    expect(await settled(client, conversationId)).toMatchObject({
      state: 'ready',
      kind: 'zip',
      name: 'shop',
      hasHistory: true,
    })
    expect(await client.trpc.chat.byId.query({ id: conversationId })).toMatchObject({
      title: 'shop',
      titleSource: 'person',
      settings: { assistant: 'codewolf' },
      project: { name: 'shop' },
    })
    expect((await act(client, conversationId, 'git_status', {})).content).toMatch(
      /^On main at [0-9a-f]{8}: nothing differs\.$/,
    )
    expect((await act(client, conversationId, 'git_log', {})).content).toContain('Ada: Add sum')
    const edits = [{ old_text: 'a - b', new_text: 'a + b' }]
    await act(client, conversationId, 'edit_file', { path: 'src/sum.py', edits }, 'approved')
    expect((await act(client, conversationId, 'git_diff', {})).content).toContain('+    return a + b')
    const commit = await act(client, conversationId, 'git_commit', { message: 'Add instead' }, 'approved')
    expect(commit.approval?.facts).toMatchObject({
      wants: 'commit 1 file',
      reason: 'Add instead',
      notes: [expect.stringMatching(/^Commits \d+ files?: /), expect.stringContaining('by Ada <ada@example.org>')],
    })
    expect(commit.content).toMatch(/^Committed [0-9a-f]{8} on main: Add instead/)
    expect((await act(client, conversationId, 'git_branch', {})).content).toContain('main')

    const patch = await fetch(`${server.url}/api/files/${conversationId}?patch`)
    expect(patch.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''shop.patch")
    expect(await patch.text()).toMatch(
      /^From [0-9a-f]{40}[\s\S]*From: Ada <ada@example\.org>[\s\S]*\+ {4}return a \+ b/,
    )
    const bundle = await fetch(`${server.url}/api/files/${conversationId}?bundle`)
    writeFileSync(join(base, 'shop.bundle'), Buffer.from(await bundle.arrayBuffer()))
    expect(theirGit(base, 'ls-remote', join(base, 'shop.bundle'))).toContain('refs/heads/main')
    expect(await codeOf(projects.bring.mutate({ conversationId, source: { kind: 'zip', uploadId } }))).toBe('not-found')
  })

  test('from a zip without a history begins one; what can’t be unpacked leaves nothing, and another can be brought', async () => {
    const { server, client } = await open()
    const { project: projects } = client.trpc.assistant
    const broken = await upload(server, 'broken.zip', new TextEncoder().encode('PK no zip'))
    const { conversationId } = await projects.bring.mutate({
      conversationId: null,
      source: { kind: 'zip', uploadId: broken },
    })
    const failed = await settled(client, conversationId)
    expect(failed).toMatchObject({ state: 'failed', problem: expect.stringContaining('zip'), hasHistory: false })
    // What was made since is not thrown away for another project.
    await act(client, conversationId, 'write_file', { path: 'since.txt', content: 'made since' })
    const early = await upload(server, 'early.zip', zipOf(makeProject('early')))
    const another = { conversationId, source: { kind: 'zip' as const, uploadId: early } }
    expect(await codeOf(projects.bring.mutate(another))).toBe('conflict')
    expect((await act(client, conversationId, 'read_file', { path: 'since.txt' })).content).toContain('made since')
    await act(client, conversationId, 'delete_file', { path: 'since.txt' })
    const plain = join(base, 'plain')
    mkdirSync(plain)
    writeFileSync(join(plain, 'a.txt'), 'one\n')
    const uploadId = await upload(server, 'plain.zip', zipOf(plain))
    await projects.bring.mutate({ conversationId, source: { kind: 'zip', uploadId } })
    expect(await settled(client, conversationId)).toMatchObject({ state: 'ready', name: 'plain' })
    expect((await act(client, conversationId, 'git_log', {})).content).toContain('Import plain.zip')
    expect((await act(client, conversationId, 'read_file', { path: 'a.txt' })).content).toContain('one')
    const again = await upload(server, 'plain.zip', zipOf(plain))
    const source = { kind: 'zip' as const, uploadId: again }
    expect(await codeOf(projects.bring.mutate({ conversationId, source }))).toBe('conflict')
  })

  test('from a zip of one folder is all of it, however many files lie there side by side', async () => {
    const { server, client } = await open()
    const folder = join(base, 'many')
    mkdirSync(folder)
    for (let at = 0; at < 1_050; at++) writeFileSync(join(folder, `${at}.txt`), '')
    const uploadId = await upload(server, 'many.zip', zipOf(folder))
    const source = { kind: 'zip' as const, uploadId }
    const { conversationId } = await client.trpc.assistant.project.bring.mutate({ conversationId: null, source })
    expect(await settled(client, conversationId)).toMatchObject({ state: 'ready', name: 'many' })
    const { list } = client.trpc.assistant.workspace
    expect(await list.query({ conversationId })).toMatchObject({ total: 1_050 })
  })

  test('is the person’s, also where the assistant had made a file of the same name in the empty chat before', async () => {
    const { server, client } = await open()
    const { project: projects } = client.trpc.assistant
    const { conversationId, runId } = await client.trpc.chat.send.mutate({
      key: 'key-of-own-files',
      conversationId: null,
      parentId: null,
      text: 'list_files {}',
      settings: { assistant: 'codewolf' },
    })
    for await (const event of client.followRun(runId)) void event
    await act(client, conversationId, 'write_file', { path: 'a.txt', content: 'made' })
    await act(client, conversationId, 'delete_file', { path: 'a.txt' })
    const folder = join(base, 'theirs')
    mkdirSync(folder)
    writeFileSync(join(folder, 'a.txt'), 'by hand\n')
    const uploadId = await upload(server, 'theirs.zip', zipOf(folder))
    await projects.bring.mutate({ conversationId, source: { kind: 'zip', uploadId } })
    expect(await settled(client, conversationId)).toMatchObject({ state: 'ready' })
    await act(client, conversationId, 'write_file', { path: 'a.txt', content: 'again' }, 'denied')
  })

  test('from the web: with its history; refused addresses, a hanging server and a stop leave nothing', async () => {
    const folder = makeProject('served')
    const web = await serve(folder)
    const network = { policy: { ports: [web.port], isAllowed: () => true }, resolve: async () => ['127.0.0.1'] }
    const { client } = await open({ network })
    const { project: projects } = client.trpc.assistant
    const bring = (path: string) =>
      projects.bring.mutate({
        conversationId: null,
        source: { kind: 'git', url: `http://served.test:${web.port}/${path}` },
      })
    const { conversationId } = await bring('repo')
    expect(await settled(client, conversationId)).toMatchObject({ state: 'ready', kind: 'git', name: 'repo' })
    expect((await act(client, conversationId, 'git_blame', { path: 'src/sum.py' })).content).toContain('Ada')
    const missing = await bring('missing')
    expect(await settled(client, missing.conversationId)).toMatchObject({
      state: 'failed',
      problem: expect.stringContaining('no'),
    })
    const hanging = await bring('hangs')
    await projects.cancel.mutate(hanging)
    expect(await projects.of.query(hanging)).toBeNull()
    const left = await bring('hangs')
    await client.trpc.chat.remove.mutate({ id: left.conversationId })
    await client.trpc.chat.restore.mutate({ id: left.conversationId })
    await vi.waitFor(async () => expect(await projects.of.query(left)).toBeNull())
  })

  test.each([
    'http://example.org/x',
    'ssh://-x/',
    'file:///etc',
    'ext::sh -c id',
    'https://a:b@example.org/x',
    '-oProxyCommand=x',
    'https://example.org:8443/x',
  ])('109 %s is no address to fetch from', async (url) => {
    const { client } = await open()
    const { bring } = client.trpc.assistant.project
    expect(await codeOf(bring.mutate({ conversationId: null, source: { kind: 'git', url } }))).toBe('bad-request')
    expect((await client.trpc.chat.list.query({})).items).toEqual([])
  })

  test.each([
    ['https://127.0.0.1/x', 'forbidden'],
    ['https://localhost/x', 'bad-request'],
    ['https://nobody.invalid/x', 'not-found'],
  ])('%s is refused at once, without a chat', async (url, code) => {
    const { client } = await open()
    const { bring } = client.trpc.assistant.project
    expect(await codeOf(bring.mutate({ conversationId: null, source: { kind: 'git', url } }))).toBe(code)
    expect((await client.trpc.chat.list.query({})).items).toEqual([])
  })
})

describe.skipIf(skip)('a folder of this machine', () => {
  async function openFolder(
    name: string,
    prepare: (folder: string) => void = () => {},
    options: TestServerOptions = {},
  ) {
    const folder = makeProject(name)
    prepare(folder)
    const opened = await open(options)
    const { project: projects } = opened.client.trpc.assistant
    const { id: folderId } = await projects.registerFolder.mutate({ path: folder })
    const source = { kind: 'folder' as const, folderId }
    const { conversationId } = await projects.bring.mutate({ conversationId: null, assistant: 'codewolf', source })
    expect(await settled(opened.client, conversationId)).toMatchObject({ state: 'ready', name, from: folder })
    return { ...opened, projects, folder, folderId, conversationId }
  }

  test('a change asks with its diff, a no leaves everything untouched, a yes writes the file and nothing else', async () => {
    const { client, conversationId, folder } = await openFolder('asked')
    const before = everything(folder)
    const edit = { path: 'src/sum.py', edits: [{ old_text: 'a - b', new_text: 'a + b' }] }
    const denied = await act(client, conversationId, 'edit_file', edit, 'denied')
    expect(denied.approval?.facts).toMatchObject({
      preview: { kind: 'diff', patch: expect.stringContaining('+    return a + b') },
    })
    expect(everything(folder)).toEqual(before)
    // Also what would be the assistant's own elsewhere.
    await act(client, conversationId, 'write_file', { path: 'new.txt', content: 'new\n' }, 'denied')
    expect(everything(folder)).toEqual(before)
    await act(client, conversationId, 'edit_file', edit, 'approved')
    const after = everything(folder)
    expect([...after].filter(([path, hash]) => before.get(path) !== hash).map(([path]) => path)).toEqual(['src/sum.py'])
    await act(client, conversationId, 'write_file', { path: '.git/hooks/pre-commit', content: 'x' }, 'approved')
    expect(existsSync(join(folder, '.git/hooks/pre-commit'))).toBe(false)
  })

  test('a file that is deleted after a yes can be put back, as the question says', async () => {
    const { client, conversationId, folder } = await openFolder('deleted')
    const before = everything(folder)
    const call = await act(client, conversationId, 'delete_file', { path: 'src' }, 'approved')
    expect(call.approval?.facts).toMatchObject({ wants: 'delete src', deletes: ['src'], restorable: true })
    expect(existsSync(join(folder, 'src'))).toBe(false)
    const trashId = call.display?.kind === 'text' ? (call.display.trashId ?? '') : ''
    const { putBack } = client.trpc.assistant.workspace
    // What is there meanwhile is not overwritten.
    mkdirSync(join(folder, 'src'))
    expect(await codeOf(putBack.mutate({ conversationId, trashId }))).toBe('forbidden')
    rmSync(join(folder, 'src'), { recursive: true })
    expect(await putBack.mutate({ conversationId, trashId })).toEqual({ path: 'src' })
    expect(everything(folder)).toEqual(before)
    expect(await codeOf(putBack.mutate({ conversationId, trashId }))).toBe('not-found')
  })

  const memory = '/dev/shm'
  const hasTwoDisks = existsSync(memory) && statSync(memory).dev !== statSync(base).dev
  test.skipIf(!hasTwoDisks)(
    'on another disk than the data: what is deleted can be put back or is refused unasked, and changes come whole',
    async () => {
      const data = mkdtempSync(join(memory, 'projects-'))
      owned.push({ close: () => rmSync(data, { recursive: true, force: true }) })
      const makeLarge = (root: string) => {
        writeFileSync(join(root, 'large.bin'), '')
        truncateSync(join(root, 'large.bin'), 130 * 1024 ** 2)
      }
      const env = { REYNARD_DATA_DIR: data }
      const { client, conversationId, folder } = await openFolder('far', makeLarge, { env })
      const call = await act(client, conversationId, 'delete_file', { path: 'src' }, 'approved')
      expect(call).toMatchObject({ failure: null, approval: { facts: { restorable: true } } })
      const trashId = call.display?.kind === 'text' ? (call.display.trashId ?? '') : ''
      expect(await client.trpc.assistant.workspace.putBack.mutate({ conversationId, trashId })).toEqual({ path: 'src' })
      expect(readFileSync(join(folder, 'src/sum.py'), 'utf8')).toContain('a - b')

      const refused = {
        approval: null,
        failure: { message: expect.stringContaining('lies on another disk than the trash') },
      }
      expect(await act(client, conversationId, 'delete_file', { path: 'large.bin' })).toMatchObject(refused)
      const code = "import os\nos.remove('large.bin')\nopen('a.txt','w').write('a')"
      const run = await act(client, conversationId, 'run_python', { code }, 'approved')
      const copy = /copy ([0-9a-f]{8})/.exec(run.content ?? '')?.[1] ?? ''
      expect(await act(client, conversationId, 'apply_changes', { copy })).toMatchObject(refused)
      expect(readdirSync(folder).sort()).toEqual(['.git', 'large.bin', 'src'])
    },
  )

  test('a commit becomes one new branch of the folder’s repository, after a yes', async () => {
    const { client, conversationId, folder } = await openFolder('committed')
    // Of another length: git goes by seconds, and this may be the second in which the file was looked at first.
    writeFileSync(join(folder, 'src/sum.py'), 'def total(a, b):\n    return sum((a, b))\n')
    const before = everything(folder)
    await act(client, conversationId, 'git_commit', { message: 'Add instead' }, 'denied')
    expect(everything(folder)).toEqual(before)
    const call = await act(client, conversationId, 'git_commit', { message: 'Add instead' }, 'approved')
    expect(call.approval?.facts.notes?.join()).toContain(folder)
    const branch = `reynard/${conversationId.slice(-8)}`
    expect(call.content).toContain(branch)
    const added = [...everything(folder)].filter(([path, hash]) => before.get(path) !== hash).map(([path]) => path)
    expect(added.filter((path) => !path.startsWith('.git/objects/pack/pack-'))).toEqual([`.git/refs/heads/${branch}`])
    expect(theirGit(folder, 'log', '--format=%s', branch).trim().split('\n')).toEqual(['Add instead', 'Add sum'])
    expect(theirGit(folder, 'status', '--porcelain').trim()).toBe('M src/sum.py')

    // Its owner goes on, and the chat sees it.
    theirGit(folder, 'commit', '-q', '-a', '-m', 'By its owner')
    expect((await act(client, conversationId, 'git_log', { from: 'main' })).content).toContain('By its owner')
    writeFileSync(join(folder, 'second.txt'), '2\n')
    await act(client, conversationId, 'git_commit', { message: 'Second' }, 'approved')
    expect(theirGit(folder, 'log', '-1', '--format=%s', branch).trim()).toBe('Second')
  })

  test('programs see it read-only and work on a copy; what they changed comes back by a call that asks', async () => {
    const { server, client, conversationId, folder } = await openFolder('copied')
    const before = everything(folder)
    const copies = () => readdirSync(join(server.dataDir, 'workspaces', conversationId, 'copies'))
    // Of a run that changed nothing no copy is left.
    await act(client, conversationId, 'run_python', { code: 'print(1)' }, 'approved')
    expect(copies()).toEqual([])
    const code = `import os\nopen('src/sum.py','w').write('changed\\n')\nopen('made.txt','w').write('made\\n')\nprint(sorted(os.listdir('.')))`
    const run = await act(client, conversationId, 'run_python', { code }, 'approved')
    expect(run.content).toContain("['made.txt', 'src']")
    expect(run.content).toMatch(/added: made\.txt\nmodified: src\/sum\.py/)
    expect(everything(folder)).toEqual(before)
    const copy = /copy ([0-9a-f]{8})/.exec(run.content ?? '')?.[1] ?? ''
    expect(copies()).toEqual([copy])
    const denied = await act(client, conversationId, 'apply_changes', { copy }, 'denied')
    expect(denied.approval?.facts).toMatchObject({
      wants: 'change 2 files',
      preview: {
        kind: 'diffs',
        files: [
          { path: 'made.txt', change: 'added' },
          { path: 'src/sum.py', patch: expect.stringContaining('+changed') },
        ],
      },
    })
    expect(everything(folder)).toEqual(before)
    await act(client, conversationId, 'apply_changes', { copy, paths: ['made.txt'] }, 'approved')
    expect(readFileSync(join(folder, 'made.txt'), 'utf8')).toBe('made\n')
    expect(readFileSync(join(folder, 'src/sum.py'), 'utf8')).toContain('a - b')
    writeFileSync(join(folder, 'src/sum.py'), 'by its owner\n')
    const late = await act(client, conversationId, 'apply_changes', { copy, paths: ['src/sum.py'] }, 'approved')
    expect(late.failure?.message).toContain('was changed in the folder since')
    expect(readFileSync(join(folder, 'src/sum.py'), 'utf8')).toBe('by its owner\n')
    expect((await act(client, conversationId, 'search_files', { pattern: 'owner' })).content).toContain('src/sum.py')
    for (const name of ['one', 'two']) {
      await act(client, conversationId, 'run_python', { code: `open('${name}', 'w').write('x')` }, 'approved')
    }
    expect(copies()).toHaveLength(2)
    expect(copies()).not.toContain(copy)
  })

  test('its tests run in a copy after a yes, and leave nothing behind', async () => {
    const { client, conversationId, folder } = await openFolder('tested', (root) => {
      writeFileSync(join(root, 'sum.test.mjs'), "import { test } from 'node:test'\ntest('adds', () => {})\n")
    })
    const before = everything(folder)
    const run = await act(client, conversationId, 'run_tests', {}, 'approved')
    expect(run.approval?.facts).toMatchObject({ wants: 'run the tests', preview: { text: 'node --test' } })
    expect(run.display).toMatchObject({ kind: 'tests', passed: 1, failed: 0 })
    expect(run.content).not.toContain('added:')
    expect(everything(folder)).toEqual(before)
    expect((await act(client, conversationId, 'outline', { path: 'src' })).content).toContain('sum.py')
  })

  test('74, 103–105 links and a hostile repository in it lead nowhere and run nothing', async () => {
    const canary = join(base, 'canary')
    writeFileSync(canary, 'SECRET')
    const { client, conversationId, folder } = await openFolder('hostile', (root) => {
      symlinkSync(canary, join(root, 'link.txt'))
      writeFileSync(join(root, '.gitattributes'), '* filter=evil diff=evil\n')
      const evil = `touch ${base}/ran`
      writeFileSync(
        join(root, '.git/config'),
        `[core]\n\tfsmonitor = ${evil}\n[filter "evil"]\n\tclean = ${evil}\n\tsmudge = ${evil}\n[diff "evil"]\n\ttextconv = ${evil}\n`,
      )
    })
    const { failure } = await act(client, conversationId, 'read_file', { path: 'link.txt' })
    expect(failure?.message).not.toContain('SECRET')
    for (const tool of ['git_status', 'git_diff']) await act(client, conversationId, tool, {})
    const code = "try:\n  print(open('link.txt').read())\nexcept OSError as e:\n  print('no')"
    expect((await act(client, conversationId, 'run_python', { code }, 'approved')).content).not.toContain('SECRET')
    await act(client, conversationId, 'git_commit', { message: 'All' }, 'approved')
    expect(existsSync(join(base, 'ran'))).toBe(false)
    expect(readFileSync(join(folder, '.git/config'), 'utf8')).toContain('fsmonitor')
    // The control: their own git does run it.
    theirGit(folder, 'status')
    expect(existsSync(join(base, 'ran'))).toBe(true)
  })

  test('it is looked at anew at each use: taken off the list, moved away, or turned into a link', async () => {
    const { client, conversationId, folder, folderId, projects } = await openFolder('gone')
    const runOf = async () => {
      keys += 1
      const { runId } = await client.trpc.chat.send.mutate({
        key: `key-of-project-${keys}`,
        conversationId,
        parentId: (await client.trpc.chat.byId.query({ id: conversationId })).activeLeafId,
        text: 'list_files {}',
        settings: { assistant: 'codewolf' },
      })
      let view: RunView = emptyRunView(runId, 0)
      for await (const event of client.followRun(runId)) if (event.type !== 'rollback') view = reduceRun(view, event)
      return view
    }
    const elsewhere = join(base, 'elsewhere')
    cpSync(folder, elsewhere, { recursive: true })
    rmSync(folder, { recursive: true })
    expect(await runOf()).toMatchObject({ error: { code: 'not-found' } })
    symlinkSync('/etc', folder)
    expect(await runOf()).toMatchObject({ error: { code: 'forbidden' } })
    expect((await projects.folders.query())[0]).toMatchObject({ problem: expect.stringContaining('system'), chats: 1 })
    rmSync(folder)
    symlinkSync(elsewhere, folder)
    expect(await runOf()).toMatchObject({
      error: { message: expect.stringContaining('now leads to') },
    })
    rmSync(folder)
    cpSync(elsewhere, folder, { recursive: true })
    await projects.removeFolder.mutate({ id: folderId })
    expect(await runOf()).toMatchObject({
      error: { message: expect.stringContaining('not registered') },
    })
    expect(await projects.folders.query()).toEqual([])
  })

  test('what is refused, and bad input', async () => {
    const { client, server } = await open()
    const { project: projects } = client.trpc.assistant
    for (const path of ['/', '/etc', '/home', server.dataDir, join(server.dataDir, 'workspaces'), tmpdir()])
      expect([path, await codeOf(projects.registerFolder.mutate({ path }))]).toEqual([
        path,
        expect.stringMatching(/forbidden|not-found/),
      ])
    expect(await codeOf(projects.registerFolder.mutate({ path: 'relative' }))).toBe('bad-request')
    expect(await codeOf(projects.registerFolder.mutate({ path: '' }))).toBe('bad-request')
    const id = crypto.randomUUID()
    expect(await codeOf(projects.removeFolder.mutate({ id }))).toBe('not-found')
    expect(await codeOf(projects.cancel.mutate({ conversationId: id }))).toBe('not-found')
    expect(await projects.of.query({ conversationId: id })).toBeNull()
    for (const source of [
      { kind: 'folder' as const, folderId: id },
      { kind: 'zip' as const, uploadId: id },
    ])
      expect(await codeOf(projects.bring.mutate({ conversationId: null, source }))).toBe('not-found')
    expect(await codeOf(projects.setAuthor.mutate({ author: { name: '', email: 'x' } }))).toBe('bad-request')
    expect(await projects.author.query()).toBeNull()
    for (const form of ['bundle', 'patch'])
      expect((await fetch(`${server.url}/api/files/${id}?${form}`)).status).toBe(404)
    const path = makeProject('twice')
    await projects.registerFolder.mutate({ path })
    expect(await codeOf(projects.registerFolder.mutate({ path: `${path}/` }))).toBe('conflict')
  })
})

/** What any git server does, and two that do not. */
async function serve(folder: string): Promise<{ port: number }> {
  const pkt = (text: string) => (text.length + 4).toString(16).padStart(4, '0') + text
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.startsWith('/hangs')) return
    if (!request.url?.startsWith('/repo/')) return void response.writeHead(404).end()
    const advertise = request.url.includes('info/refs')
    response.writeHead(200, {
      'content-type': `application/x-git-upload-pack-${advertise ? 'advertisement' : 'result'}`,
    })
    if (advertise) response.write(`${pkt('# service=git-upload-pack\n')}0000`)
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const args = [
        '-c',
        'safe.directory=*',
        'upload-pack',
        '--stateless-rpc',
        ...(advertise ? ['--advertise-refs'] : []),
        folder,
      ]
      const env = { PATH: '/usr/bin:/bin', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }
      response.end(execFileSync('git', args, { env, input: Buffer.concat(chunks), maxBuffer: 1 << 26 }))
    })
  }
  const server: Server = createServer(answer)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  owned.push({
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  })
  const { port } = server.address() as AddressInfo
  return { port }
}

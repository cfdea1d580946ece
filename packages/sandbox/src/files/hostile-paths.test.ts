import { execFileSync } from 'node:child_process'
import {
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { link, lstat, readdir, symlink } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { countTree } from './count-tree.ts'
import { hostMode } from './folder.ts'
import { openBeneath } from './open-beneath.ts'
import { removeTree } from './remove-tree.ts'
import { deleteWorkspace, openWorkspace, type Workspace, workspaceHome } from './workspace.ts'

// Hostile inputs 64–83 of the sandbox's list, by their numbers: none may reach the canary beside the workspace.

const base = mkdtempSync(join(tmpdir(), 'hp-'))
const secret = 'canary-5f1c'
const limits = { bytes: 50 << 20, entries: 2000 }
let workspace: Workspace
let canary: string

beforeAll(async () => {
  workspace = await openWorkspace(workspaceHome(base, crypto.randomUUID()), limits)
  canary = join(workspace.home, 'canary')
  writeFileSync(canary, secret)
  await workspace.write('sub/inside.txt', 'inside')
})
afterAll(() => rmSync(base, { recursive: true, force: true }))

/** Every operation on a path, each with how it ended: its code, or what it gave. */
async function tryAll(path: string): Promise<Record<string, unknown>> {
  const operations: Record<string, () => unknown> = {
    read: async () => (await workspace.read(path)).bytes.toString(),
    lines: async () => (await workspace.readLines(path)).text,
    list: () => workspace.list(path),
    stat: () => workspace.stat(path),
    append: () => workspace.append(path, 'x'),
    edit: () => workspace.edit(path, [{ oldText: 'c', newText: 'd' }]),
    write: () => workspace.write(path, 'overwritten'),
    makeFolder: () => workspace.makeFolder(path),
    moveTo: () => workspace.move('sub/inside.txt', path),
    moveFrom: () => workspace.move(path, `moved-${crypto.randomUUID()}`),
    remove: () => workspace.remove(path),
  }
  const ends: Record<string, unknown> = {}
  for (const [name, run] of Object.entries(operations)) {
    ends[name] = await Promise.resolve()
      .then(run)
      .catch((error: unknown) => (error instanceof Error && 'code' in error ? error.code : error))
  }
  return ends
}

function canaryUntouched(ends: Record<string, unknown>) {
  expect(JSON.stringify(ends)).not.toContain(secret)
  expect(readFileSync(canary, 'utf8')).toBe(secret)
  expect(JSON.stringify(ends)).not.toContain(base)
}

test('control: a plain path works, and the canary is there for whoever is not held', async () => {
  expect((await workspace.read('sub/inside.txt')).bytes.toString()).toBe('inside')
  expect(readFileSync(join(workspace.root, '../canary'), 'utf8')).toBe(secret)
  expect(hostMode).toBe(process.platform === 'linux' ? 'descriptor' : 'recheck')
})

const refusedEverywhere: [string, string][] = [
  ['64', '../canary'],
  ['65', 'sub/../../canary'],
  ['66', '/etc/passwd'],
  ['66', '//etc/passwd'],
  ['66', '/workspace/../canary'],
  ['66', '/workspacecanary'],
  ['67', '~/.ssh/id_rsa'],
  ['68', 'file:///etc/passwd'],
  ['69', '..\\..\\x'],
  ['69', 'C:\\x'],
  ['69', '\\\\host\\share'],
  ['70', 'a\0b'],
  ['70', 'a.txt\0.png'],
  ['73', 'n'.repeat(300)],
  ['73', Array.from({ length: 81 }, () => 'd').join('/')],
  ['80', 'a\nb'],
  ['80', 'a\u202egnp.exe'],
  ['80', 'a\ud800'],
]
test.each(refusedEverywhere)('%s %j is refused by every operation', async (_, path) => {
  const ends = await tryAll(path)
  expect(new Set(Object.values(ends))).toEqual(new Set(['bad-path']))
  canaryUntouched(ends)
})

test.each([
  ['71', '%2e%2e%2fcanary', '%2e%2e%2fcanary'],
  ['82', '-rf', '-rf'],
  ['82', '--output=x', '--output=x'],
])('%s %j is a name like any other, never decoded', async (_, path, onDisk) => {
  await workspace.write(path, 'literal')
  expect((await workspace.read(path)).bytes.toString()).toBe('literal')
  expect(await readdir(workspace.root)).toContain(onDisk)
  await workspace.remove(path)
})

const neverCreated: [string, string][] = [
  ['72', '\uff0e\uff0e/canary'],
  ['72', '\u2025/x'],
  ['79', 'CON'],
  ['79', 'nul.txt'],
  ['79', 'Aux .c'],
  ['79', 'com\u00b9'],
  ['79', 'a.txt::$DATA'],
  ['79', 'x.'],
  ['79', 'x '],
]
test.each(neverCreated)('%s %j is not made', async (_, path) => {
  const ends = await tryAll(path)
  expect([ends.write, ends.makeFolder, ends.moveTo, ends.append]).toEqual(Array.from({ length: 4 }, () => 'bad-path'))
  expect(ends.read).toBe('not-found')
  canaryUntouched(ends)
})

test.each([
  '.git/config',
  '.GIT/hooks/pre-commit',
  '.g\u200bit/config',
  'git~1/config',
  'sub/.Git',
  '.git ',
  '.git.',
  '.git::$INDEX_ALLOCATION/x',
  '\uff0egit/config',
])('78 %j is changed by no operation', async (path) => {
  const ends = await tryAll(path)
  const changes = [ends.write, ends.append, ends.edit, ends.makeFolder, ends.moveFrom, ends.moveTo, ends.remove]
  expect(changes).toEqual(changes.map(() => 'denied'))
})
test('78 control: names beside it are free', async () => {
  for (const name of ['.gitignore', '.github/workflows/ci.yml', 'git', 'legit~1.txt']) await workspace.write(name, '')
})

describe('74–76 what code in a sandbox can leave behind', () => {
  test.each([
    ['74 link to a file outside', (path: string) => symlinkSync('../canary', path)],
    ['74 link to itself', (path: string) => symlinkSync('loop', path)],
    ['74 link to the environment', (path: string) => symlinkSync('/proc/self/environ', path)],
    ['74 link that dangles outside', (path: string) => symlinkSync('../made', path)],
    ['76 pipe', (path: string) => execFileSync('bash', ['-c', 'mkfifo "$0"', path])],
    ['76 device', (path: string) => symlinkSync('/dev/zero', path)],
  ])('%s', async (_, make) => {
    make(join(workspace.root, 'loop'))
    const ends = await tryAll('loop')
    // Moving and removing take the thing itself. Afterwards nothing is there.
    expect(ends.moveFrom).toMatch(/^moved-/)
    const { moveFrom, remove, moveTo, stat, ...opened } = ends
    expect(new Set(Object.values(opened))).toBeOneOf([new Set(['denied']), new Set(['denied', 'bad-path'])])
    expect(stat).toMatchObject({ bytes: 0 })
    canaryUntouched(ends)
    await expect(lstat(join(workspace.home, 'made'))).rejects.toThrow()
    await workspace.clear()
    await workspace.write('sub/inside.txt', 'inside')
  })

  test('74 link to a folder outside: nothing through it, and it alone is removed', async () => {
    symlinkSync('..', join(workspace.root, 'out'))
    canaryUntouched(await tryAll('out/canary'))
    expect((await workspace.list('.', { depth: 9 })).entries.map((entry) => entry.path)).not.toContain('out/canary')
    await workspace.remove('out')
    expect(readFileSync(canary, 'utf8')).toBe(secret)
  })

  test('75 a second name of a file outside', async () => {
    await link(canary, join(workspace.root, 'second'))
    const ends = await tryAll('second')
    expect([ends.read, ends.lines, ends.append, ends.edit]).toEqual(['denied', 'denied', 'denied', 'denied'])
    canaryUntouched(ends)
  })

  test('76 a socket', async () => {
    const server = createServer().listen(join(workspace.root, 'socket'))
    await new Promise((resolve) => server.once('listening', resolve))
    expect((await tryAll('socket')).read).toBe('denied')
    await new Promise((resolve) => server.close(resolve))
  })

  test('80 names that are no text, or deceive, are hidden and go with their folder', async () => {
    mkdirSync(join(workspace.root, 'odd'))
    for (const name of [Buffer.from([0x61, 0xff]), 'a\nb', '\u001b[31mred', 'a\u202egnp.exe', 'back\\slash']) {
      writeFileSync(Buffer.concat([Buffer.from(`${workspace.root}/odd/`), Buffer.from(name)]), 'x')
    }
    mkdirSync(Buffer.concat([Buffer.from(`${workspace.root}/odd/`), Buffer.from([0xfe])]))
    await workspace.write('odd/plain', 'x')
    expect(await workspace.list('odd', { depth: 9 })).toMatchObject({ entries: [{ path: 'odd/plain' }], hidden: 6 })
    expect((await workspace.recount()).bytes).toBeGreaterThanOrEqual(6)
    await workspace.remove('odd')
    expect(workspace.find('odd')).toBeUndefined()
  })
})

test('77 a racing swapper of folder and link: the canary is never read, written or listed', { retry: 0 }, async () => {
  mkdirSync(join(workspace.root, 'race'))
  writeFileSync(join(workspace.root, 'race/canary'), 'inside')
  const swapper = new Worker(
    `const { renameSync, rmSync, symlinkSync } = require('node:fs')
     const { workerData: root, parentPort } = require('node:worker_threads')
     symlinkSync('..', root + '/link')
     parentPort.postMessage('going')
     // Our own write may have made the folder in the moment that it was missing: that one goes.
     const tried = (work) => { try { work() } catch {} }
     const mend = () => { tried(() => rmSync(root + '/race', { recursive: true })); tried(() => symlinkSync('..', root + '/link')) }
     const swap = (from, to) => { try { renameSync(root + from, root + to) } catch { mend() } }
     for (;;) { swap('/race', '/kept'); swap('/link', '/race'); swap('/race', '/link'); swap('/kept', '/race') }`,
    { eval: true, workerData: workspace.root },
  )
  await new Promise((resolve) => swapper.once('message', resolve))
  const ends = { opened: 0, refused: 0, naive: 0 }
  // Long enough that each outcome has been seen, however busy the machine is.
  const least = process.env.CI ? 300 : 1000
  const seenAll = () => ends.opened >= least && ends.refused >= 50 && ends.naive >= 10
  while (!seenAll()) {
    try {
      const { bytes } = await workspace.read('race/canary')
      expect(bytes.toString()).toBe('inside')
      ends.opened++
    } catch (error) {
      expect(error).toMatchObject({ code: expect.stringMatching(/^(denied|not-found)$/) })
      ends.refused++
    }
    // The control: what a plain read of the same path gives away in the same time.
    try {
      if (readFileSync(join(workspace.root, 'race/canary'), 'utf8') === secret) ends.naive++
    } catch {
      // Nothing was there in this very moment.
    }
    if (ends.opened % 8 === 0) await workspace.write('race/canary', 'inside').catch(() => {})
    if (ends.opened % 64 === 0) await countTree(workspace.root)
  }
  await swapper.terminate()
  expect(readFileSync(canary, 'utf8')).toBe(secret)
})

test('81 an id that is no id of ours leads nowhere', () => {
  for (const id of ['..', '../other', '', '/etc', `${crypto.randomUUID()}/..`, 'a'.repeat(36)]) {
    expect(() => workspaceHome(base, id)).toThrow('There is no such workspace.')
  }
})

describe('83 what is too much', () => {
  test('a sparse terabyte, 30,000 empty files, 3,000 folders in each other: over the quota, and all of it can be removed', async () => {
    const home = workspaceHome(base, crypto.randomUUID())
    const full = await openWorkspace(home, limits)
    const fill = async (script: string) => {
      execFileSync('bash', ['-c', script], { cwd: full.root })
      const usage = await full.recount()
      await expect(full.write('one more', 'x')).rejects.toMatchObject({ code: 'quota' })
      await full.clear()
      expect(await full.recount()).toEqual({ bytes: 0, entries: 0, over: false })
      return usage
    }
    writeFileSync(join(full.root, 'sparse'), '')
    truncateSync(join(full.root, 'sparse'), 1e12)
    expect(await fill('true')).toMatchObject({ bytes: 1e12, entries: 1 })
    expect(await fill('touch $(seq 30000)')).toMatchObject({ entries: 30_000, over: false })
    makeDeep(full.root, 3000)
    expect(await fill('true')).toMatchObject({ over: true })
    expect(
      await fill('mkdir -p shut/in; touch shut/in/file; chmod 0 shut; touch ahead; fallocate -n -l 60M ahead'),
    ).toMatchObject({
      bytes: expect.toSatisfy((bytes: number) => bytes > limits.bytes),
    })
    await full.write('one more', 'x')
    await deleteWorkspace(home)
    await expect(lstat(home)).rejects.toThrow()
  })

  test('removing a hostile tree follows no link out of it', async () => {
    const home = workspaceHome(base, crypto.randomUUID())
    const doomed = await openWorkspace(home, limits)
    await symlink('..', join(doomed.root, 'up'))
    await symlink(base, join(doomed.root, 'all'))
    await removeTree(home)
    expect(readFileSync(canary, 'utf8')).toBe(secret)
    await expect(removeTree('files')).rejects.toMatchObject({ code: 'failed' })
  })

  test('a file over the size that the caller takes', async () => {
    writeFileSync(join(workspace.root, 'large'), 'x'.repeat(100))
    expect(() => openBeneath(workspace.root, 'large', undefined, { maxBytes: 99 })).toThrow(/at most 99/)
  })
})

/** Folders in each other, each made from the open one above: their path is longer than the system takes. */
function makeDeep(root: string, depth: number) {
  let fd = openSync(root, constants.O_DIRECTORY)
  for (let level = 0; level < depth; level++) {
    mkdirSync(`/proc/self/fd/${fd}/d`)
    const next = openSync(`/proc/self/fd/${fd}/d`, constants.O_DIRECTORY)
    closeSync(fd)
    fd = next
  }
  closeSync(fd)
}

test('by rechecking, where there are no descriptors: links and swaps are noticed', async () => {
  const other = await openWorkspace(workspaceHome(base, crypto.randomUUID()), limits, { mode: 'recheck' })
  await other.write('a/b.txt', 'b')
  expect((await other.read('a/b.txt')).bytes.toString()).toBe('b')
  writeFileSync(join(other.home, 'canary'), secret)
  symlinkSync('../canary', join(other.root, 'file'))
  symlinkSync('..', join(other.root, 'out'))
  await expect(other.read('file')).rejects.toMatchObject({ code: 'denied' })
  await expect(other.read('out/canary')).rejects.toMatchObject({ code: 'denied' })
  await expect(other.write('out/canary', 'x')).rejects.toMatchObject({ code: 'denied' })
  expect(readFileSync(join(other.home, 'canary'), 'utf8')).toBe(secret)
})

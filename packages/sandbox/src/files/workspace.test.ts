import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openWorkspace, type Workspace, workspaceHome } from './workspace.ts'

const base = mkdtempSync(join(tmpdir(), 'ws-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

let workspace: Workspace
beforeEach(async () => {
  workspace = await openWorkspace(workspaceHome(base, crypto.randomUUID()), { bytes: 1 << 20, entries: 100 })
})
const text = async (path: string) => (await workspace.read(path)).bytes.toString()

describe('reading and writing', () => {
  test('writes whole files, makes their folders, and reads bytes and ranges', async () => {
    expect(await workspace.write('a/b/c.txt', 'hello')).toEqual({ path: 'a/b/c.txt', bytes: 5, created: true })
    expect(await workspace.write('/workspace/a/b/c.txt', 'hello world')).toMatchObject({ created: false })
    expect(await text('./a/b/c.txt')).toBe('hello world')
    expect(await workspace.read('a/b/c.txt', { offset: 6, length: 3 })).toMatchObject({
      bytes: Buffer.from('wor'),
      totalBytes: 11,
    })
    expect((await workspace.read('a/b/c.txt', { offset: 99 })).bytes).toHaveLength(0)
    expect(workspace.usage).toEqual({ bytes: 11, entries: 3, over: false })
    expect(await workspace.recount()).toEqual({ bytes: 11, entries: 3, over: false })
  })

  test('an exclusive write keeps what is there', async () => {
    await workspace.write('a.txt', 'first')
    await expect(workspace.write('a.txt', 'second', { exclusive: true })).rejects.toMatchObject({ code: 'denied' })
    expect(await text('a.txt')).toBe('first')
  })

  test('a write that fails half way leaves the old file and nothing beside it', async () => {
    await workspace.write('a.txt', 'old')
    async function* chunks() {
      yield Buffer.from('new')
      throw new Error('the upload broke off')
    }
    await expect(workspace.write('a.txt', chunks())).rejects.toThrow('the upload broke off')
    expect(await text('a.txt')).toBe('old')
    expect((await workspace.list()).entries.map((entry) => entry.path)).toEqual(['a.txt'])
  })

  test('a slow upload holds up nobody, and counts when it ends', async () => {
    const gate = Promise.withResolvers<void>()
    async function* slowly(bytes: number) {
      yield Buffer.alloc(bytes - 1)
      await gate.promise
      yield Buffer.alloc(1)
    }
    const uploads = ['one', 'two'].map((name) => workspace.write(name, slowly(600_000)))
    await workspace.write('meanwhile', 'x')
    gate.resolve()
    const ends = await Promise.allSettled(uploads)
    expect(ends.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(ends.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'quota' } })
    expect(await workspace.recount()).toEqual(workspace.usage)
  })

  test('what a crash left of a write goes when the workspace is opened again, an hour later', async () => {
    await workspace.write('a.txt', 'a')
    const part = () => `.reynard-${crypto.randomUUID()}.part`
    const [old, fresh] = [part(), part()]
    for (const name of [old, fresh]) writeFileSync(join(workspace.root, name), 'half')
    utimesSync(join(workspace.root, old), 0, 0)
    const again = await openWorkspace(workspace.home, workspace.quota.limits)
    expect((await again.list()).entries.map((entry) => entry.path)).toEqual([fresh, 'a.txt'])
    expect(again.usage).toEqual({ bytes: 5, entries: 2, over: false })
  })

  test('appends, also to a file that is not there yet', async () => {
    await workspace.append('log.txt', 'one\n')
    await workspace.append('log.txt', 'two\n')
    expect(await text('log.txt')).toBe('one\ntwo\n')
    expect(workspace.usage.bytes).toBe(8)
  })

  test('streams as many bytes as it promised, none for an empty file', async () => {
    await workspace.write('a.bin', Buffer.alloc(200_000, 7))
    await workspace.write('empty', '')
    const { stream, bytes } = workspace.stream('a.bin')
    expect((await buffer(stream)).byteLength).toBe(bytes)
    expect(await buffer(workspace.stream('empty').stream)).toHaveLength(0)
  })

  test('names are composed on creation, and found by either form of what is there', async () => {
    const decomposed = 'e\u0301t\u00e9.txt'
    expect((await workspace.write(decomposed, 'x')).path).toBe('\u00e9t\u00e9.txt')
    writeFileSync(join(workspace.root, 'a\u0308.txt'), 'as it is')
    expect(await text('a\u0308.txt')).toBe('as it is')
  })
})

describe('lines', () => {
  const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}\n`).join('')

  test.each([
    [{}, 'line 1\nline 2\nline 3\n', 1, 3, false],
    [{ from: 2 }, 'line 2\nline 3\n', 2, 3, false],
    [{ from: 2, to: 2 }, 'line 2\n', 2, 2, false],
    [{ from: 9 }, '', 9, 8, false],
    [{ maxBytes: 16 }, 'line 1\nline 2\n', 1, 2, true],
    [{ maxBytes: 14 }, 'line 1\nline 2\n', 1, 2, true],
    [{ maxBytes: 3 }, 'lin', 1, 1, true],
  ])('%j', async (range, expected, from, to, truncated) => {
    await workspace.write('a.txt', lines(3))
    expect(await workspace.readLines('a.txt', range)).toMatchObject({
      text: expected,
      from,
      to,
      truncated,
      totalLines: 3,
    })
  })

  test('across chunks, without an end of line at the end, and empty', async () => {
    await workspace.write('long.txt', `${lines(20_000)}end`)
    expect(await workspace.readLines('long.txt', { from: 19_999 })).toMatchObject({
      text: 'line 19999\nline 20000\nend',
      to: 20_001,
      totalLines: 20_001,
    })
    await workspace.write('empty', '')
    expect(await workspace.readLines('empty')).toMatchObject({ text: '', totalLines: 0, binary: false })
    await workspace.write('image.png', Buffer.from([0x89, 0x50, 0, 1]))
    expect(await workspace.readLines('image.png')).toMatchObject({ binary: true })
  })
})

describe('editing', () => {
  test('replaces exactly, all edits or none, and takes no pattern for one', async () => {
    await workspace.write('a.ts', 'const a = 1\nconst b = 1\n')
    await workspace.edit('a.ts', [
      { oldText: 'a = 1', newText: "a = '$&'" },
      { oldText: 'const', newText: 'let', all: true },
    ])
    expect(await text('a.ts')).toBe("let a = '$&'\nlet b = 1\n")
    const half = [
      { oldText: 'let a', newText: 'var a' },
      { oldText: 'missing', newText: '' },
    ]
    await expect(workspace.edit('a.ts', half)).rejects.toMatchObject({ code: 'not-found' })
    await expect(workspace.edit('a.ts', [{ oldText: 'let', newText: 'x' }])).rejects.toMatchObject({ code: 'too-many' })
    expect(await text('a.ts')).toBe("let a = '$&'\nlet b = 1\n")
  })

  test('keeps a byte order mark, and what is no text as it is', async () => {
    await workspace.write('bom.txt', '\ufeffone')
    await workspace.edit('bom.txt', [{ oldText: 'one', newText: 'two' }])
    expect(await text('bom.txt')).toBe('\ufefftwo')
    await workspace.write('latin1.txt', Buffer.from([0x61, 0xe9]))
    await expect(workspace.edit('latin1.txt', [{ oldText: 'a', newText: 'b' }])).rejects.toMatchObject({
      code: 'failed',
    })
  })
})

describe('moving and removing', () => {
  test('moves into new folders, never over something', async () => {
    await workspace.write('a.txt', 'a')
    expect(await workspace.move('a.txt', 'x/y/b.txt')).toBe('x/y/b.txt')
    await workspace.write('a.txt', 'again')
    await expect(workspace.move('a.txt', 'x/y/b.txt')).rejects.toMatchObject({ code: 'denied' })
    await expect(workspace.move('x', 'x/y/z')).rejects.toMatchObject({ code: 'bad-path' })
    await expect(workspace.move('nothing', 'b')).rejects.toMatchObject({ code: 'not-found' })
  })

  test('what is removed comes back by its id, once, and never over something new', async () => {
    await workspace.write('x/a.txt', 'a')
    const { id } = await workspace.remove('x')
    expect(workspace.find('x')).toBeUndefined()
    expect(workspace.usage).toMatchObject({ bytes: 0, entries: 0 })
    await workspace.write('x', 'in the way')
    await expect(workspace.restore(id)).rejects.toMatchObject({ code: 'denied' })
    const { id: second } = await workspace.remove('x')
    expect(workspace.removed().map((item) => item.path)).toEqual(['x', 'x'])
    await workspace.restore(id)
    expect(await text('x/a.txt')).toBe('a')
    expect(await workspace.recount()).toEqual(workspace.usage)
    await expect(workspace.restore(id)).rejects.toMatchObject({ code: 'not-found' })
    await expect(workspace.restore(`../${second}`)).rejects.toMatchObject({ code: 'not-found' })
  })

  test('the trash forgets the oldest when it would grow over the quota', async () => {
    for (const name of ['one', 'two', 'three']) {
      await workspace.write(name, Buffer.alloc(400_000))
      await workspace.remove(name)
    }
    expect(
      workspace
        .removed()
        .map((item) => item.path)
        .sort(),
    ).toEqual(['three', 'two'])
  })
})

/** Another disk than the one where temporary files lie, on most machines. */
const memory = '/dev/shm'
const hasTwoDisks = existsSync(memory) && statSync(memory).dev !== statSync(tmpdir()).dev

describe.skipIf(!hasTwoDisks)('a folder on another disk than the trash', () => {
  let folder: string
  let elsewhere: Workspace
  beforeEach(async () => {
    folder = mkdtempSync(join(memory, 'ws-'))
    const home = workspaceHome(base, crypto.randomUUID())
    elsewhere = await openWorkspace(home, { bytes: 1 << 30, entries: 100 }, { root: folder })
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  test('what is removed is copied to the trash, and comes back with its modes and links', async () => {
    await elsewhere.write('d/run.sh', 'run')
    chmodSync(join(folder, 'd/run.sh'), 0o755)
    symlinkSync('/etc', join(folder, 'd/link'))
    expect(await elsewhere.removalProblem('d')).toBeNull()
    const { id, entries } = await elsewhere.remove('d')
    expect([readdirSync(folder), entries]).toEqual([[], 3])
    expect(existsSync('/etc/passwd')).toBe(true)
    await elsewhere.restore(id)
    expect(statSync(join(folder, 'd/run.sh')).mode & 0o777).toBe(0o755)
    expect(readlinkSync(join(folder, 'd/link'))).toBe('/etc')
    expect(elsewhere.removed()).toEqual([])
  })

  test('what is too large to be copied stays, and that is told before', async () => {
    await elsewhere.write('d/large.bin', 'x')
    truncateSync(join(folder, 'd/large.bin'), 200 * 1024 ** 2)
    const words = expect.stringMatching(/^d lies on another disk than the trash and is too large/)
    expect(await elsewhere.removalProblem('d')).toEqual(words)
    await expect(elsewhere.remove('d')).rejects.toMatchObject({ code: 'unavailable', message: words })
    expect(readdirSync(join(folder, 'd'))).toEqual(['large.bin'])
    expect(await elsewhere.removalProblem('nothing')).toBeNull()
    expect(await elsewhere.removalProblem('../x')).toBeNull()
  })
})

test('on one disk nothing is too large for the trash', async () => {
  await workspace.write('large.bin', 'x')
  truncateSync(join(workspace.root, 'large.bin'), 200 * 1024 ** 2)
  expect(await workspace.removalProblem('large.bin')).toBeNull()
})

describe('listing', () => {
  test('types, depth, skipped folders, a limit that cuts the deepest', async () => {
    await workspace.write('src/deep/a.ts', 'abc')
    await workspace.write('node_modules/x/index.js', '')
    symlinkSync('src', join(workspace.root, 'link'))
    expect((await workspace.list()).entries.map(({ path, type }) => [path, type])).toEqual([
      ['link', 'link'],
      ['node_modules', 'folder'],
      ['src', 'folder'],
    ])
    const all = await workspace.list('.', { depth: 9, skip: ['node_modules'] })
    expect(all.entries.map((entry) => entry.path)).toEqual(['link', 'node_modules', 'src', 'src/deep', 'src/deep/a.ts'])
    expect(await workspace.list('src', { depth: 2 })).toMatchObject({
      entries: [{ path: 'src/deep' }, { path: 'src/deep/a.ts', type: 'file', bytes: 3 }],
      truncated: false,
      hidden: 0,
    })
    const cut = await workspace.list('.', { depth: 9, maxEntries: 3 })
    expect(cut.truncated).toBe(true)
    expect(cut.entries.map((entry) => entry.path)).toEqual(['link', 'node_modules', 'src'])
    expect(workspace.stat('.')).toMatchObject({ path: '.', type: 'folder' })
  })
})

test('a quota holds for bytes and for entries, and frees what is removed', async () => {
  await workspace.write('big', Buffer.alloc(1_000_000))
  await expect(workspace.write('more', Buffer.alloc(100_000))).rejects.toMatchObject({ code: 'quota' })
  await expect(workspace.append('big', Buffer.alloc(100_000))).rejects.toMatchObject({ code: 'quota' })
  await workspace.write('big', Buffer.alloc(10))
  const writes = Array.from({ length: 120 }, (_, index) => workspace.write(`f${index}`, 'x'))
  const settled = await Promise.allSettled(writes)
  expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(99)
  expect(await workspace.recount()).toEqual(workspace.usage)
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { type Header, pack } from 'tar-stream'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { openWorkspace, type Workspace, workspaceHome } from '../files/workspace.ts'
import { archiveStem, extractArchive } from './extract-archive.ts'

// Hostile inputs 84–91 of the sandbox's list as tars, plain and gzipped, each with what a well-meant archive does.

const base = mkdtempSync(join(tmpdir(), 'tar-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

let workspace: Workspace
beforeEach(async () => {
  workspace = await openWorkspace(workspaceHome(base, crypto.randomUUID()), { bytes: 50 << 20, entries: 3000 })
  await workspace.write('kept.txt', 'kept')
})

type Item = Pick<Header, 'name'> & Partial<Header> & { text?: string }
const file = (name: string, text = 'x', more: Partial<Header> = {}): Item => ({ name, text, ...more })
async function tarOf(items: readonly Item[]): Promise<Buffer> {
  const tar = pack()
  for (const { text = '', ...header } of items) tar.entry(header, header.type && header.type !== 'file' ? '' : text)
  tar.finalize()
  return await buffer(bytesOf(tar))
}
async function* bytesOf(chunks: AsyncIterable<unknown>) {
  for await (const chunk of chunks) if (chunk instanceof Uint8Array) yield chunk
}
async function unpack(bytes: Buffer, name = 'up.tar', options = {}) {
  await workspace.write(name, bytes)
  return await extractArchive(workspace, name, options)
}
const paths = async () => (await workspace.list('.', { depth: 80 })).entries.map(({ path }) => path)

describe('what is well meant', () => {
  test.each(['up.tar', 'up.tar.gz', 'up.tgz', 'UP.TGZ'])('%s is unpacked, into a folder', async (name) => {
    const long = `${'deep/'.repeat(30)}a file whose path is longer than an old tar may say.txt`
    const tar = await tarOf([
      { name: 'empty', type: 'directory' },
      file('a.txt', 'one'),
      file('été.txt', 'two'),
      file(long, 'y'.repeat(200_000)),
    ])
    const bytes = /gz$/i.test(name) ? gzipSync(tar) : tar
    expect(await unpack(bytes, name, { into: 'new' })).toEqual({ files: 3, bytes: 200_006, gitFiles: 0 })
    expect(await paths()).toEqual(expect.arrayContaining(['new/empty', 'new/a.txt', 'new/été.txt', `new/${long}`]))
    expect((await workspace.read(`new/${long}`)).bytes.length).toBe(200_000)
    expect(await workspace.recount()).toEqual(workspace.usage)
    expect(archiveStem(name)).toBe(name.slice(0, 2))
  })
})

describe('what is not', () => {
  const refused: [string, Item[], string][] = [
    ['84 ../../pwn', [file('../../pwn')], 'bad-path'],
    ['84 /tmp/pwn', [file('/tmp/pwn')], 'bad-path'],
    ['84 a backslash', [file('..\\..\\pwn')], 'bad-path'],
    ['84 .git deep down', [file('a/b/.git/config')], 'denied'],
    ['85 a link, and through it', [{ name: 'l', type: 'symlink', linkname: '/etc' }, file('l/x')], 'denied'],
    ['85 a hard link', [{ name: 'l', type: 'link', linkname: '/etc/passwd' }], 'denied'],
    ['85 a device', [{ name: 'd', type: 'character-device', devmajor: 1, devminor: 5 }], 'denied'],
    ['85 a pipe', [{ name: 'p', type: 'fifo' }], 'denied'],
    ['88 2,001 entries', Array.from({ length: 2001 }, (_, index) => file(`f${index}`, '')), 'too-many'],
    ['89 twice', [file('a.txt'), file('a.txt')], 'denied'],
    ['89 by case', [file('a.txt'), file('A.TXT')], 'denied'],
    ['89 file and folder', [file('a'), file('a/b')], 'denied'],
    ['89 over a file that is here', [file('new.txt'), file('kept.txt')], 'denied'],
    ['86 more than fits', [file('first'), file('zeros', '\0'.repeat(51 << 20))], 'quota'],
  ]
  test.each(refused)('%s', async (_, items, code) => {
    const packed = gzipSync(await tarOf(items))
    await expect(unpack(packed, 'up.tgz')).rejects.toMatchObject({ code })
    expect(await paths()).toEqual(['kept.txt', 'up.tgz'])
    expect(await workspace.recount()).toEqual(workspace.usage)
  })

  test('87, 91 zeros behind the end, a name of megabytes, a size that is not there', async () => {
    const tar = await tarOf([file('a', 'one')])
    const tail = gzipSync(Buffer.concat([tar, Buffer.alloc(40 << 20)]))
    await expect(unpack(tail, 'tail.tgz')).rejects.toMatchObject({ code: 'failed' })
    const named = await tarOf([{ name: 'x', pax: { path: 'n'.repeat(8 << 20) } }, file('a')])
    await expect(unpack(named, 'named.tar')).rejects.toMatchObject({ code: expect.stringMatching(/failed|bad-path/) })
    const long = await tarOf([file('big', 'z'.repeat(100_000))])
    await expect(unpack(long.subarray(0, 50_000), 'short.tar')).rejects.toMatchObject({ code: 'failed' })
    for (const bytes of [Buffer.alloc(0), Buffer.from('no tar'), Buffer.alloc(2048), gzipSync('no tar')]) {
      await expect(unpack(bytes, 'none.tgz')).rejects.toMatchObject({ code: 'failed' })
    }
    expect(await paths()).not.toContain('a')
    expect(await workspace.recount()).toEqual(workspace.usage)
  })

  test.each(['cut.tar', 'cut.tgz'])('%s that ends between two entries is cut off, and leaves nothing', async (name) => {
    const tar = await tarOf([file('a', 'one'), file('b', 'two')])
    const cut = tar.subarray(0, 1024)
    await expect(unpack(name === 'cut.tgz' ? gzipSync(cut) : cut, name)).rejects.toMatchObject({
      code: 'failed',
      message: 'This tar was cut off: its end is missing. Get it once more, whole.',
    })
    expect(await paths()).toEqual([name, 'kept.txt'])
    // One of the two blocks of zeros is enough.
    expect(await unpack(tar.subarray(0, 2048 + 512), 'one.tar')).toMatchObject({ files: 2 })
  })

  test('being stopped leaves nothing', async () => {
    const stop = new AbortController()
    const tar = await tarOf(Array.from({ length: 500 }, (_, index) => file(`d/f${index}`)))
    await workspace.write('up.tar', tar)
    const unpacking = extractArchive(workspace, 'up.tar', { signal: stop.signal })
    stop.abort()
    await expect(unpacking).rejects.toMatchObject({ code: 'aborted' })
    expect(await paths()).toEqual(['kept.txt', 'up.tar'])
  })
})

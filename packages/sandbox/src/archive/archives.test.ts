import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { constants, createDeflateRaw } from 'node:zlib'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { openWorkspace, type Workspace, workspaceHome } from '../files/workspace.ts'
import { createZip } from './create-zip.ts'
import { extractZip } from './extract-zip.ts'
import { type RawEntry, rawZip } from './testing/raw-zip.ts'

// Hostile inputs 84–90 of the sandbox's list, each with what a well-meant archive does.

const base = mkdtempSync(join(tmpdir(), 'zip-'))
afterAll(() => rmSync(base, { recursive: true, force: true }))

const open = () => openWorkspace(workspaceHome(base, crypto.randomUUID()), { bytes: 50 << 20, entries: 3000 })
let workspace: Workspace
beforeEach(async () => {
  workspace = await open()
  await workspace.write('kept.txt', 'kept')
})

const file = (name: string | Buffer, text = 'x', more: Partial<RawEntry> = {}): RawEntry => ({
  name,
  data: Buffer.from(text),
  ...more,
})
async function unpack(entries: RawEntry[] | Buffer, options = {}) {
  await workspace.write('up.zip', Buffer.isBuffer(entries) ? entries : rawZip(entries))
  return extractZip(workspace, 'up.zip', options)
}
const paths = async (of = workspace) => (await of.list('.', { depth: 80 })).entries.map((entry) => entry.path)

describe('what is well meant', () => {
  test('files and folders are unpacked, into the root or a folder', async () => {
    const entries = [
      file('a.txt', 'one'),
      { name: 'empty/', mode: 0o040755 },
      file('deep/b.txt', 'two'),
      file('no mode', 'x', { mode: 0 }),
    ]
    expect(await unpack(entries, { into: 'new/place' })).toEqual({ files: 3, bytes: 7, gitFiles: 0 })
    expect(await paths()).toEqual([
      'kept.txt',
      ...[
        'new',
        'new/place',
        'new/place/a.txt',
        'new/place/deep',
        'new/place/deep/b.txt',
        'new/place/empty',
        'new/place/no mode',
      ],
      'up.zip',
    ])
    expect((await workspace.read('new/place/deep/b.txt')).bytes.toString()).toBe('two')
    expect(await workspace.recount()).toEqual(workspace.usage)
  })

  test('a .git folder goes where no tool sees it, as far as an import reads it', async () => {
    const git = await open()
    const entries = [
      file('p/a.txt'),
      file('p/.git/HEAD'),
      file('p/.git/refs/heads/main'),
      file('p/.git/hooks/pre-commit'),
      file('p/.git/config'),
    ]
    expect(await unpack(entries, { git })).toMatchObject({ files: 1, gitFiles: 2 })
    expect(await paths(git)).toEqual(['git', 'git/HEAD', 'git/refs', 'git/refs/heads', 'git/refs/heads/main'])
    expect(await paths()).toEqual(['kept.txt', 'p', 'p/a.txt', 'up.zip'])
  })

  test('what was packed unpacks to the same', async () => {
    await workspace.write('dir/été.txt', 'x'.repeat(100_000))
    await workspace.write('dir/node_modules/m.js', 'left out')
    await workspace.makeFolder('dir/empty')
    symlinkSync('/etc/passwd', join(workspace.root, 'dir/link'))
    const { stream, files, truncated } = await createZip(workspace, { path: 'dir', skip: ['node_modules'] })
    expect({ files, truncated }).toEqual({ files: 1, truncated: false })
    await unpack(await buffer(stream), { into: 'copy' })
    expect((await paths()).filter((path) => path.startsWith('copy'))).toEqual(['copy', 'copy/empty', 'copy/été.txt'])
    expect((await workspace.read('copy/été.txt')).bytes).toEqual((await workspace.read('dir/été.txt')).bytes)
  })

  test('whoever stops reading a zip leaves no file open', async () => {
    for (let index = 0; index < 5; index++) await workspace.write(`f${index}`, Buffer.alloc(1 << 20, index))
    const before = readdirSync('/proc/self/fd').length
    const { stream } = await createZip(workspace)
    for await (const _ of stream) break
    await new Promise((resolve) => setImmediate(resolve))
    await expect.poll(() => readdirSync('/proc/self/fd').length).toBeLessThanOrEqual(before)
  })
})

describe('what is not', () => {
  const link = { mode: 0o120777 }
  const refused: [string, RawEntry[], string][] = [
    ['84 ../../pwn', [file('../../pwn')], 'bad-path'],
    ['84 /tmp/pwn', [file('/tmp/pwn')], 'bad-path'],
    ['84 a backslash', [file('..\\..\\pwn')], 'bad-path'],
    ['84 deep', [file('a/../../pwn')], 'bad-path'],
    ['84 a drive', [file('C:/pwn')], 'bad-path'],
    ['84 /workspace', [file('/workspace/pwn')], 'bad-path'],
    ['84 NUL', [file('a\0b')], 'bad-path'],
    ['84 a device', [file('con.txt')], 'bad-path'],
    ['84 direction', [file('a\u202egnp.exe')], 'bad-path'],
    ['84 81 deep', [file(Array.from({ length: 81 }, () => 'd').join('/'))], 'bad-path'],
    ['84 .GIT', [file('.GIT/hooks/post-checkout')], 'denied'],
    ['84 .git deep down', [file('a/b/.git/config')], 'denied'],
    ['85 a link, and through it', [file('l', '/etc', link), file('l/x')], 'denied'],
    ['85 a link alone', [file('l', '/etc/passwd', link)], 'denied'],
    ['85 a pipe', [file('p', '', { mode: 0o010644 })], 'denied'],
    ['85 encrypted', [file('a', 'x', { flags: 0x801 })], 'denied'],
    ['87 a declared size of 10', [file('a', 'x'.repeat(100_000), { size: 10 })], 'failed'],
    ['88 70,000 entries', Array.from({ length: 70_000 }, (_, index) => file(`f${index}`, '')), 'too-many'],
    ['88 2,001 entries', Array.from({ length: 2001 }, (_, index) => file(`f${index}`, '')), 'too-many'],
    ['89 twice', [file('a.txt'), file('a.txt')], 'denied'],
    ['89 by case', [file('a.txt'), file('A.TXT')], 'denied'],
    ['89 by composition', [file('\u00e9'), file('e\u0301')], 'denied'],
    ['89 file and folder', [file('a'), file('a/b')], 'denied'],
    ['89 folder and file', [file('a/b'), file('A')], 'denied'],
    ['89 over a file that is here', [file('new.txt'), file('kept.txt')], 'denied'],
  ]
  test.each(refused)('%s', async (_, entries, code) => {
    await expect(unpack(entries)).rejects.toMatchObject({ code })
    expect(await paths()).toEqual(['kept.txt', 'up.zip'])
    expect(readdirSync(workspace.home).toSorted()).toEqual(
      ['files', 'trash'].filter((name) => readdirSync(workspace.home).includes(name)),
    )
    expect(await workspace.recount()).toEqual(workspace.usage)
  })

  test('86 900 MB of zeros in 0.9 MB stop at the quota and leave nothing', async () => {
    const bomb = { name: 'zeros', deflated: await zeros(900), size: 900 << 20 }
    expect(bomb.deflated.length).toBeLessThan(1.2e6)
    const started = process.cpuUsage()
    await expect(unpack([file('first/a'), bomb])).rejects.toMatchObject({ code: 'quota' })
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(5000)
    expect(await paths()).toEqual(['kept.txt', 'up.zip'])
    await workspace.write('after', 'still works')
  })

  test('90 entries over each other count as often as they are there; a zip in a zip stays a file', async () => {
    const large = file('0', 'y'.repeat(20 << 20))
    await expect(
      unpack([large, file('1', '', { ...large, name: '1', at: 0 }), file('2', '', { ...large, name: '2', at: 0 })]),
    ).rejects.toMatchObject({ code: 'quota' })
    const inner = rawZip([file('../../pwn')])
    expect(await unpack([{ name: 'inner.zip', data: inner }], { into: 'z' })).toMatchObject({ files: 1 })
    expect((await workspace.read('z/inner.zip')).bytes).toEqual(inner)
  })

  test('what is no zip, is cut short, or is a link', async () => {
    const whole = rawZip([file('a', 'x'.repeat(1000)), file('b')])
    for (const bytes of [Buffer.alloc(0), Buffer.from('no zip'), whole.subarray(0, -10), whole.subarray(20)]) {
      await expect(unpack(bytes)).rejects.toMatchObject({ code: expect.stringMatching(/failed|bad-path/) })
    }
    writeFileSync(join(workspace.home, 'canary.zip'), whole)
    symlinkSync('../canary.zip', join(workspace.root, 'link.zip'))
    await expect(extractZip(workspace, 'link.zip')).rejects.toMatchObject({ code: 'denied' })
    expect(readFileSync(join(workspace.home, 'canary.zip'))).toEqual(whole)
  })

  test('being stopped leaves nothing', async () => {
    const controller = new AbortController()
    await workspace.write('up.zip', rawZip(Array.from({ length: 500 }, (_, index) => file(`d/f${index}`))))
    const unpacking = extractZip(workspace, 'up.zip', { signal: controller.signal })
    controller.abort()
    await expect(unpacking).rejects.toMatchObject({ code: 'aborted' })
    expect(await paths()).toEqual(['kept.txt', 'up.zip'])
  })
})

/** So many MiB of zeros, deflated: the same packed mebibyte again and again, none of which looks back. */
async function zeros(mebibytes: number): Promise<Buffer> {
  const stream = createDeflateRaw({ level: 9 })
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  stream.write(Buffer.alloc(1 << 20))
  await new Promise<void>((resolve) => stream.flush(constants.Z_FULL_FLUSH, resolve))
  const one = Buffer.concat(chunks)
  stream.destroy()
  // An empty last block.
  return Buffer.concat([...Array.from({ length: mebibytes }, () => one), Buffer.from([1, 0, 0, 0xff, 0xff])])
}

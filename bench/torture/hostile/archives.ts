import { randomUUID } from 'node:crypto'
import { existsSync, lstatSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32, deflateRawSync } from 'node:zlib'
import { extractArchive, openWorkspace, type Workspace, workspaceHome } from '@reynard/sandbox'
import { type RawEntry, rawZip } from '@reynard/sandbox/testing'
import { below, chance, pick, type Random } from './chance.ts'
import type { HostileGroup } from './group.ts'

const limits = { bytes: 20 << 20, entries: 1_000 }
const parts = [
  '..',
  '.',
  '',
  'a',
  'A',
  'a.txt',
  'A.TXT',
  'sub',
  'link',
  'CON',
  'nul.txt',
  'x.',
  ' ',
  '\0',
  '\\',
  'C:',
  '.git',
  '．．',
  '%2e%2e',
  '\u202e',
]
const kinds = {
  file: 0o100644,
  folder: 0o040755,
  link: 0o120777,
  pipe: 0o010644,
  device: 0o060644,
  setuid: 0o104755,
  none: 0,
}

function varyName(random: Random, outside: string): string {
  const name = Array.from({ length: 1 + below(random, 5) }, () => pick(random, parts)).join(
    pick(random, ['/', '/', '\\']),
  )
  return (
    pick(random, ['', '', '/', '//', 'sub/', '../', `${outside}/`, 'link/']) + name + pick(random, ['', '', '', '/'])
  )
}

function varyEntry(random: Random, outside: string, at: number): RawEntry {
  const mode = pick(random, [kinds.file, kinds.file, kinds.file, ...Object.values(kinds)])
  const text = pick(random, ['x', `${outside}/canary`, '/etc/passwd', '..', 'y'.repeat(below(random, 9_000))])
  const entry: RawEntry = { name: varyName(random, outside), data: Buffer.from(text), mode }
  if (chance(random, 0.15)) entry.data = Buffer.alloc(below(random, 60 << 20))
  if (chance(random, 0.15)) entry.size = below(random, 1e9)
  if (chance(random, 0.1) && at > 0) entry.at = below(random, at)
  if (chance(random, 0.1)) entry.flags = below(random, 0x1_0000)
  if (chance(random, 0.1)) entry.deflated = deflateRawSync(Buffer.from('short')).subarray(0, below(random, 7))
  return entry
}

/** Names of all kinds, types of all kinds, sizes that lie; then some bytes of the whole changed, or the end left out. */
function varyArchive(random: Random, outside: string): { bytes: Buffer; what: string } {
  const count = pick(random, [1, 2, 3, 5, 8, 3_000])
  const entries: RawEntry[] = []
  for (let at = 0; at < count; at++) entries.push(count > 100 ? { name: `many/${at}` } : varyEntry(random, outside, at))
  // A link, and then something through it.
  if (chance(random, 0.2)) entries.unshift({ name: 'link', data: Buffer.from(outside), mode: kinds.link })
  // A zip within a zip stays a file.
  if (chance(random, 0.1)) entries.push({ name: 'inner.zip', data: rawZip([{ name: '../../pwn' }]) })
  let bytes = rawZip(entries)
  if (chance(random, 0.2)) bytes = bytes.subarray(0, below(random, bytes.length))
  if (chance(random, 0.2)) for (let hits = 0; hits < 8; hits++) bytes[below(random, bytes.length)] = below(random, 256)
  return {
    bytes,
    what: JSON.stringify(entries.slice(0, 8).map(({ name, mode, size }) => [name, mode?.toString(8), size])),
  }
}

/** What lies below a folder; anything but files and folders is named as what must not be there. */
function look(root: string, path = ''): { paths: string[]; bad: string[] } {
  const found: { paths: string[]; bad: string[] } = { paths: [], bad: [] }
  for (const name of readdirSync(join(root, path))) {
    const stat = lstatSync(join(root, path, name))
    found.paths.push(join(path, name))
    if (!stat.isFile() && !stat.isDirectory()) found.bad.push(`${join(path, name)} is neither a file nor a folder`)
    if (stat.isFile() && (stat.mode & 0o6000) !== 0) found.bad.push(`${join(path, name)} runs as its owner`)
    if (!stat.isDirectory()) continue
    const inner = look(root, join(path, name))
    found.paths.push(...inner.paths)
    found.bad.push(...inner.bad)
  }
  return found
}

/** The inputs 84 to 90, by the door through which every archive comes. */
export const archives: HostileGroup = {
  name: 'archives (84–90)',
  share: 3,
  async open({ random, base, outside }) {
    const around = join(base, 'archives')
    const fresh = () => openWorkspace(workspaceHome(around, randomUUID()), limits)
    const unpack = async (workspace: Workspace, bytes: Buffer) => {
      // As an upload is: what is in the workspace counts for its quota, so the archive's own bytes are small.
      await workspace.write('up.zip', bytes)
      return await extractArchive(workspace, 'up.zip')
    }
    return {
      async attack() {
        const workspace = await fresh()
        const { bytes, what } = varyArchive(random, outside)
        let failed = true
        return {
          what,
          async run() {
            const told = await unpack(workspace, bytes)
            failed = false
            return told
          },
          async check() {
            const { paths, bad } = look(workspace.root)
            const siblings = readdirSync(around).filter((name) => name !== workspace.home.split('/').at(-1))
            const beside = readdirSync(workspace.home).filter((name) => existsSync(join(workspace.home, name, 'pwn')))
            const usage = { ...workspace.usage }
            const counted = await workspace.recount()
            rmSync(workspace.home, { recursive: true, force: true })
            if (bad.length > 0) return bad.join(', ')
            if (siblings.length > 0 || beside.length > 0) return `something lies beside: ${[...siblings, ...beside]}`
            if (failed && paths.some((path) => path !== 'up.zip')) return `a failure left ${paths.slice(0, 5)}`
            if (counted.bytes > limits.bytes || counted.entries > limits.entries) return 'more than the quota'
            return usage.bytes === counted.bytes
              ? null
              : `${usage.bytes} bytes were counted, there are ${counted.bytes}`
          },
        }
      },
      async control() {
        const workspace = await fresh()
        await unpack(workspace, rawZip([{ name: 'a/b.txt', data: Buffer.from('well') }]))
        const text = readFileSync(join(workspace.root, 'a', 'b.txt'), 'utf8')
        // What a program does that joins names: it is found by the same look.
        writeFileSync(join(workspace.root, '..', '..', 'pwn'), `${crc32('')}`)
        const isSeen = readdirSync(around).includes('pwn')
        rmSync(join(around, 'pwn'))
        rmSync(workspace.home, { recursive: true, force: true })
        if (text !== 'well') return 'a plain archive is not unpacked'
        return isSeen ? null : 'what gets out is not seen'
      },
    }
  },
}

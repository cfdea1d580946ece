import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { below, chance, pick, type Random } from './chance.ts'
import type { HostileGroup } from './group.ts'
import { createLines } from './lines.ts'

/** How one fetch ended in the private network. */
type End = { value?: { text: string }; code?: string; leaks: number }

const path = '/usr/sbin:/usr/bin:/sbin:/bin'
const unshare = process.getuid?.() === 0 ? ['-n'] : ['-rn']
const publicHost = 'public.test'

/** An address of our own: it has a server in the private network. */
const ownAddress = (random: Random): [number, number, number, number] =>
  pick(random, [
    [127, below(random, 256), below(random, 256), 1 + below(random, 254)],
    [127, 0, 0, 1],
    [10, 0, 0, 1],
    [169, 254, 169, 254],
    [100, 64, 0, 1],
    [198, 18, 0, 1],
    [0, 0, 0, 0],
  ])
const inBase = (random: Random, part: number) =>
  pick(random, [`${part}`, `0x${part.toString(16)}`, `0${part.toString(8)}`, `0x${part.toString(16).padStart(6, '0')}`])
const circled = (text: string) =>
  text.replaceAll(/[0-9]/g, (digit) => (digit === '0' ? '⓪' : String.fromCodePoint(0x245f + Number(digit))))

function varyHost(random: Random): string {
  const [a, b, c, d] = ownAddress(random)
  const whole = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0
  const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
  const dotted = `${a}.${b}.${c}.${d}`
  return pick(random, [
    () => dotted,
    () => [a, b, c, d].map((part) => inBase(random, part)).join('.'),
    () => inBase(random, whole),
    () => `${inBase(random, a)}.${inBase(random, whole & 0xff_ffff)}`,
    () => `${a}.${b}.${inBase(random, (c << 8) | d)}`,
    () => dotted.replaceAll('.', pick(random, ['。', '．', '｡'])),
    () => circled(dotted),
    () => `${dotted}.`,
    () => `[::ffff:${dotted}]`,
    () => `[::${hex}]`,
    () => `[64:ff9b::${hex}]`,
    () => `[2002:${hex}::]`,
    () => pick(random, ['[::1]', '[::]', '[fe80::1]', '[fc00::1]', '[0:0:0:0:0:0:0:1]', '[::1%25lo]']),
    () => pick(random, ['localhost', 'LOCALHOST', 'localhost.', 'loc\u00adalhost', 'local%68ost', 'a.localhost']),
    () => pick(random, ['inner.test', 'mixed.test', 'mapped.test', 'rebind-on-redirect.test', 'INNER.test.']),
  ])()
}

function varyUrl(random: Random): string {
  const user = pick(random, [
    '',
    '',
    '',
    `${publicHost}@`,
    'user:pass@',
    `${publicHost}%2f@`,
    `${publicHost}#@`,
    `${publicHost}\\@`,
  ])
  const port = pick(random, ['', '', '', ':80', ':22', ':6379', ':443', ':0', ':65536'])
  const scheme = pick(random, [
    'http',
    'http',
    'http',
    'http',
    'HTTP',
    'https',
    'file',
    'ftp',
    'gopher',
    'data',
    'unix',
    'ws',
  ])
  const slashes = pick(random, ['//', '//', '//', '/', '\\\\', '////', ''])
  let url = `${scheme}:${slashes}${user}${varyHost(random)}${port}/`
  for (let hops = pick(random, [0, 0, 1, 2, 5]); hops > 0; hops--)
    url = `http://${publicHost}/redirect?to=${encodeURIComponent(url)}`
  if (chance(random, 0.1)) url = pick(random, [' ', '\t', '\n', '\0', '//']) + url
  return url
}

/** The inputs 92 to 99: fetched in a network namespace of its own, never against addresses that are anybody's. */
export const urls: HostileGroup = {
  name: 'addresses of the web (92–99)',
  share: 3,
  needsWalls: true,
  missing: () =>
    spawnSync('unshare', [...unshare, 'ip', 'link'], { env: { PATH: path } }).status === 0
      ? null
      : 'There is no network namespace to be had, or iproute2 is not installed.',
  async open({ random }) {
    const file = join(import.meta.dirname, 'url-process.ts')
    const child = spawn('unshare', [...unshare, process.execPath, '--no-warnings', file], {
      env: { PATH: path },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const ended = once(child, 'exit')
    // Where it came down: `ask` says so.
    child.stdin.on('error', () => {})
    const lines = createLines(child.stdout)
    const ask = async (how: 'safe' | 'plain', url: string): Promise<End> => {
      child.stdin.write(`${JSON.stringify({ how, url })}\n`)
      const line = await Promise.race([lines.next(), ended.then(() => null)])
      if (line === null) throw new TypeError('the process that fetches came down')
      return JSON.parse(line)
    }
    return {
      async attack() {
        const url = varyUrl(random)
        let end: End = { leaks: 0 }
        return {
          what: url,
          async run() {
            end = await ask('safe', url)
            return end
          },
          async check() {
            if (end.leaks > 0) return 'reached our own network'
            if (end.value === undefined) return /^[a-z-]+$/.test(end.code ?? '') ? null : `ended untyped: ${end.code}`
            return end.value.text === 'hello' || end.value.text === 'elsewhere' ? null : 'something else answered'
          },
        }
      },
      async control() {
        const good = await ask('safe', `http://${publicHost}/`)
        // An address that no connection is open to yet.
        const bad = await ask('plain', `http://127.${below(random, 256)}.${below(random, 256)}.7/`)
        if (good.value?.text !== 'hello') return `a public page does not come: ${good.code}`
        return bad.leaks > 0 ? null : 'a plain fetch of our own network is not seen'
      },
      async close() {
        child.stdin.end()
        await ended
      },
    }
  },
}

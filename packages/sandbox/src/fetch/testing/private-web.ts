import { execFileSync } from 'node:child_process'
import { createServer } from 'node:http'
import { createServer as createTcpServer, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { publicAddress, publicHost } from './hostile-urls.ts'

const own = ['169.254.169.254/32', '10.0.0.1/32', '100.64.0.1/32', '198.18.0.1/32', `${publicAddress}/32`]
const own6 = ['fe80::1/128', 'fc00::1/128', '2002:7f00:1::/128', '64:ff9b::7f00:1/128', '2606:4700::1111/128']

/** UTF-8 as it stands in a header; what Node sends in none is left out. */
const asHeader = (text: string) => Buffer.from(text.replaceAll(/\p{Cc}/gu, '')).toString('latin1')

/**
 * Servers of our own on the ports 80, 22 and 6379 of every address that is asked for, of which one counts as public. Only within a network
 * namespace of its own (`unshare -n`): nothing leaves it.
 */
export async function openPrivateWeb() {
  execFileSync('ip', ['link', 'set', 'lo', 'up'])
  for (const address of own) execFileSync('ip', ['address', 'add', address, 'dev', 'lo'])
  for (const address of own6) execFileSync('ip', ['-6', 'address', 'add', address, 'dev', 'lo', 'nodad'])

  const publicNames = new Set([publicAddress, '2606:4700::1111'])
  let leaks = 0
  let publicHits = 0
  function look(socket: Socket) {
    if (publicNames.has((socket.localAddress ?? '').replace(/^::ffff:(?=93)/, ''))) publicHits++
    else leaks++
  }

  const server = createServer((incoming, answer) => {
    const url = new URL(incoming.url ?? '/', 'http://x')
    answer.on('error', () => {})
    const pages: Record<string, () => void> = {
      '/redirect': () =>
        answer.writeHead(302, { location: asHeader(url.searchParams.get('to') ?? '/') }).end('elsewhere'),
      '/loop': () => answer.writeHead(302, { location: '/loop' }).end(),
      '/hops': () => {
        const left = Number(url.searchParams.get('left'))
        if (left > 0) answer.writeHead(302, { location: `/hops?left=${left - 1}` }).end()
        else answer.end('arrived')
      },
      '/endless': () => {
        const more = () => {
          while (answer.write('x'.repeat(65_536)));
        }
        answer.on('drain', more)
        more()
      },
      '/silence': () => void answer.write('x'),
      '/headers': () => answer.writeHead(200, { 'x-large': 'h'.repeat(65_536) }).end(),
      '/gzip': () => answer.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(50 << 20))),
      '/destroy': () => {
        answer.writeHead(302, { location: '/', 'content-length': '1000000' })
        answer.write('x'.repeat(1000))
        setTimeout(() => answer.destroy(), 5)
      },
      '/broken': () => {
        answer.writeHead(200, { 'content-length': '1000000' })
        answer.write('x'.repeat(1000), () => answer.destroy())
      },
      '/asked': () => answer.end(JSON.stringify(incoming.headers)),
    }
    const page = pages[url.pathname] ?? (() => answer.writeHead(200, { 'content-type': 'text/plain' }).end('hello'))
    page()
  })
  server.on('connection', look)
  await new Promise<void>((resolve) => server.listen(80, '::', resolve))
  for (const port of [22, 6379]) {
    const tcp = createTcpServer(look)
    tcp.on('connection', (socket) => void socket.destroy())
    await new Promise<void>((resolve) => tcp.listen(port, '::', resolve))
  }

  const asked = new Map<string, number>()
  /** Names of the test. `rebind` is public whenever it is asked for the first time of two, and our own the second. */
  async function resolve(host: string): Promise<string[]> {
    const count = (asked.get(host) ?? 0) + 1
    asked.set(host, count)
    if (host === publicHost) return [publicAddress]
    if (host === 'six.test') return ['2606:4700::1111']
    if (host === 'inner.test') return ['127.0.0.1']
    if (host === 'mixed.test') return [publicAddress, '127.0.0.1']
    if (host === 'mapped.test') return ['::ffff:127.0.0.1']
    if (host === 'rebind-on-redirect.test') return ['10.0.0.1']
    if (host === 'rebind.test') return [count % 2 === 1 ? publicAddress : '127.0.0.1']
    throw new Error(`ENOTFOUND ${host}`)
  }

  /** How a fetch ended, and how many connections reached our own addresses meanwhile. */
  async function tried(work: () => Promise<unknown>) {
    const before = leaks
    const started = performance.now()
    const end = await work().then(
      (value) => ({ value }),
      (error: unknown) => ({ code: error instanceof Error && 'code' in error ? error.code : String(error) }),
    )
    return { ...end, leaks: leaks - before, wallMs: Math.round(performance.now() - started) }
  }

  return { resolve, tried, publicNames, publicHits: () => publicHits }
}

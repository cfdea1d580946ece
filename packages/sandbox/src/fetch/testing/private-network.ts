import { execFileSync } from 'node:child_process'
import { createServer, request } from 'node:http'
import { createServer as createTcpServer, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { safeFetch } from '../safe-fetch.ts'
import { hostileUrls, publicAddress, publicHost } from './hostile-urls.ts'

// Runs in a network namespace of its own (`unshare -n`): every address that is asked for lies on this machine's own loopback, and nothing
// leaves it. Prints what became of each case as one JSON object.

const own = ['169.254.169.254/32', '10.0.0.1/32', '100.64.0.1/32', '198.18.0.1/32', `${publicAddress}/32`]
const own6 = ['fe80::1/128', 'fc00::1/128', '2002:7f00:1::/128', '64:ff9b::7f00:1/128', '2606:4700::1111/128']
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
    '/redirect': () => answer.writeHead(302, { location: url.searchParams.get('to') ?? '/' }).end('elsewhere'),
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

const text = async (url: string, options: { timeoutMs?: number; signal?: AbortSignal; maxBytes?: number } = {}) => {
  const page = await safeFetch(url, { resolve, timeoutMs: 2000, ...options })
  return {
    text: page.bytes.toString().slice(0, 2000),
    bytes: page.bytes.length,
    truncated: page.truncated,
    url: page.url,
  }
}
const publicUrl = (path: string) => `http://${publicHost}${path}`

/** What most programs do: look at the name, then let something else look it up again. */
async function checkThenFetch(url: string) {
  const { hostname } = new URL(url)
  if ((await resolve(hostname)).some((address) => !publicNames.has(address))) throw new Error('refused')
  const [address] = await resolve(hostname)
  await new Promise<void>((done, fail) => {
    request({ host: address, path: '/', agent: false }, (answer) => answer.resume().on('end', done))
      .on('error', fail)
      .end()
  })
}

const plain: { url: string; leaks: number }[] = []
for (const [id, url] of hostileUrls.filter(([id]) => id < '96')) {
  const { leaks } = await tried(() => fetch(url, { signal: AbortSignal.timeout(1000) }).then((answer) => answer.text()))
  plain.push({ url: `${id} ${url}`, leaks })
}
const hostile = []
for (const [id, url] of hostileUrls) hostile.push({ id, url, ...(await tried(() => text(url))) })
const rebinding = []
for (let index = 0; index < 40; index++) rebinding.push(await tried(() => text('http://rebind.test/')))

const stopped = new AbortController()
setTimeout(() => stopped.abort(), 50)
const results = {
  plain,
  hostile,
  rebinding,
  naiveRebinding: (await tried(() => checkThenFetch('http://rebind.test/'))).leaks,
  publicHits,
  hello: await tried(() => text(publicUrl('/'))),
  six: await tried(() => text('http://six.test/')),
  fourHops: await tried(() => text(publicUrl('/hops?left=4'))),
  fiveHops: await tried(() => text(publicUrl('/hops?left=5'))),
  endless: await tried(() => text(publicUrl('/endless'))),
  silence: await tried(() => text(publicUrl('/silence'), { timeoutMs: 500 })),
  aborted: await tried(() => text(publicUrl('/silence'), { signal: stopped.signal })),
  headers: await tried(() => text(publicUrl('/headers'))),
  gzip: await tried(() => text(publicUrl('/gzip'))),
  destroy: await tried(() => text(publicUrl('/destroy'))),
  broken: await tried(() => text(publicUrl('/broken'))),
  asked: await tried(() => text(publicUrl('/asked'))),
}
process.stdout.write(JSON.stringify(results), () => process.exit(0))

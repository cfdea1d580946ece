import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import {
  answerHealthWhileOpening,
  type Env,
  openServer,
  type ReynardServer,
  readEnv,
  unknownSettings,
} from '@reynard/server'
import next from 'next'
import { createConsoleReport } from './src/server/console-report.ts'
import { outliveConsole } from './src/server/outlive-console.ts'
import { withoutNextChatter } from './src/server/quiet-next.ts'
import { runningReynard } from './src/server/running-reynard.ts'
import { sentenceForRunning, sentenceForStartError } from './src/server/start-error.ts'

/**
 * The one process: our procedures and the REST facade answer first, all else is Next's. It listens before anything else is open; a
 * request that comes earlier waits. Sends `{type: 'ready', url}` to whoever forked it, and stops on `{type: 'stop'}`, SIGINT, SIGTERM,
 * or when that parent is gone.
 */
const dev = process.argv.includes('--dev')
const startedAt = performance.now()
// What people write is theirs: files that this process makes are for its own user only.
process.umask(0o077)
outliveConsole()

async function fail(error: unknown): Promise<never> {
  const running = await runningReynard(
    error,
    error instanceof Error && 'address' in error ? `${error.address}` : undefined,
  )
  console.error(running === null ? sentenceForStartError(error) : sentenceForRunning(running))
  process.exit(1)
}

type Pages = { page: (req: IncomingMessage, res: ServerResponse) => Promise<void>; upgrade: Upgrade }
type Upgrade = (req: IncomingMessage, socket: Duplex, head: Buffer) => Promise<void>

async function openPages(env: Env, port: number): Promise<Pages> {
  const pages = next({ dev, dir: import.meta.dirname, hostname: env.host, port, quiet: true })
  await withoutNextChatter(() => pages.prepare())
  return { page: pages.getRequestHandler(), upgrade: pages.getUpgradeHandler() }
}

async function main(): Promise<void> {
  // Before they are read: a misspelt name is often why another value is refused.
  for (const line of unknownSettings()) console.warn(line)
  const env = readEnv()
  const onStep = (line: string) => console.log(`  ${line}`)
  const listening = Promise.withResolvers<number>()
  const pages = listening.promise.then((port) => openPages(env, port))
  let reynard = listening.promise.then(() => openServer({ env, onStep }))
  for (const promise of [pages, reynard]) promise.catch(() => {})
  let opened = false

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (!opened && answerHealthWhileOpening(req, res)) return
    if (await (await reynard).handleRequest(req, res)) return
    await (await pages).page(req, res)
  }
  async function answerUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    if ((await reynard).handleUpgrade(req, socket, head)) return
    // Pages have no sockets of their own but the reload channel of development.
    if (dev) await (await pages).upgrade(req, socket, head)
    else socket.destroy()
  }
  const http = createServer((req, res) => {
    answer(req, res).catch(() => (res.headersSent ? res.destroy() : res.writeHead(503).end()))
  })
  http.on('upgrade', (req, socket, head) => {
    answerUpgrade(req, socket, head).catch(() => socket.destroy())
  })
  // The longest wait belongs to runs and watchers, which have their own deadlines.
  http.requestTimeout = 0

  await new Promise<void>((resolve, reject) => {
    http.once('error', reject)
    http.listen(env.port, env.host, resolve)
  })
  const { port } = http.address() as AddressInfo
  listening.resolve(port)
  const host = env.host.includes(':') ? `[${env.host}]` : env.host === '127.0.0.1' ? 'localhost' : env.host
  const url = `http://${host}:${port}`

  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    http.close()
    await reynard.then((server) => server.close()).catch((error) => console.error(sentenceForStartError(error)))
    http.closeAllConnections()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop())
  process.on('message', (message: { type?: string }) => {
    if (message.type === 'stop') void stop()
  })
  process.on('disconnect', () => void stop())

  const report = createConsoleReport(console.log)
  /**
   * After a restore, what is in memory belongs to other data: a fresh server takes over, and requests wait for it. Where another server
   * has the database by now, that one's start is refused and says so.
   */
  const watch = (server: ReynardServer) => {
    // An engine that is being stopped is no news.
    server.onStatus((status) => {
      if (!stopping) report.status(status)
    })
    server.replaced
      .then(() => {
        if (stopping) return
        console.log('  The data was replaced (a restore, or another server); starting anew on it')
        opened = false
        reynard = server.close().then(() => openServer({ env, onStep }))
        return reynard.then((fresh) => {
          opened = true
          watch(fresh)
        })
      })
      .catch(fail)
  }
  const server = await reynard
  opened = true
  await pages
  report.ready({ url, ms: performance.now() - startedAt, dataDir: env.dataDir, mode: server.mode() })
  watch(server)
  process.send?.({ type: 'ready', url })
}

await main().catch(fail)

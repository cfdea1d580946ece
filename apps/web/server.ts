import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type Env, openServer, type ReynardServer, readEnv } from '@reynard/server'
import next from 'next'
import { createConsoleReport } from './src/server/console-report.ts'
import { sentenceForStartError } from './src/server/start-error.ts'

/**
 * The one process: our procedures and the REST facade answer first, all else is Next's. It listens before anything else is open; a
 * request that comes earlier waits. Sends `{type: 'ready', url}` to whoever forked it, and stops on `{type: 'stop'}`, SIGINT, SIGTERM,
 * or when that parent is gone.
 */
const dev = process.argv.includes('--dev')
const startedAt = performance.now()

function fail(error: unknown): never {
  console.error(sentenceForStartError(error))
  process.exit(1)
}

type Open = {
  reynard: ReynardServer
  page: (req: IncomingMessage, res: ServerResponse) => Promise<void>
  upgrade: Upgrade
}
type Upgrade = (req: IncomingMessage, socket: Duplex, head: Buffer) => Promise<void>

async function open(env: Env, port: number): Promise<Open> {
  const pages = next({ dev, dir: import.meta.dirname, hostname: env.host, port, quiet: true })
  const [reynard] = await Promise.all([openServer({ env }), pages.prepare()])
  return { reynard, page: pages.getRequestHandler(), upgrade: pages.getUpgradeHandler() }
}

async function main(): Promise<void> {
  const env = readEnv()
  const { promise: opened, resolve, reject } = Promise.withResolvers<Open>()
  opened.catch(() => {})

  const http = createServer((req, res) => {
    opened.then(
      ({ reynard, page }) => reynard.handleRequest(req, res) || page(req, res),
      () => res.writeHead(503).end(),
    )
  })
  http.on('upgrade', (req, socket, head) => {
    opened.then(
      ({ reynard, upgrade }) => {
        if (reynard.handleUpgrade(req, socket, head)) return
        // Pages have no sockets of their own but the reload channel of development.
        if (dev) return upgrade(req, socket, head)
        socket.destroy()
      },
      () => socket.destroy(),
    )
  })
  // The longest wait belongs to runs and watchers, which have their own deadlines.
  http.requestTimeout = 0

  await new Promise<void>((listening, failed) => {
    http.once('error', failed)
    http.listen(env.port, env.host, listening)
  })
  const { port } = http.address() as AddressInfo
  const host = env.host.includes(':') ? `[${env.host}]` : env.host === '127.0.0.1' ? 'localhost' : env.host
  const url = `http://${host}:${port}`

  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    http.close()
    const server = await opened.catch(() => null)
    await server?.reynard.close()
    http.closeAllConnections()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop())
  process.on('message', (message: { type?: string }) => {
    if (message.type === 'stop') void stop()
  })
  process.on('disconnect', () => void stop())

  try {
    resolve(await open(env, port))
  } catch (error) {
    reject(error)
    throw error
  }
  const { reynard } = await opened
  const report = createConsoleReport(console.log)
  report.ready({ url, ms: performance.now() - startedAt, dataDir: env.dataDir })
  reynard.onStatus(report.status)
  process.send?.({ type: 'ready', url })
}

await main().catch(fail)

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type OpenServerOptions, openServer, readEnv } from '@reynard/server'
import { answerParent } from './child.ts'

/**
 * The server as apps/web/server.ts runs it, without the pages: what is measured is runs and streams. Says its address to the parent, and
 * what it used on `usage`.
 */
export function serveForParent(options: Omit<OpenServerOptions, 'env'>): void {
  const http = createServer()
  http.listen(0, '127.0.0.1', async () => {
    const { port } = http.address() as AddressInfo
    const env = readEnv({ ...process.env, PORT: String(port) })
    const reynard = await openServer({ ...options, env })
    http.on('request', async (req, res) => {
      if (!(await reynard.handleRequest(req, res))) res.writeHead(404).end()
    })
    http.on('upgrade', (req, socket, head) => {
      if (!reynard.handleUpgrade(req, socket, head)) socket.destroy()
    })
    let closing = false
    const stop = async () => {
      if (closing) return
      closing = true
      await reynard.close()
      process.exit(0)
    }
    process.on('SIGTERM', () => void stop())
    answerParent({
      usage: () => {
        globalThis.gc?.()
        const cpu = process.cpuUsage()
        return { cpuMs: (cpu.user + cpu.system) / 1000, rssBytes: process.memoryUsage.rss() }
      },
    })
    process.send?.({ url: `http://127.0.0.1:${port}` })
  })
}

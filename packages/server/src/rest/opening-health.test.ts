import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { answerHealthWhileOpening } from './opening-health.ts'

/** A server that is still opening: what is not answered at once would wait, here it is a 599. */
async function openingServer(): Promise<number> {
  const server = createServer((req, res) => {
    if (!answerHealthWhileOpening(req, res)) res.writeHead(599).end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

test('health is answered while the server opens its data', async () => {
  const port = await openingServer()
  const response = await fetch(`http://localhost:${port}/api/ollama/admin/health`)
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ healthy: false, status: 'unhealthy', detail: expect.any(String) })
})

test('other calls, and those that are to be refused, wait', async () => {
  const port = await openingServer()
  const statusOf = async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
    const call = request({ port, host: '127.0.0.1', path, method, headers: { host: `localhost:${port}`, ...headers } })
    call.end()
    const [response] = await once(call, 'response')
    response.resume()
    return response.statusCode
  }
  expect(await statusOf('/api/ollama/admin/health?x=1')).toBe(200)
  expect(await statusOf('/api/ollama/admin/health', {}, 'HEAD')).toBe(200)
  expect(await statusOf('/api/ollama/admin/health', { host: 'evil.example' })).toBe(599)
  expect(await statusOf('/api/ollama/admin/health', { 'x-forwarded-for': '1.2.3.4' })).toBe(599)
  expect(await statusOf('/api/ollama/admin/health', {}, 'POST')).toBe(599)
  expect(await statusOf('/api/ollama/models')).toBe(599)
})

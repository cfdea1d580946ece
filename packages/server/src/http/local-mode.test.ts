import { createServer, IncomingMessage, request, type Server } from 'node:http'
import { type AddressInfo, Socket } from 'node:net'
import { initTRPC } from '@trpc/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { createHttpHandlers, type HttpHandlers } from './http-handlers.ts'
import { guardRequest, type Refusal, sendRefusal } from './local-mode.ts'

const t = initTRPC.create()
let changed = 0
const router = t.router({
  read: t.procedure.query(() => 'secret'),
  change: t.procedure.input(z.object({ to: z.string() })).mutation(() => {
    changed += 1
    return { ok: true }
  }),
})
const refusals: unknown[] = []
const logger = { warn: (fields: Record<string, unknown>) => refusals.push(fields.reason), error: () => {} }

let server: Server
let handlers: HttpHandlers
let port: number

beforeAll(async () => {
  handlers = createHttpHandlers({
    router,
    createContext: () => ({}),
    routes: [
      {
        access: 'anyone',
        handles: (path) => path === '/api/ollama/models',
        serve: (_req, res) => void res.end('[]'),
      },
    ],
    identify: () => null,
    logger,
  })
  server = createServer(async (req, res) => {
    if (await handlers.handleRequest(req, res)) return
    const verdict = guardRequest(req)
    if (verdict.ok) res.end('a page')
    else sendRefusal(req, res, verdict.refusal)
  })
  server.on('upgrade', (req, socket, head) => {
    if (!handlers.handleUpgrade(req, socket, head)) socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(async () => {
  await handlers.close()
  server.closeAllConnections()
  server.close()
})

test('a caller who hung up before the server was open is nobody to be refused, or logged', async () => {
  refusals.length = 0
  const waited = Promise.withResolvers<boolean>()
  const late = createServer((req, res) => {
    req.socket.once('close', () => waited.resolve(handlers.handleRequest(req, res)))
    caller.destroy()
  })
  await new Promise<void>((resolve) => late.listen(0, '127.0.0.1', resolve))
  const caller = request({ host: '127.0.0.1', port: (late.address() as AddressInfo).port, path: '/api/trpc/read' })
  caller.on('error', () => {})
  caller.end()
  expect(await waited.promise).toBe(true)
  expect(refusals).toEqual([])
  late.close()
})

type Call = { method?: string; path?: string; headers?: Record<string, string>; body?: string }

async function call({ method = 'GET', path = '/api/trpc/read', headers = {}, body }: Call) {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ host: '127.0.0.1', port, method, path, headers, agent: false }, resolve).on('error', reject).end(body)
  })
  let text = ''
  for await (const chunk of response.setEncoding('utf8')) text += chunk
  return { status: response.statusCode, headers: response.headers, text }
}

async function expectRefused(given: Call, reason: Refusal['reason']) {
  refusals.length = 0
  const { status, text, headers } = await call(given)
  expect({ status, refusals }).toEqual({ status: 403, refusals: [reason] })
  expect(JSON.parse(text)).toMatchObject({ error: { code: 'forbidden', message: expect.stringMatching(/\.$/) } })
  expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
}

/** Resolves with 'open', or with the status that refused the upgrade. */
function upgrade(headers: Record<string, string>): Promise<'open' | number | undefined> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/api/trpc`, { headers })
    socket.on('open', () => {
      socket.close()
      resolve('open')
    })
    socket.on('unexpected-response', (_req, res) => {
      res.resume()
      resolve(res.statusCode)
    })
    socket.on('error', reject)
  })
}

describe('who may come in', () => {
  test.each(['localhost', '127.0.0.1', '127.8.9.1', '[::1]', 'LOCALHOST'])('Host %s with our port', async (name) => {
    const { status, headers } = await call({ headers: { host: `${name}:${port}` } })
    expect(status).toBe(200)
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
  })
  test('our own page', async () => {
    const host = `localhost:${port}`
    const headers = { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' }
    expect((await call({ headers })).status).toBe(200)
    expect(await upgrade(headers)).toBe('open')
  })
  test('a program without Origin, also by WebSocket', async () => {
    expect(await upgrade({})).toBe('open')
  })
  test('a link on another site that opens a page here', async () => {
    const navigation = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
    expect(await call({ path: '/', headers: navigation })).toMatchObject({ status: 200, text: 'a page' })
  })
})

describe('who may not', () => {
  test('a name rebound to this address (DNS rebinding)', async () => {
    await expectRefused({ headers: { host: `evil.example:${port}` } }, 'host')
    await expectRefused({ headers: { host: `localhost.evil.example:${port}` } }, 'host')
    await expectRefused({ headers: { host: `127.0.0.1.evil.example:${port}` } }, 'host')
    expect(await upgrade({ host: `evil.example:${port}`, origin: `http://evil.example:${port}` })).toBe(403)
  })
  test('a request that was meant for a proxy, whatever its Host says', async () => {
    refusals.length = 0
    const given = { path: 'http://evil.example/api/trpc/read', headers: { host: `localhost:${port}` } }
    expect((await call(given)).status).toBe(403)
    expect(refusals).toEqual(['host'])
  })
  test('the right name with another port, or with none', async () => {
    await expectRefused({ headers: { host: `localhost:${port - 1}` } }, 'host')
    await expectRefused({ headers: { host: 'localhost' } }, 'host')
  })
  test('a post from another site, and nothing happens', async () => {
    const body = JSON.stringify({ to: 'x' })
    const json = { 'content-type': 'application/json' }
    for (const origin of [
      'https://evil.example',
      'null',
      `http://localhost:${port + 1}`,
      `https://localhost:${port}`,
    ]) {
      const headers = { ...json, host: `localhost:${port}`, origin }
      await expectRefused({ method: 'POST', path: '/api/trpc/change', headers, body }, 'origin')
    }
    expect(changed).toBe(0)
  })
  test('a form or plain text, which browsers post without asking', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', null]) {
      const headers: Record<string, string> = type === null ? {} : { 'content-type': type }
      const { status } = await call({ method: 'POST', path: '/api/trpc/change', headers, body: '{"to":"x"}' })
      expect(status).toBe(415)
    }
    expect(changed).toBe(0)
  })
  test("another site's WebSocket", async () => {
    expect(await upgrade({ origin: 'https://evil.example' })).toBe(403)
    expect(await upgrade({ origin: `http://localhost:${port + 1}` })).toBe(403)
  })
  test.each(['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-anything', 'x-real-ip', 'via'])(
    'what came through a proxy (%s)',
    async (name) => {
      await expectRefused({ headers: { [name]: '203.0.113.9' } }, 'proxied')
      expect(await upgrade({ [name]: '203.0.113.9' })).toBe(403)
    },
  )
  test('what Sec-Fetch-Site calls cross-site and is no page navigation', async () => {
    const site = { 'sec-fetch-site': 'cross-site' }
    await expectRefused({ headers: site }, 'cross-site')
    await expectRefused({ headers: { ...site, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' } }, 'cross-site')
    await expectRefused(
      { headers: { ...site, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' } },
      'cross-site',
    )
    // Another port of this machine is the same site, and still somebody else.
    await expectRefused({ headers: { 'sec-fetch-site': 'same-site' } }, 'cross-site')
    const posted = { ...site, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
    await expectRefused({ method: 'POST', path: '/api/ollama/chat', headers: posted }, 'cross-site')
    expect(await upgrade(posted)).toBe(403)
  })
  test('REST and pages stand behind the same guard', async () => {
    await expectRefused({ path: '/api/ollama/models', headers: { via: '1.1 proxy' } }, 'proxied')
    await expectRefused({ path: '/api/nothing', headers: { host: 'evil.example' } }, 'host')
    const page = await call({ path: '/', headers: { host: 'evil.example' } })
    expect(page).toMatchObject({ status: 403, headers: { 'content-type': expect.stringContaining('text/plain') } })
  })
  test('another machine', () => {
    const from = (remoteAddress: string) => {
      const socket = Object.defineProperties(new Socket(), {
        remoteAddress: { value: remoteAddress },
        localPort: { value: 8000 },
      })
      const req = new IncomingMessage(socket)
      req.headers = { host: 'localhost:8000' }
      return guardRequest(req)
    }
    expect(from('127.0.0.1')).toEqual({ ok: true })
    expect(from('::ffff:127.0.0.1')).toEqual({ ok: true })
    expect(from('::1')).toEqual({ ok: true })
    expect(from('192.168.1.5')).toMatchObject({ refusal: { reason: 'remote-address' } })
    expect(from('::ffff:10.0.0.1')).toMatchObject({ refusal: { reason: 'remote-address' } })
  })
})

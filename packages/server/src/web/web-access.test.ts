import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createWebAccess } from './create-web-access.ts'
import { createSearxng } from './searxng.ts'

let hits: string[] = []
const server = createServer((req, res) => {
  hits.push(`${req.headers.host}${req.url}`)
  const to = new URL(req.url ?? '', 'http://x').searchParams.get('to')
  if (req.url === '/never') return
  if (to) res.writeHead(302, { location: to }).end()
  else res.writeHead(200, { 'content-type': 'text/html' }).end('<p>hello</p>')
})
let port: number
beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  port = (server.address() as AddressInfo).port
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const settings = { chosen: () => ({ problem: 'Web search is off on this server.' }) }
const call = { signal: new AbortController().signal, timeoutMs: 10_000 }
/** The web of this test: every name leads to this server. */
const ours = () =>
  createWebAccess(settings, { resolve: async () => ['127.0.0.1'], policy: { ports: [port], isAllowed: () => true } })
const at = (host: string, to?: string) =>
  `http://${host}:${port}/${to === undefined ? '' : `?to=${encodeURIComponent(to)}`}`

it('control: a page comes, also over a redirect within its site', async () => {
  const page = await ours().fetchPage(at('site.test', at('www.site.test')), call)
  expect(page).toMatchObject({ status: 200, url: `http://www.site.test:${port}/` })
  expect(page.bytes.toString()).toBe('<p>hello</p>')
})

it('a redirect to another host is told and not followed: that host hears nothing', async () => {
  hits = []
  const away = at('other.test', undefined)
  await expect(ours().fetchPage(at('site.test', `${away}?q=SECRET`), call)).rejects.toMatchObject({
    code: 'denied',
    message: expect.stringContaining(`${away}?q=SECRET`),
  })
  expect(hits.some((hit) => hit.startsWith('other.test'))).toBe(false)
})

it('without a test around it, no address of our own network is asked', async () => {
  hits = []
  const web = createWebAccess(settings)
  for (const url of [
    `http://127.0.0.1:${port}/`,
    'http://127.0.0.1/',
    'http://localhost/',
    'file:///etc/passwd',
    'http://[::1]/',
  ])
    await expect(web.fetchPage(url, call)).rejects.toMatchObject({ code: expect.stringMatching(/denied|bad-path/) })
  expect(hits).toEqual([])
})

it('searches nowhere where search is off', async () => {
  expect(ours().searchEngine('en')).toBeNull()
  await expect(ours().search({ query: 'x', count: 1, language: 'en' }, call)).rejects.toMatchObject({
    code: 'unavailable',
    message: 'Web search is off on this server.',
  })
})

it('waits as long as the call may, and ends a little before it', async () => {
  const told: number[] = []
  const engine = createSearxng({
    baseUrl: 'http://searx.test',
    ask: async ({ timeoutMs }) => {
      told.push(timeoutMs)
      return { status: 200, contentType: 'application/json', text: '{"results":[]}', location: null }
    },
  })
  const web = createWebAccess({ chosen: () => ({ engine }) })
  const search = (timeoutMs: number) => web.search({ query: 'x', count: 1, language: 'en' }, { ...call, timeoutMs })
  for (const ms of [60_000, 20_000, 800, 3_600_000]) await search(ms)
  expect(told).toEqual([59_500, 19_500, 400, 300_000])
  await expect(ours().fetchPage(`http://site.test:${port}/never`, { ...call, timeoutMs: 100 })).rejects.toMatchObject({
    code: 'timeout',
  })
})

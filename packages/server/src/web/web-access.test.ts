import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createWebAccess } from './create-web-access.ts'

let hits: string[] = []
const server = createServer((req, res) => {
  hits.push(`${req.headers.host}${req.url}`)
  const to = new URL(req.url ?? '', 'http://x').searchParams.get('to')
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
const { signal } = new AbortController()
/** The web of this test: every name leads to this server. */
const ours = () =>
  createWebAccess(settings, { resolve: async () => ['127.0.0.1'], policy: { ports: [port], isAllowed: () => true } })
const at = (host: string, to?: string) =>
  `http://${host}:${port}/${to === undefined ? '' : `?to=${encodeURIComponent(to)}`}`

it('control: a page comes, also over a redirect within its site', async () => {
  const page = await ours().fetchPage(at('site.test', at('www.site.test')), signal)
  expect(page).toMatchObject({ status: 200, url: `http://www.site.test:${port}/` })
  expect(page.bytes.toString()).toBe('<p>hello</p>')
})

it('a redirect to another host is told and not followed: that host hears nothing', async () => {
  hits = []
  const away = at('other.test', undefined)
  await expect(ours().fetchPage(at('site.test', `${away}?q=SECRET`), signal)).rejects.toMatchObject({
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
    await expect(web.fetchPage(url, signal)).rejects.toMatchObject({ code: expect.stringMatching(/denied|bad-path/) })
  expect(hits).toEqual([])
})

it('searches nowhere where search is off', async () => {
  expect(ours().searchEngine('en')).toBeNull()
  await expect(ours().search({ query: 'x', count: 1, language: 'en' }, signal)).rejects.toMatchObject({
    code: 'unavailable',
    message: 'Web search is off on this server.',
  })
})

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { askOperator, askPublic } from './ask-service.ts'
import { createBrave } from './brave.ts'
import type { SearchEngine } from './search-engine.ts'
import { createSearxng } from './searxng.ts'
import { createTavily } from './tavily.ts'
import { createWikipedia } from './wikipedia.ts'

type Answer = (req: IncomingMessage, res: ServerResponse, body: string) => void
let answer: Answer
let baseUrl: string
const server = createServer((req, res) => {
  let body = ''
  req.on('data', (chunk) => {
    body += chunk
  })
  req.on('end', () => answer(req, res, body))
})
beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

const json =
  (value: unknown, status = 200): Answer =>
  (_req, res) =>
    void res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
const html =
  (status: number): Answer =>
  (_req, res) =>
    void res.writeHead(status, { 'content-type': 'text/html' }).end('<html><body>No</body></html>')
const page = { title: 'A <b>fox</b> &amp; more', url: 'https://example.org/fox' }
const found = [{ title: 'A fox & more', url: 'https://example.org/fox', snippet: 'red' }]
const ask = { query: 'a fox', count: 3, language: 'de' }
const { signal } = new AbortController()
const call = { signal, timeoutMs: 10_000 }

const engines: { name: string; make: () => SearchEngine; good: unknown; results: (list: object[]) => unknown }[] = [
  {
    name: 'SearXNG',
    make: () => createSearxng({ baseUrl }),
    good: { query: 'a fox', results: [{ ...page, content: 'red' }], unresponsive_engines: [['x', 'y']] },
    results: (list) => ({ results: list.map((one) => ({ content: 'red', ...one })) }),
  },
  {
    name: 'Brave',
    make: () => createBrave({ apiKey: 'KEY-1', ask: askOperator, baseUrl }),
    good: { type: 'search', web: { type: 'search', results: [{ ...page, description: 'red' }] } },
    results: (list) => ({ web: { results: list.map((one) => ({ description: 'red', ...one })) } }),
  },
  {
    name: 'Tavily',
    make: () => createTavily({ apiKey: 'KEY-1', ask: askOperator, baseUrl }),
    good: { query: 'a fox', answer: null, results: [{ ...page, content: 'red', score: 0.9 }], response_time: 1.2 },
    results: (list) => ({ results: list.map((one) => ({ content: 'red', ...one })) }),
  },
]

describe.each(engines)('$name', ({ name, make, good, results }) => {
  const sentence = async (given: Answer) => {
    answer = given
    return await make()
      .search(ask, call)
      .then(
        () => 'no error',
        (error: unknown) => (error instanceof Error ? error.message : ''),
      )
  }

  it('answers with pages as plain text', async () => {
    answer = json(good)
    expect(await make().search(ask, call)).toEqual(found)
    answer = json(results([]))
    expect(await make().search(ask, call)).toEqual([])
  })

  it('takes no address that is none of the web, no markup, and no more than was asked for', async () => {
    const urls = [
      'javascript:alert(1)',
      'file:///etc/passwd',
      'https://me@example.org/',
      'not one',
      '',
      `https://x.org/${'y'.repeat(3000)}`,
    ]
    const list = [
      ...urls.map((url) => ({ title: 'bad', url })),
      ...Array.from({ length: 40 }, () => ({
        title: `<img src=x onerror=alert(1)>${'t'.repeat(9_999)}`,
        url: 'https://example.org/',
      })),
    ]
    answer = json(results(list))
    const pages = await make().search(ask, call)
    expect(pages).toHaveLength(3)
    expect(pages[0]?.title).toBe('t'.repeat(300))
    expect(pages.every(({ url }) => url === 'https://example.org/')).toBe(true)
  })

  it('says in a sentence what is wrong and what to do', async () => {
    expect(await sentence(json({}, 429))).toMatch(/takes no more searches for now\. Wait/)
    expect(await sentence(json({}, 500))).toBe(`${name} answered with an error (500). Try again later.`)
    expect(await sentence(json({ results: 'many', web: 3 }))).toMatch(/something that is no list of results/)
    expect(await sentence(json(null))).toMatch(/no list of results/)
    expect(await sentence((_req, res) => void res.destroy())).toMatch(/can not be reached\. Check/)
    expect(await sentence((_req, res) => void res.end(Buffer.alloc(3 << 20, 32)))).toMatch(
      /more than a list|does not speak/,
    )
    for (const status of [200, 401, 403, 500]) expect(await sentence(html(status))).toMatch(/[.?]$/)
  })
})

it('each is asked in its own way, with its key in a header alone', async () => {
  const asked: { path: string; headers: IncomingMessage['headers']; body: string }[] = []
  answer = (req, res, body) => {
    asked.push({ path: req.url ?? '', headers: req.headers, body })
    json({ results: [], web: null, query: { search: [] } })(req, res, body)
  }
  for (const { make } of engines) await make().search(ask, call)
  await createWikipedia({ ask: askOperator, baseUrl: () => baseUrl }).search(ask, call)
  const [searxng, brave, tavily, wikipedia] = asked
  expect(searxng?.path).toBe('/search?q=a+fox&format=json&language=de')
  expect(brave?.path).toBe('/res/v1/web/search?q=a+fox&count=3&search_lang=de')
  expect(brave?.headers['x-subscription-token']).toBe('KEY-1')
  expect(tavily).toMatchObject({ path: '/search', headers: { authorization: 'Bearer KEY-1' } })
  expect(JSON.parse(tavily?.body ?? '')).toEqual({ query: 'a fox', max_results: 3 })
  expect(wikipedia?.path).toContain('/w/api.php?action=query&list=search&srsearch=a+fox&srlimit=3')
  expect(JSON.stringify([searxng, wikipedia]) + brave?.path + tavily?.path + tavily?.body).not.toContain('KEY-1')
})

it('a SearXNG that gives no JSON, moved, or is something else, is told apart', async () => {
  const searxng = createSearxng({ baseUrl })
  const cases: [Answer, RegExp][] = [
    [html(403), /gives no JSON\. Add "json" under search: formats: in its settings\.yml/],
    [
      (_req, res) => void res.writeHead(302, { location: 'https://search.example/' }).end(),
      /sends on to https:\/\/search\.example\/\. Set/,
    ],
    [html(404), /does not speak as SearXNG does\. Check its address/],
    [html(200), /does not speak as SearXNG does/],
  ]
  for (const [given, words] of cases) {
    answer = given
    await expect(searxng.search(ask, call)).rejects.toThrow(words)
  }
})

it('a name and a password in the address of SearXNG go into a header', async () => {
  let heard = ''
  answer = (req, res, body) => {
    heard = req.headers.authorization ?? ''
    json({ results: [] })(req, res, body)
  }
  await createSearxng({ baseUrl: baseUrl.replace('//', '//me:p%40ss@') }).search(ask, call)
  expect(Buffer.from(heard.replace('Basic ', ''), 'base64').toString()).toBe('me:p@ss')
})

it('keys that are refused or used up are told as such', async () => {
  const of = (at: number) => engines[at]!.make()
  answer = json({ detail: { error: 'no' } }, 401)
  await expect(of(2).search(ask, call)).rejects.toThrow('Tavily refused its key. Set a new one in Settings')
  answer = json({ error: { detail: 'The provided subscription token is invalid.' } }, 422)
  await expect(of(1).search(ask, call)).rejects.toThrow('Brave refused its key.')
  answer = json({}, 432)
  await expect(of(2).search(ask, call)).rejects.toThrow('used up')
})

it('Wikipedia of a language, with addresses of its pages', async () => {
  const wikipedia = createWikipedia({ ask: askOperator, baseUrl: () => baseUrl })
  answer = json({
    query: { search: [{ title: 'Red fox', snippet: 'The <span class="searchmatch">red</span> fox', pageid: 1 }] },
  })
  const url = `${baseUrl}/wiki/Red_fox`
  expect(await wikipedia.search(ask, call)).toEqual([{ title: 'Red fox', url, snippet: 'The red fox' }])
  expect(createWikipedia().hostFor('de')).toBe('de.wikipedia.org')
  expect(createWikipedia().hostFor('evil.example/')).toBe('en.wikipedia.org')
})

it('a slow server ends at the deadline, a stop at once', async () => {
  answer = () => {}
  const slow = createSearxng({ baseUrl }).search(ask, { signal, timeoutMs: 30 })
  await expect(slow).rejects.toThrow('did not answer within 1 s. Try again')
  const request = { name: 'x', url: baseUrl, timeoutMs: 30, signal }
  await expect(askOperator(request)).rejects.toMatchObject({ code: 'timeout' })
  const stop = new AbortController()
  const asked = askOperator({ ...request, timeoutMs: 60_000, signal: stop.signal })
  stop.abort()
  await expect(asked).rejects.toMatchObject({ code: 'aborted' })
})

it('a service of the public internet is never asked on our own network; the operator’s own server is', async () => {
  let hits = 0
  answer = (req, res, body) => {
    hits += 1
    json({ results: [], web: null })(req, res, body)
  }
  await createSearxng({ baseUrl }).search(ask, call)
  expect(hits).toBe(1)
  for (const engine of [
    createBrave({ apiKey: 'k', ask: askPublic, baseUrl }),
    createTavily({ apiKey: 'k', ask: askPublic, baseUrl }),
  ])
    await expect(engine.search(ask, call)).rejects.toThrow('can not be reached')
  expect(hits).toBe(1)
})

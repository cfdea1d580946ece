import { readdir } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { ATTACHMENT_LIMITS, type Upload } from '@reynard/protocol'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openTestServer, type TestServer } from '../testing/open-test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await openTestServer()
})
afterAll(() => server.close())

const headers = { 'content-type': 'application/octet-stream' }
const post = (name: string, body: string | Buffer<ArrayBuffer>, init: RequestInit = {}) =>
  fetch(`${server.url}/api/uploads?name=${encodeURIComponent(name)}`, { method: 'POST', headers, body, ...init })
async function upload(name: string, body: string | Buffer<ArrayBuffer>): Promise<Upload> {
  const answer = await post(name, body)
  expect(answer.status).toBe(201)
  return JSON.parse(await answer.text())
}
const waiting = () => readdir(join(server.dataDir, 'uploads'))

/** As a zip that was cut: its directory is missing. */
const zip = (...names: string[]) =>
  Buffer.concat(
    names.map((name) => {
      const head = Buffer.alloc(30)
      head.write('PK\x03\x04', 'latin1')
      head.writeUInt16LE(name.length, 26)
      return Buffer.concat([head, Buffer.from(name)])
    }),
  )

/** A whole zip: `first` fills its beginning, what follows is named in the directory at its end. */
function wholeZip(first: string, ...names: string[]): Buffer<ArrayBuffer> {
  const locals = Buffer.concat([zip(first), Buffer.alloc(100_000, 'x'), zip(...names)])
  const directory = [first, ...names].map((name) => {
    const entry = Buffer.alloc(46)
    entry.write('PK\x01\x02', 'latin1')
    entry.writeUInt16LE(name.length, 28)
    return Buffer.concat([entry, Buffer.from(name)])
  })
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt32LE(Buffer.concat(directory).length, 12)
  end.writeUInt32LE(locals.length, 16)
  return Buffer.concat([locals, ...directory, end, Buffer.from('a comment')])
}
const lyingZip = () => {
  const bytes = wholeZip('a.txt')
  bytes.fill(0xff, bytes.lastIndexOf('PK\x05\x06') + 12, bytes.lastIndexOf('PK\x05\x06') + 20)
  return bytes
}
const sheets = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

test.each([
  ['large.xlsx', wholeZip('xl/worksheets/sheet1.xml', '[Content_Types].xml'), sheets, 'document'],
  ['named.zip', wholeZip('xl/worksheets/sheet1.xml', '_rels/.rels'), sheets, 'document'],
  ['project.zip', wholeZip('docs/xl/a.md', 'docs/[Content_Types].xml'), 'application/zip', 'archive'],
  ['lying.zip', lyingZip(), 'application/zip', 'archive'],
  ['fox.png', Buffer.from('\x89PNG\r\n\x1a\n....', 'latin1'), 'image/png', 'image'],
  ['photo.txt', Buffer.from('\xff\xd8\xff\xe0', 'latin1'), 'image/jpeg', 'image'],
  ['logo.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'text/plain', 'text'],
  ['page.html', '<script>alert(1)</script>', 'text/plain', 'text'],
  ['not.png', 'words', 'text/plain', 'text'],
  ['notes.md', '# Füchse', 'text/markdown', 'text'],
  ['sales.csv', 'month,amount\n1,2\n', 'text/csv', 'data'],
  ['sales.csv', Buffer.from([0, 1, 2, 3]), 'application/octet-stream', 'other'],
  ['a.pdf', '%PDF-1.7', 'application/pdf', 'document'],
  [
    'a.docx',
    zip('[Content_Types].xml', 'word/document.xml'),
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'document',
  ],
  ['a.docx', zip('evil.sh'), 'application/zip', 'archive'],
  ['empty', '', 'text/plain', 'text'],
])('what a file is, its content says: %s', async (name, body, mediaType, kind) => {
  expect(await upload(name, body)).toMatchObject({ name, mediaType, kind })
})

test.each([
  ['../../etc/passwd', 'passwd'],
  ['C:\\Users\\fox\\tail.txt', 'tail.txt'],
  ['a\u202egnp.exe', 'a_gnp.exe'],
  ['tab\there:now?.txt', 'tab_here_now_.txt'],
  ['ends with dots... ', 'ends with dots'],
  ['cafe\u0301.txt', 'café.txt'],
  [`${'ä'.repeat(300)}.csv`, `${'ä'.repeat(118)}.csv`],
])('a name is made one that any system takes: %j', async (asked, name) => {
  expect((await upload(asked, 'x')).name).toBe(name)
})

test.each(['..', '.', '', '.git', '/', '~', '   '])('a name that means something else is refused: %j', async (name) => {
  expect((await post(name, 'x')).status).toBe(400)
})

test('only our own pages and programs may upload', async () => {
  const foreign = { ...headers, origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' }
  expect((await post('a', 'x', { headers: foreign })).status).toBe(403)
  expect((await post('a', 'x', { headers: { 'content-type': 'text/plain' } })).status).toBe(415)
  expect((await fetch(`${server.url}/api/uploads`, { method: 'POST', headers, body: 'x' })).status).toBe(400)
  expect((await fetch(`${server.url}/api/uploads?name=a`)).status).toBe(405)
})

test('a file that is too large is refused before it comes, and where it says nothing of its length, as it comes', async () => {
  const before = await waiting()
  const announced = await new Promise<number | undefined>((resolve, reject) => {
    const length = ATTACHMENT_LIMITS.fileBytes + 1
    const req = request(`${server.url}/api/uploads?name=big`, {
      method: 'POST',
      headers: { ...headers, 'content-length': length },
    })
    req.on('response', (res) => {
      resolve(res.statusCode)
      req.destroy()
    })
    req.on('error', reject)
    req.flushHeaders()
  })
  expect(announced).toBe(400)
  const chunk = Buffer.alloc(4 << 20)
  const unannounced = await new Promise<number | undefined>((resolve, reject) => {
    const req = request(`${server.url}/api/uploads?name=big`, { method: 'POST', headers })
    let isAnswered = false
    req.on('response', (res) => {
      isAnswered = true
      resolve(res.statusCode)
      req.destroy()
    })
    req.on('error', (error) => !isAnswered && reject(error))
    const more = () => {
      if (!isAnswered) req.write(chunk, more)
    }
    more()
  })
  expect(unannounced).toBe(400)
  expect(await waiting()).toEqual(before)
})

test('nothing is left of an upload whose sender hangs up', async () => {
  const before = await waiting()
  const req = request(`${server.url}/api/uploads?name=half`, {
    method: 'POST',
    headers: { ...headers, 'content-length': 1000 },
  })
  req.on('error', () => {})
  req.write('half of it')
  await vi.waitFor(async () => expect((await waiting()).length).toBe(before.length + 1))
  req.destroy()
  await vi.waitFor(async () => expect(await waiting()).toEqual(before))
})

test('one that is not wanted any more is thrown away, once', async () => {
  const { id } = await upload('a.txt', 'x')
  const remove = (at: string) => fetch(`${server.url}/api/uploads/${at}`, { method: 'DELETE' })
  expect((await remove(id)).status).toBe(204)
  expect((await remove(id)).status).toBe(404)
  expect((await remove('..%2f..%2freynard.db')).status).toBe(404)
  expect((await waiting()).filter((name) => name.startsWith(id))).toEqual([])
})

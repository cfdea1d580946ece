import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openTestServer, type TestServer } from '../testing/open-test-server.ts'

let server: TestServer
let conversation: string
let files: string

beforeAll(async () => {
  server = await openTestServer()
  await vi.waitFor(() => expect(server.server.status().defaultModel).not.toBeNull(), { timeout: 20_000 })
  const answer = await fetch(`${server.url}/api/ollama/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message: 'Hello' }),
  })
  const { metadata }: { metadata: { conversation_id: string } } = JSON.parse(await answer.text())
  conversation = metadata.conversation_id
  files = join(server.dataDir, 'workspaces', conversation, 'files')
  await mkdir(join(files, 'notes'), { recursive: true })
  await writeFile(join(files, 'notes', "fox's page.html"), '<script>alert(1)</script>')
  await writeFile(join(server.dataDir, 'workspaces', conversation, 'canary'), 'secret')
  await symlink('../canary', join(files, 'link'))
})
afterAll(() => server.close())

const get = (path: string, init: RequestInit = {}) => fetch(`${server.url}/api/files/${path}`, init)

test('a file of a workspace is saved, never shown', async () => {
  const answer = await get(`${conversation}/notes/${encodeURIComponent("fox's page.html")}`)
  expect([answer.status, await answer.text()]).toEqual([200, '<script>alert(1)</script>'])
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-disposition': "attachment; filename*=UTF-8''fox%27s%20page.html",
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  })
  const head = await get(`${conversation}/notes/${encodeURIComponent("fox's page.html")}`, { method: 'HEAD' })
  expect([head.status, head.headers.get('content-length')]).toEqual([200, '25'])
})

test.each([
  '/notes',
  '/gone.txt',
  '/link',
  '/..%2fcanary',
  '/%2e%2e/canary',
  '/notes/..%2f..%2fcanary',
  '/%2fetc%2fpasswd',
  '/%00',
  '/%ff',
  '',
  '/',
])('what is outside, missing or no file is one and the same 404: %s', async (path) => {
  const answer = await get(`${conversation}${path}`)
  expect(answer.status).toBe(404)
  expect(await answer.text()).not.toContain('secret')
})

test('another conversation, no conversation and another method are refused', async () => {
  expect((await get('01900000-0000-7000-8000-000000000000/notes/a')).status).toBe(404)
  expect((await get('..%2f..%2fdata/notes')).status).toBe(404)
  expect((await get(`${conversation}/notes/a`, { method: 'DELETE' })).status).toBe(405)
  const foreign = { headers: { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' } }
  expect((await get(`${conversation}/notes/a`, foreign)).status).toBe(403)
})

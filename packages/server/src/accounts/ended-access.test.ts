import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { openTestBrowser, type TestBrowser } from '../testing/browser.ts'
import { openTestServer, type TestServer } from '../testing/open-test-server.ts'

const owner = { name: 'Mara', email: 'mara@example.org', password: 'correct horse battery' }
const member = { name: 'Jo', email: 'jo@example.org', password: 'another long password' }

let server: TestServer
afterEach(() => server.close())

async function openTeam(): Promise<TestBrowser> {
  server = await openTestServer()
  const browser = openTestBrowser(server.url)
  await browser.post('/api/account/set-up', owner)
  return browser
}
async function joinTeam(by: TestBrowser, role: 'member' | 'owner' = 'member') {
  const invited = await by.mutate('admin.people.invite', { role })
  const token = (invited.data as { path: string }).path.replace('/join#', '')
  const browser = openTestBrowser(server.url)
  await browser.post('/api/account/join', { token, ...member })
  const { userId } = (await browser.query('account.me')).data as { userId: string }
  return { browser, userId }
}

test('a call that is still being sent when its session ends is never made', async () => {
  const first = await openTeam()
  const second = openTestBrowser(server.url)
  await second.post('/api/account/sign-in', { email: owner.email, password: owner.password })
  const body = JSON.stringify({ name: 'to stay', scopes: ['read'], days: null })
  const { host, port } = new URL(server.url)
  const socket = connect(Number(port), 'localhost')
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.on('error', () => {})
  let heard = ''
  socket.on('data', (data) => {
    heard += String(data)
  })
  const head = [
    'POST /api/trpc/account.keys.create HTTP/1.1',
    `host: ${host}`,
    `cookie: ${second.cookie()}`,
    'content-type: application/json',
    `content-length: ${body.length}`,
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n${body.slice(0, 5)}`)
  // Its own next call comes after it on the same server: by then it has been looked up who asks.
  await second.query('account.me')
  await first.mutate('account.endSessions', { id: null })
  if (socket.writable) socket.write(body.slice(5))
  await closed
  expect(heard).toBe('')
  expect((await first.query('account.keys.list')).data).toEqual([])
})

test('who is no owner any more works in no folder of this machine, whenever it was registered', async () => {
  const first = await openTeam()
  const { browser, userId } = await joinTeam(first, 'owner')
  const home = await mkdtemp(join(tmpdir(), 'reynard-folder-'))
  try {
    await mkdir(join(home, 'shop'))
    await writeFile(join(home, 'shop', 'plan.txt'), 'words of the machine')
    const folder = await browser.mutate('assistant.project.registerFolder', { path: join(home, 'shop') })
    const { id: folderId } = folder.data as { id: string }
    const bring = () =>
      browser.mutate('assistant.project.bring', { conversationId: null, source: { kind: 'folder', folderId } })
    const brought = await bring()
    const { conversationId } = brought.data as { conversationId: string }
    const list = () => browser.query('assistant.workspace.list', { conversationId, path: '.' })
    expect((await list()).status).toBe(200)
    await first.mutate('admin.people.setRole', { userId, role: 'member' })
    expect((await bring()).status).toBe(404)
    expect((await list()).status).toBe(403)
    expect((await browser.get(`/api/files/${conversationId}/plan.txt`)).status).toBe(404)
    await first.mutate('admin.people.setRole', { userId, role: 'owner' })
    expect((await list()).status).toBe(200)
  } finally {
    await rm(home, { recursive: true })
  }
})

test('a new password makes all links worthless by which another one could be set, and forgives tries with the old one', async () => {
  const first = await openTeam()
  const { userId } = await joinTeam(first)
  const stranger = openTestBrowser(server.url)
  const linkTo = async () => {
    const made = await first.mutate('admin.people.resetLink', { userId })
    return (made.data as { path: string }).path.replace('/reset#', '')
  }
  const [lost, used] = [await linkTo(), await linkTo()]
  for (let count = 0; count < 11; count++) {
    await stranger.post('/api/account/sign-in', { email: member.email, password: `guess ${count}` })
  }
  const password = 'a password from a link'
  expect((await stranger.post('/api/account/reset', { token: used, password })).status).toBe(200)
  expect((await stranger.post('/api/account/reset', { token: lost, password: 'of a thief' })).status).toBe(404)
  expect((await stranger.post('/api/account/sign-in', { email: member.email, password })).status).toBe(200)
})

test('a key is no session, also where it was just used as a key', async () => {
  const first = await openTeam()
  const made = await first.mutate('account.keys.create', { name: 'script', scopes: ['read'], days: null })
  const { key } = made.data as { key: string }
  const ask = (headers: Record<string, string>) => fetch(`${server.url}/api/trpc/chat.models`, { headers })
  expect((await ask({ authorization: `Bearer ${key}` })).status).toBe(200)
  expect((await ask({ cookie: `reynard.session_token=${key}` })).status).toBe(401)
})

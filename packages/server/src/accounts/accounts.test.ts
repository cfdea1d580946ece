import { createReynardClient } from '@reynard/client'
import { LOCAL_OWNER_ID } from '@reynard/db'
import { afterEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { openTestBrowser, type TestBrowser } from '../testing/browser.ts'
import { openTestServer, type TestServer, type TestServerOptions } from '../testing/open-test-server.ts'

const CODE = 'a-code-that-nobody-guesses-1'
const owner = { name: 'Mara', email: 'mara@example.org', password: 'correct horse battery' }
const member = { name: 'Jo', email: 'jo@example.org', password: 'another long password' }

let server: TestServer
afterEach(() => server.close())

async function open(env: TestServerOptions['env'] = {}): Promise<TestServer> {
  server = await openTestServer({ env: { HOST: '0.0.0.0', REYNARD_SETUP_CODE: CODE, ...env } })
  return server
}
const stranger = () => openTestBrowser(server.url)

/** A server with its owner, signed in. */
async function openTeam(): Promise<TestBrowser> {
  await open()
  const browser = stranger()
  expect((await browser.post('/api/account/set-up', { code: CODE, ...owner })).status).toBe(200)
  return browser
}

type Role = 'member' | 'admin' | 'owner'
async function join(by: TestBrowser, person = member, role: Role = 'member'): Promise<TestBrowser> {
  const invited = await by.mutate('admin.people.invite', { role })
  const token = (invited.data as { path: string }).path.replace('/join#', '')
  const browser = stranger()
  expect((await browser.post('/api/account/join', { token, ...person })).status).toBe(200)
  return browser
}

async function idOf(browser: TestBrowser): Promise<string> {
  return ((await browser.query('account.me')).data as { userId: string }).userId
}

/** A socket that hears of changes; `closed` is the code it was closed with. */
async function listen(headers: Record<string, string>) {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/trpc`, { headers })
  const closed = new Promise<number>((resolve) => socket.once('close', resolve))
  const answer = new Promise<{ error?: { data: { code: string } } }>((resolve) => {
    socket.on('message', (data) => resolve(JSON.parse(String(data))))
  })
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  socket.send(JSON.stringify({ id: 1, method: 'subscription', params: { path: 'chat.changes' } }))
  return { socket, closed, answer: await answer }
}

test('bound to the network without an account, only health and the set-up page answer', async () => {
  await open()
  const browser = stranger()
  expect((await browser.get('/')).headers.get('location')).toBe('/set-up')
  expect((await browser.get('/set-up')).status).toBe(404)
  expect((await browser.get('/api/health')).status).toBe(200)
  expect(await (await browser.get('/api/account')).json()).toEqual({ mode: 'unclaimed', signedIn: false })
  expect((await browser.get('/api/ollama/models')).status).toBe(401)
  expect((await browser.query('chat.list', {})).status).toBe(401)
  expect((await browser.post('/api/account/sign-in', owner)).status).toBe(400)
  expect((await listen({})).answer.error?.data.code).toBe('UNAUTHORIZED')
})

test('the set-up code makes the local owner an account, once, and then everybody signs in', async () => {
  const browser = await openTeam()
  expect((await browser.query('account.me')).data).toEqual({
    mode: 'team',
    userId: LOCAL_OWNER_ID,
    name: 'Mara',
    email: 'mara@example.org',
    role: 'owner',
  })
  const again = await stranger().post('/api/account/set-up', { code: CODE, ...member })
  expect(again.status).toBe(409)
  expect((await stranger().query('account.me')).status).toBe(401)
  expect((await stranger().get('/chat/1')).headers.get('location')).toBe('/sign-in?next=%2Fchat%2F1')
  expect((await browser.get('/chat/1')).status).toBe(404)
})

test('a set-up code has five tries', async () => {
  await open()
  const tries = []
  for (let count = 0; count < 5; count++) {
    tries.push((await stranger().post('/api/account/set-up', { code: `wrong ${count}`, ...owner })).status)
  }
  expect(tries).toEqual([400, 400, 400, 400, 400])
  const right = await stranger().post('/api/account/set-up', { code: CODE, ...owner })
  expect(await right.json()).toMatchObject({ error: { message: expect.stringContaining('good no more') } })
})

test('in local mode the owner needs no code; from then on nobody comes in without signing in, also after a restart', async () => {
  server = await openTestServer()
  const browser = stranger()
  const before = await listen({ origin: server.url })
  expect(before.answer.error).toBeUndefined()
  expect((await browser.query('account.me')).data).toMatchObject({ mode: 'local', email: null })
  expect((await browser.post('/api/account/set-up', owner)).status).toBe(200)
  // What was open without signing in ends.
  expect(await before.closed).toBe(4401)
  expect((await stranger().query('account.me')).status).toBe(401)
  expect((await browser.query('account.me')).data).toMatchObject({ userId: LOCAL_OWNER_ID, role: 'owner' })
  server = await server.restart()
  expect((await stranger().query('account.me')).status).toBe(401)
  expect((await browser.query('account.me')).status).toBe(200)
})

test('somebody who was invited comes in with the role of the invitation, once, and sees nothing of others', async () => {
  const admin = await openTeam()
  await admin.mutate('chat.memory.create', { text: 'The fox is called Vixen' })
  const invited = await admin.mutate('admin.people.invite', { role: 'member' })
  const token = (invited.data as { path: string }).path.replace('/join#', '')
  const browser = stranger()
  expect((await browser.post('/api/account/join', { token, ...member })).status).toBe(200)
  expect((await browser.query('account.me')).data).toMatchObject({ role: 'member', name: 'Jo' })
  expect((await browser.query('chat.memory.list', {})).data).toMatchObject({ memories: [] })
  expect((await browser.query('admin.people.list')).status).toBe(403)
  const second = await stranger().post('/api/account/join', { token, ...member, email: 'other@example.org' })
  expect(second.status).toBe(404)
})

test('an ended session ends its sockets at once, and no other ones', async () => {
  const browser = await openTeam()
  const other = stranger()
  expect((await other.post('/api/account/sign-in', { email: owner.email, password: owner.password })).status).toBe(200)
  const ends = await listen({ cookie: other.cookie() })
  const stays = await listen({ cookie: browser.cookie() })
  expect(ends.answer.error).toBeUndefined()
  await browser.mutate('account.endSessions', { id: null })
  expect(await ends.closed).toBe(4401)
  expect(stays.socket.readyState).toBe(WebSocket.OPEN)
  expect((await other.query('account.me')).status).toBe(401)
  stays.socket.close()
})

test('changing the password ends other sessions, and needs the present one', async () => {
  const browser = await openTeam()
  const other = stranger()
  await other.post('/api/account/sign-in', { email: owner.email, password: owner.password })
  const wrong = await browser.mutate('account.changePassword', { current: 'wrong', password: 'a new long password' })
  expect(wrong.error).toMatchObject({ code: 'bad-request', details: { field: 'current' } })
  const right = await browser.mutate('account.changePassword', {
    current: owner.password,
    password: 'a new long password',
  })
  expect(right.status).toBe(200)
  expect((await other.query('account.me')).status).toBe(401)
  expect((await browser.query('account.me')).status).toBe(200)
  const signIn = (password: string) => stranger().post('/api/account/sign-in', { email: owner.email, password })
  expect([(await signIn(owner.password)).status, (await signIn('a new long password')).status]).toEqual([401, 200])
})

test('a reset link sets a new password once, and ends what was open', async () => {
  const admin = await openTeam()
  const jo = await join(admin)
  const made = await admin.mutate('admin.people.resetLink', { userId: await idOf(jo) })
  const token = (made.data as { path: string }).path.replace('/reset#', '')
  const password = 'a password from a link'
  expect((await stranger().post('/api/account/reset', { token, password })).status).toBe(200)
  expect((await jo.query('account.me')).status).toBe(401)
  expect((await stranger().post('/api/account/sign-in', { email: member.email, password })).status).toBe(200)
  expect((await stranger().post('/api/account/reset', { token, password })).status).toBe(404)
})

test('the last owner stays one; a lost role counts at once', async () => {
  const admin = await openTeam()
  const jo = await join(admin)
  const joId = await idOf(jo)
  for (const call of ['setRole', 'remove'] as const) {
    const input = { userId: LOCAL_OWNER_ID, ...(call === 'setRole' && { role: 'member' }) }
    expect((await admin.mutate(`admin.people.${call}`, input)).error).toMatchObject({ code: 'conflict' })
  }
  expect((await admin.mutate('admin.people.setRole', { userId: joId, role: 'owner' })).status).toBe(200)
  expect((await jo.query('account.me')).data).toMatchObject({ role: 'owner' })
  const open = await listen({ cookie: jo.cookie() })
  expect((await admin.mutate('admin.people.setRole', { userId: joId, role: 'member' })).status).toBe(200)
  expect(await open.closed).toBe(4401)
  expect((await jo.query('admin.people.list')).status).toBe(403)
})

test('who is removed is out at once and cannot sign in', async () => {
  const admin = await openTeam()
  const jo = await join(admin)
  const open = await listen({ cookie: jo.cookie() })
  expect((await admin.mutate('admin.people.remove', { userId: await idOf(jo) })).status).toBe(200)
  expect(await open.closed).toBe(4401)
  expect((await jo.query('account.me')).status).toBe(401)
  const again = await stranger().post('/api/account/sign-in', { email: member.email, password: member.password })
  expect(again.status).toBe(401)
})

test('an admin looks after members alone and makes nobody more than that', async () => {
  const first = await openTeam()
  const admin = await join(first, member, 'admin')
  const people = (await admin.query('admin.people.list')).data as { people: { manageable: boolean }[] }
  expect(people.people.map(({ manageable }) => manageable)).toEqual([false, false])
  for (const [call, input] of [
    ['invite', { role: 'admin' }],
    ['setRole', { userId: await idOf(admin), role: 'owner' }],
    ['resetLink', { userId: LOCAL_OWNER_ID }],
    ['remove', { userId: LOCAL_OWNER_ID }],
    ['signOut', { userId: LOCAL_OWNER_ID }],
  ] as const) {
    expect((await admin.mutate(`admin.people.${call}`, input)).status, call).toBe(403)
  }
  expect((await admin.mutate('admin.people.invite', { role: 'member' })).status).toBe(200)
})

test('a key opens what its scopes say on REST, typed calls and sockets, until it is revoked', async () => {
  const browser = await openTeam()
  const made = await browser.mutate('account.keys.create', { name: 'script', scopes: ['read'], days: null })
  const { id, key } = made.data as { id: string; key: string }
  const headers = { authorization: `Bearer ${key}` }
  const ask = (path: string, init = {}) => fetch(`${server.url}${path}`, { headers, ...init })
  expect((await ask('/api/ollama/models')).status).toBe(200)
  expect((await ask('/api/trpc/chat.models')).status).toBe(200)
  expect((await ask('/api/ollama/admin/health')).status).toBe(403)
  expect((await ask('/api/trpc/account.keys.list')).status).toBe(403)
  const open = await listen(headers)
  expect(open.answer.error).toBeUndefined()
  expect((await browser.query('account.keys.list')).data).toEqual([
    expect.objectContaining({ name: 'script', prefix: key.slice(0, 10), scopes: ['read'] }),
  ])
  expect((await browser.mutate('account.keys.revoke', { id })).status).toBe(200)
  expect(await open.closed).toBe(4401)
  expect((await ask('/api/ollama/models')).status).toBe(401)
  // A wrong key is nobody, also with a good cookie beside it.
  const both = await ask('/api/ollama/models', { headers: { ...headers, cookie: browser.cookie() } })
  expect(both.status).toBe(401)
})

test('a client of ours hears that it has to sign in', async () => {
  await openTeam()
  const client = createReynardClient({ baseUrl: server.url })
  const code = await new Promise((resolve) => {
    client.trpc.chat.changes.subscribe(undefined, { onError: (error) => resolve(error.data?.error.code) })
  })
  expect(code).toBe('unauthorized')
  await client.close()
})

test('brute force: an account takes ten tries, with the right password too, and a restart forgives nothing', async () => {
  await openTeam()
  const signIn = (email: string, password: string) => stranger().post('/api/account/sign-in', { email, password })
  for (let count = 0; count < 10; count++) {
    expect((await signIn(owner.email, `guess ${count}`)).status).toBe(401)
  }
  server = await server.restart()
  const blocked = await signIn(owner.email, owner.password)
  expect(blocked.status).toBe(429)
  expect(Number(blocked.headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await signIn('somebody@example.org', 'else')).status).toBe(401)
})

test('brute force: an address takes sixty tries over all accounts', async () => {
  await openTeam()
  const answers = []
  for (let count = 0; count < 61; count++) {
    // A link that is none costs no password's work.
    const link = { token: `guess ${count}`, password: 'a long password' }
    answers.push((await stranger().post('/api/account/reset', link)).status)
  }
  expect([answers.at(-2), answers.at(-1)]).toEqual([404, 429])
})

test('enumeration: an address without an account gets the same answer as a wrong password', async () => {
  await openTeam()
  const answer = async (email: string) => {
    const response = await stranger().post('/api/account/sign-in', { email, password: 'wrong password' })
    return [response.status, await response.json(), response.headers.getSetCookie()]
  }
  expect(await answer('nobody@example.org')).toEqual(await answer(owner.email))
  expect(await answer('no address')).toEqual(await answer(owner.email))
})

test('session fixation: a session that was there before signing in is not the one after it', async () => {
  const admin = await openTeam()
  const attacker = await join(admin)
  const victim = openTestBrowser(server.url, attacker.cookie())
  await victim.post('/api/account/sign-in', { email: owner.email, password: owner.password })
  expect(victim.cookie()).not.toBe(attacker.cookie())
  expect((await attacker.query('account.me')).data).toMatchObject({ name: 'Jo' })
  expect((await victim.query('account.me')).data).toMatchObject({ name: 'Mara' })
})

test('CSRF: a page of another site changes nothing with the cookie of a person', async () => {
  const browser = await openTeam()
  const { cookie } = { cookie: browser.cookie() }
  const send = (path: string, headers: Record<string, string>) =>
    fetch(`${server.url}${path}`, { method: 'POST', headers: { cookie, ...headers }, body: JSON.stringify(owner) })
  const json = { 'content-type': 'application/json' }
  expect((await send('/api/trpc/account.endSessions', { ...json, origin: 'http://evil.example' })).status).toBe(403)
  expect((await send('/api/account/sign-out', { ...json, 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  // What a form can send is not JSON.
  expect((await send('/api/account/sign-out', { 'content-type': 'text/plain' })).status).toBe(400)
  expect((await send('/api/account/sign-in', { 'content-type': 'text/plain' })).status).toBe(400)
  expect((await browser.query('account.me')).status).toBe(200)
  const signedIn = await stranger().post('/api/account/sign-in', { email: owner.email, password: owner.password })
  expect(signedIn.headers.getSetCookie()[0]).toMatch(/HttpOnly; SameSite=Lax/)
})

test('mass assignment: a role, an id or a flag in what is sent is refused', async () => {
  const admin = await openTeam()
  const invited = await admin.mutate('admin.people.invite', { role: 'member' })
  const token = (invited.data as { path: string }).path.replace('/join#', '')
  for (const more of [{ role: 'owner' }, { userId: LOCAL_OWNER_ID }, { emailVerified: true }]) {
    expect((await stranger().post('/api/account/join', { token, ...member, ...more })).status).toBe(400)
  }
  const jo = await join(admin)
  expect((await jo.mutate('account.rename', { name: 'Jo', role: 'owner' })).status).toBe(400)
  expect((await jo.query('account.me')).data).toMatchObject({ role: 'member' })
})

test('the library’s own routes are not served: nobody signs up', async () => {
  await openTeam()
  expect((await stranger().post('/api/account/sign-up', member)).status).toBe(404)
  expect((await stranger().post('/api/auth/sign-up/email', member)).status).toBe(404)
})

test('sign-out ends the session, and its cookie is worth nothing after', async () => {
  const browser = await openTeam()
  const kept = openTestBrowser(server.url, browser.cookie())
  expect((await browser.post('/api/account/sign-out', {})).status).toBe(200)
  expect(browser.cookie()).toBe('')
  expect((await kept.query('account.me')).status).toBe(401)
})

test('names of hosts must be listed; addresses may come in', async () => {
  await open({ REYNARD_ALLOWED_HOSTS: 'reynard.example.org' })
  const { port } = new URL(server.url)
  const ask = async (host: string) => {
    const { request } = await import('node:http')
    return await new Promise((resolve) => {
      request({ host: '127.0.0.1', port, path: '/api/health', headers: { host } }, (res) => {
        res.resume()
        resolve(res.statusCode)
      }).end()
    })
  }
  expect(await ask('reynard.example.org')).toBe(200)
  expect(await ask(`192.168.1.7:${port}`)).toBe(200)
  expect(await ask('evil.example')).toBe(403)
})

async function keyOf(browser: TestBrowser): Promise<() => Promise<number>> {
  const made = await browser.mutate('account.keys.create', { name: 'script', scopes: ['read'], days: null })
  const { key } = made.data as { key: string }
  const headers = { authorization: `Bearer ${key}` }
  return async () => (await fetch(`${server.url}/api/ollama/models`, { headers })).status
}

test('a new password leaves keys good, unless they are to end with it', async () => {
  const browser = await openTeam()
  const ask = await keyOf(browser)
  const [first, second, third] = [owner.password, 'the second password', 'the third password']
  const changed = await browser.mutate('account.changePassword', { current: first, password: second })
  expect([changed.data, await ask()]).toEqual([{ revoked: 0, kept: 1 }, 200])
  const again = await browser.mutate('account.changePassword', { current: second, password: third, revokeKeys: true })
  expect([again.data, await ask()]).toEqual([{ revoked: 1, kept: 0 }, 401])
})

test('a password set by a link ends the keys too, unless the person says that they are to stay', async () => {
  const admin = await openTeam()
  const jo = await join(admin)
  const userId = await idOf(jo)
  const reset = async (input: object) => {
    const made = await admin.mutate('admin.people.resetLink', { userId })
    const token = (made.data as { path: string }).path.replace('/reset#', '')
    const answer = await stranger().post('/api/account/reset', { token, password: 'set by a link', ...input })
    return ((await answer.json()) as { keys: unknown }).keys
  }
  const ask = await keyOf(jo)
  expect([await reset({ revokeKeys: false }), await ask()]).toEqual([{ revoked: 0, kept: 1 }, 200])
  expect([await reset({}), await ask()]).toEqual([{ revoked: 1, kept: 0 }, 401])
})

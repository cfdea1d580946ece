import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createReynardClient } from '@reynard/client'
import type { AuditEntry, AuditPage } from '@reynard/protocol'
import { afterEach, expect, test } from 'vitest'
import { openTestBrowser, type TestBrowser } from '../testing/browser.ts'
import { openTestServer, type TestServer, type TestServerOptions } from '../testing/open-test-server.ts'

const owner = { name: 'Mara', email: 'mara@example.org', password: 'correct horse battery' }
const member = { name: 'Jo', email: 'jo@example.org', password: 'another long password' }

const credentials = ({ email, password }: typeof owner) => ({ email, password })

let server: TestServer
afterEach(() => server.close())

async function openTeam(options: TestServerOptions = {}): Promise<TestBrowser> {
  server = await openTestServer(options)
  const browser = openTestBrowser(server.url)
  expect((await browser.post('/api/account/set-up', owner)).status).toBe(200)
  return browser
}
async function joinTeam(by: TestBrowser): Promise<{ browser: TestBrowser; userId: string }> {
  const invited = await by.mutate('admin.people.invite', { role: 'member' })
  const token = (invited.data as { path: string }).path.replace('/join#', '')
  const browser = openTestBrowser(server.url)
  expect((await browser.post('/api/account/join', { token, ...member })).status).toBe(200)
  const { userId } = (await browser.query('account.me')).data as { userId: string }
  return { browser, userId }
}
const list = async (by: TestBrowser, input: object = {}): Promise<AuditEntry[]> =>
  ((await by.query('admin.audit.list', { limit: 200, ...input })).data as AuditPage).entries
/** What was written since, the oldest first, without ids and times. */
async function told(by: TestBrowser, input: object = {}) {
  const entries = await list(by, input)
  return entries.reverse().map(({ id: _id, at: _at, group: _group, ...entry }) => entry)
}

test('who comes in, is let in and sent away is written down, by whom and from where', async () => {
  const mara = await openTeam()
  const { browser: jo, userId } = await joinTeam(mara)
  await openTestBrowser(server.url).post('/api/account/sign-in', { email: member.email, password: 'not this one' })
  await openTestBrowser(server.url).post('/api/account/sign-in', { email: 'nobody@example.org', password: 'nor this' })
  await openTestBrowser(server.url).post('/api/account/sign-in', credentials(member))
  await jo.mutate('account.changePassword', { current: member.password, password: 'a third long password' })
  await jo.post('/api/account/sign-out', {})
  await mara.mutate('admin.people.setRole', { userId, role: 'admin' })
  await mara.mutate('admin.people.resetLink', { userId })
  await mara.mutate('admin.people.signOut', { userId })
  await mara.mutate('admin.people.remove', { userId })

  const { userId: maraId } = (await mara.query('account.me')).data as { userId: string }
  const byMara = { actor: { id: maraId, name: 'Mara' }, actorKind: 'person', outcome: 'done', address: '127.0.0.1' }
  const byJo = { ...byMara, actor: { id: userId, name: 'Jo' } }
  const nobody = { actor: null, actorKind: 'visitor', outcome: 'refused', address: '127.0.0.1' }
  const aboutJo = { subject: { id: userId, name: 'Jo' } }
  expect(await told(mara)).toMatchObject([
    { action: 'set-up', ...byMara },
    { action: 'invite-create', ...byMara, details: { role: 'member' } },
    { action: 'invite-accept', ...byJo, details: { role: 'member' } },
    { action: 'sign-in-failure', ...nobody, ...aboutJo, details: { tries: 1, reason: 'wrong' } },
    { action: 'sign-in-failure', ...nobody, subject: null, details: { tries: 1, reason: 'wrong' } },
    { action: 'sign-in', ...byJo },
    { action: 'password-change', ...byJo },
    { action: 'sign-out', ...byJo },
    { action: 'role-change', ...byMara, ...aboutJo, details: { from: 'member', to: 'admin' } },
    { action: 'reset-link-create', ...byMara, ...aboutJo },
    { action: 'person-sign-out', ...byMara, ...aboutJo },
    { action: 'person-remove', ...byMara, ...aboutJo },
  ])
  // An address that nobody has here may be a password in the wrong field: it is written nowhere.
  expect(JSON.stringify(await list(mara))).not.toMatch(/nobody@|password@|another long|third long/)
})

test('keys, settings, rules and what an admin does are written with what they were before', async () => {
  const mara = await openTeam()
  const made = await mara.mutate('account.keys.create', { name: 'nightly', scopes: ['read', 'admin'], days: 30 })
  const { id, key } = made.data as { id: string; key: string }
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  await fetch(`${server.url}/api/ollama/config`, { method: 'POST', headers, body: '{"timeout_seconds": 77}' })
  await mara.mutate('admin.updateSettings', {
    timeoutSeconds: 90,
    openaiBaseUrl: 'https://me:canary-pass@llm.example/v1',
  })
  await mara.mutate('admin.updateWebSearch', { braveApiKey: 'canary-brave-key-0123456789' })
  await mara.mutate('admin.updateModelSettings', { model: 'fox:1b', contextTokens: 4096, slots: null, keepAlive: '5m' })
  await mara.mutate('admin.updateContentFilter', {
    secrets: true,
    rules: [
      {
        ...{ id: 'r1', name: 'Project names', ignoreCase: true, window: 60, places: ['input'], action: 'block' },
        ...{ enabled: true, match: { kind: 'words', words: ['canary-word'] } },
      },
    ],
  })
  await fetch(`${server.url}/api/ollama/admin/cleanup`, { method: 'POST', headers, body: '{}' })
  await mara.mutate('account.keys.revoke', { id })

  const object = { kind: 'key', id, name: key.slice(0, 10) }
  expect(await told(mara, { query: '' })).toMatchObject([
    { action: 'set-up' },
    { action: 'key-create', actorKind: 'person', object, details: { scopes: 'read, admin', days: 30 } },
    { action: 'setting-change', actorKind: 'key', object: { name: 'timeoutSeconds' }, details: { from: null, to: 77 } },
    { action: 'setting-change', object: { name: 'openaiBaseUrl' }, details: { to: 'https://llm.example/v1' } },
    { action: 'setting-change', actorKind: 'person', details: { from: 77, to: 90 } },
    { action: 'setting-change', object: { name: 'braveApiKey' }, details: { from: null, to: 'set' } },
    { action: 'model-settings-change', object: { id: 'fox:1b' } },
    { action: 'filter-change', details: { added: 'Project names', secrets: true } },
    { action: 'clean-up', actorKind: 'key' },
    { action: 'key-revoke', object },
  ])
  const rows = new DatabaseSync(join(server.dataDir, 'reynard.db'), { readOnly: true })
  const written = JSON.stringify(rows.prepare('select * from audit_entries').all())
  rows.close()
  expect(written).not.toMatch(/canary/)
  expect(written).not.toContain(key)
})

test('whoever guesses for long fills a few lines', async () => {
  const mara = await openTeam()
  const guess = () =>
    openTestBrowser(server.url).post('/api/account/sign-in', { email: 'a@example.org', password: 'x' })
  for (let count = 0; count < 25; count++) await guess()
  const failures = (await told(mara)).filter(({ action }) => action === 'sign-in-failure')
  // Ten are compared, the rest refused unseen.
  expect(failures.map(({ details }) => details)).toEqual([
    { reason: 'wrong', tries: 1 },
    { reason: 'wrong', tries: 10 },
    { reason: 'too many tries', tries: 1 },
    { reason: 'too many tries', tries: 10 },
  ])
})

test('the log is read by person, group, time and words, page by page', async () => {
  const mara = await openTeam()
  const { userId } = await joinTeam(mara)
  const all = await list(mara)
  expect(all.map(({ action }) => action)).toEqual(['invite-accept', 'invite-create', 'set-up'])
  const actions = async (input: object) => (await list(mara, input)).map(({ action }) => action)
  expect(await actions({ personId: userId })).toEqual(['invite-accept'])
  expect(await actions({ group: 'access' })).toEqual(['set-up'])
  expect(await actions({ until: all[1]!.at })).toEqual(['set-up'])
  expect(await actions({ since: all[0]!.at })).toContain('invite-accept')
  expect(await actions({ query: 'JOINED' })).toEqual(['invite-accept'])
  expect(await actions({ query: 'mara' })).toEqual(['invite-create', 'set-up'])
  expect(await actions({ query: '%' })).toEqual([])
  const first = (await mara.query('admin.audit.list', { limit: 2 })).data as AuditPage
  expect(first.entries).toHaveLength(2)
  expect(await actions({ cursor: first.nextCursor })).toEqual(['set-up'])
})

test('it is taken as a file, in which no name becomes a formula, and that is written down too', async () => {
  const mara = await openTeam()
  await mara.mutate('account.rename', { name: '=HYPERLINK("http://x","Mara, hi")' })
  const csv = await mara.get('/api/audit?format=csv&group=people')
  expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  expect(csv.headers.get('content-disposition')).toMatch(/^attachment; filename\*=UTF-8''reynard-audit-[\d-]+\.csv$/)
  const [head, ...lines] = (await csv.text()).trimEnd().split('\r\n')
  expect(head).toMatch(/^time,who,who_id,as,from,did,/)
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain(`,"'=HYPERLINK(""http://x"",""Mara, hi"")",`)
  const jsonl = await mara.get('/api/audit?format=jsonl')
  const entries = (await jsonl.text())
    .trimEnd()
    .split('\n')
    .map((line): AuditEntry => JSON.parse(line))
  expect(entries.map(({ action, details }) => [action, details])).toEqual([
    ['audit-export', { format: 'jsonl' }],
    ['audit-export', { format: 'csv' }],
    ['account-rename', {}],
    ['set-up', { with: 'this machine' }],
  ])
  expect((await mara.get('/api/audit?format=xls')).status).toBe(400)
})

test('what is written shows up at once where somebody looks', async () => {
  server = await openTestServer()
  const client = createReynardClient({ baseUrl: server.url })
  let page: AuditPage | undefined
  client.trpc.admin.audit.watch.subscribe(
    { group: 'settings' },
    {
      onData(next) {
        page = next
      },
    },
  )
  await expect.poll(() => page?.entries).toEqual([])
  await client.trpc.admin.updateSettings.mutate({ timeoutSeconds: 90 })
  await expect.poll(() => page?.entries, { timeout: 5_000 }).toMatchObject([{ action: 'setting-change' }])
  await client.close()
})

test('what can not be written down is not done', async () => {
  const mara = await openTeam()
  const rows = new DatabaseSync(join(server.dataDir, 'reynard.db'))
  rows.exec(`create trigger full before insert on audit_entries begin select raise(abort, 'the disk is full'); end`)
  expect((await mara.mutate('account.keys.create', { name: 'x', scopes: ['read'], days: null })).status).toBe(500)
  expect((await mara.mutate('admin.updateSettings', { timeoutSeconds: 90 })).status).toBe(500)
  expect((await mara.mutate('account.endSessions', { id: null })).status).toBe(200)
  const signIn = await openTestBrowser(server.url).post('/api/account/sign-in', credentials(owner))
  expect(signIn.status).toBe(500)
  expect(signIn.headers.getSetCookie()).toEqual([])
  rows.exec('drop trigger full')
  rows.close()
  expect((await mara.query('account.keys.list')).data).toEqual([])
  expect((await mara.query('admin.settings')).data).toMatchObject({ saved: { timeoutSeconds: null } })
})

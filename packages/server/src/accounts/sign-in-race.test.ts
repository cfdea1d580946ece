import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LOCAL_OWNER_ID, listSessions } from '@reynard/db'
import { openTestDatabase } from '@reynard/db/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createAuditLog } from '../audit/create-audit-log.ts'
import { createAccessLinks } from './access-links.ts'
import { type AuthLibrary, loadAuthLibrary } from './auth-library.ts'
import { createEntrance } from './entrance.ts'
import { saveFirstAccount, setPassword } from './first-account.ts'
import { createSignInLimit } from './sign-in-limit.ts'

const clock = { now: () => Date.now() }
const visitor = { address: '192.0.2.1', userAgent: '' }
const email = 'mara@example.org'

let db: Awaited<ReturnType<typeof openTestDatabase>>
let dataDir: string
beforeEach(async () => {
  db = await openTestDatabase('sqlite')
  dataDir = await mkdtemp(join(tmpdir(), 'reynard-race-'))
})
afterEach(async () => {
  await db.close()
  await rm(dataDir, { recursive: true })
})

test('a password that is changed while somebody signs in with the old one opens no session', async () => {
  const library = await loadAuthLibrary(db, dataDir)
  const passwordHash = await library.hashPassword('the old password')
  const audit = createAuditLog({ db, clock: { ...clock, after: () => () => {} }, keptDays: () => 365 })
  await saveFirstAccount(db, clock, { name: 'Mara', email, passwordHash }, audit.entry('set-up'))
  const changed = await library.hashPassword('the new password')
  let change = async () => {}
  const slow: AuthLibrary = {
    ...library,
    async signIn(input) {
      const entered = await library.signIn(input)
      await change()
      return entered
    },
  }
  const limit = createSignInLimit(db, clock)
  const entrance = createEntrance({
    db,
    clock,
    limit,
    links: createAccessLinks(db, clock),
    audit,
    library: async () => slow,
    code: null,
    mode: () => 'team',
    revoke() {},
    onFirstAccount() {},
  })
  const signIn = (password: string) => entrance.signIn(visitor, { email, password })
  change = () => db.commit(setPassword(db, LOCAL_OWNER_ID, changed, clock.now()))
  await expect(signIn('the old password')).rejects.toMatchObject({ code: 'unauthorized' })
  expect(await listSessions(db.kysely, LOCAL_OWNER_ID, clock.now())).toEqual([])
  change = async () => {}
  await signIn('the new password')
  expect(await listSessions(db.kysely, LOCAL_OWNER_ID, clock.now())).toHaveLength(1)
})

test('tries are counted by the first half of an IPv6 address, however its zeros are written', async () => {
  const limit = createSignInLimit(db, clock)
  const at = (host: number) => limit.take(`2001:db8::${host.toString(16)}`, null)
  for (let host = 1; host <= 60; host++) await at(host)
  await expect(at(61)).rejects.toMatchObject({ code: 'too-many-requests' })
  await limit.take('2001:db8:0:1::1', null)
})

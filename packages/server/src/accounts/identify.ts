import type { IncomingMessage } from 'node:http'
import { type Db, findApiKey, touchApiKey } from '@reynard/db'
import { scopeSchema } from '@reynard/protocol'
import { z } from 'zod'
import type { Caller } from '../access/access.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import { currentRequest } from '../logging/request-context.ts'
import type { Clock } from '../runs/ports.ts'
import { type AuthLibrary, SESSION_COOKIE } from './auth-library.ts'
import { hashSecret } from './hash-secret.ts'
import { roleOf } from './roles.ts'
import type { Known, SessionCache } from './session-cache.ts'

/** How each key for programs begins, so that scanners know one that was left somewhere. */
export const KEY_START = 'rey_'
/** `last used` is written this often at most. */
const TOUCH_EVERY_MS = 60_000
const DAY_MS = 24 * 60 * 60_000
/** A key that nobody used for so long, and then somebody does, is written down. */
const LONG_SLEEP_MS = 30 * DAY_MS

const keptScopes = z.array(scopeSchema)

type Options = {
  db: Db
  audit: Pick<AuditLog, 'entry'>
  clock: Pick<Clock, 'now'>
  cache: SessionCache
  library: () => Promise<AuthLibrary>
}

/** Finds who sent a request, by the key in its `Authorization` or the session in its cookie; null: nobody that is known. */
export function createIdentify({ db, audit, clock, cache, library }: Options) {
  const touched = new Map<string, number>()

  async function findSession(cookie: string): Promise<Known | null> {
    const found = await (await library()).findSession(cookie)
    if (found === null) return null
    const { id, userId, role, expiresAt } = found
    const credential = { id: `session:${id}`, expiresAt }
    return { caller: { userId, role: roleOf(role), scopes: null, credential }, expiresAt }
  }
  async function findKey(hash: string): Promise<Known | null> {
    const row = await findApiKey(db.kysely, hash)
    const expiresAt = row?.expires_at ?? Number.MAX_SAFE_INTEGER
    if (row === undefined || expiresAt <= clock.now()) return null
    const scopes = new Set(keptScopes.parse(JSON.parse(row.scopes)))
    const credential = { id: `key:${row.id}`, expiresAt }
    const slept = clock.now() - Number(row.last_used_at ?? clock.now())
    if (slept > LONG_SLEEP_MS) {
      const by = {
        kind: 'key' as const,
        userId: row.user_id,
        credential: credential.id,
        address: currentRequest()?.address ?? null,
      }
      const object = { kind: 'key', id: row.id, name: row.prefix }
      const entry = audit.entry('key-wake', { by, object, details: { days: Math.floor(slept / DAY_MS) } })
      await db.commit([touchApiKey(db.kysely, row.id, clock.now()), entry])
    }
    return { caller: { userId: row.user_id, role: roleOf(row.role), scopes, credential }, expiresAt }
  }
  function touch(caller: Caller | null): Caller | null {
    const id = caller?.credential?.id.slice('key:'.length)
    if (id === undefined || (touched.get(id) ?? 0) + TOUCH_EVERY_MS > clock.now()) return caller
    touched.set(id, clock.now())
    // Not known for a minute after a crash: nobody waits for it.
    db.commit([touchApiKey(db.kysely, id, clock.now())]).catch(() => {})
    return caller
  }

  return (req: IncomingMessage): Caller | null | Promise<Caller | null> => {
    const { authorization } = req.headers
    if (authorization !== undefined) {
      const key = /^Bearer (rey_[\w-]{1,100})$/i.exec(authorization)?.[1]
      // A wrong key is nobody, whatever cookie comes with it.
      if (key === undefined) return null
      const hash = hashSecret(key)
      const known = cache.get(hash, clock.now())
      return known ? touch(known) : cache.load(hash, () => findKey(hash)).then(touch)
    }
    const cookie = cookieOf(req)
    if (cookie === null) return null
    // A name of its own in the cache: a key is none, also where it was just used as one.
    const hash = hashSecret(`session:${cookie}`)
    return cache.get(hash, clock.now()) ?? cache.load(hash, () => findSession(cookie))
  }
}

function cookieOf(req: IncomingMessage): string | null {
  for (const pair of (req.headers.cookie ?? '').split(';')) {
    const [name = '', value = ''] = pair.trim().split('=', 2)
    if (name === SESSION_COOKIE && value !== '' && value.length < 500) return value
  }
  return null
}

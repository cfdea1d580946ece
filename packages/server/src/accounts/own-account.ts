import { randomBytes } from 'node:crypto'
import {
  type Db,
  deleteApiKey,
  deleteSessions,
  findPasswordHash,
  findPerson,
  insertApiKey,
  listApiKeys,
  listSessions,
} from '@reynard/db'
import {
  type AccessMode,
  type ApiKey,
  AppError,
  type changePasswordSchema,
  type createApiKeySchema,
  type KeysLeft,
  type OwnAccount,
  type OwnSession,
  scopeSchema,
} from '@reynard/protocol'
import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import type { Caller } from '../access/access.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { Clock } from '../runs/ports.ts'
import type { AuthLibrary } from './auth-library.ts'
import { endKeys } from './end-keys.ts'
import { setPassword } from './first-account.ts'
import { hashSecret } from './hash-secret.ts'
import { KEY_START } from './identify.ts'
import { roleOf } from './roles.ts'
import type { SignInLimit } from './sign-in-limit.ts'

const DAY_MS = 24 * 60 * 60_000
const MOST_KEYS = 50

/** What a person does with their own account. */
export type OwnAccountService = {
  read(caller: Caller): Promise<OwnAccount>
  rename(caller: Caller, name: string): Promise<void>
  /** Ends all other sessions, and keys where that is asked for. Throws `bad-request` naming the field for a wrong present password. */
  changePassword(caller: Caller, input: z.infer<typeof changePasswordSchema>): Promise<KeysLeft>
  sessions(caller: Caller): Promise<OwnSession[]>
  /** Ends one, or with null all but the one that asks. */
  endSessions(caller: Caller, id: string | null): Promise<void>
  keys(caller: Caller): Promise<ApiKey[]>
  /** The key itself is told this once. */
  createKey(caller: Caller, input: z.infer<typeof createApiKeySchema>): Promise<{ id: string; key: string }>
  revokeKey(caller: Caller, id: string): Promise<void>
}

type Options = {
  db: Db
  clock: Pick<Clock, 'now'>
  limit: SignInLimit
  audit: Pick<AuditLog, 'entry' | 'record' | 'together'>
  library: () => Promise<AuthLibrary>
  mode: () => AccessMode
  /** Ends what is open for these credentials. */
  revoke(test: (caller: Caller) => boolean): void
}

export function createOwnAccountService(options: Options): OwnAccountService {
  const { db, clock, limit, audit, library, mode, revoke } = options

  function needTeam(): void {
    if (mode() !== 'team')
      throw new AppError('conflict', 'This server has no accounts yet. Create the first one first.')
  }
  function endOf(ids: readonly string[]): void {
    const ended = new Set(ids)
    if (ended.size > 0) revoke(({ credential }) => credential !== null && ended.has(credential.id))
  }

  return {
    async read({ userId }) {
      const row = await findPerson(db.kysely, userId)
      if (row === undefined) throw new AppError('unauthorized', 'Sign in first.')
      return { mode: mode(), userId, name: row.name, email: row.email, role: roleOf(row.role) }
    },
    async rename({ userId }, name) {
      await db.commit([
        db.kysely.updateTable('users').set({ name, updated_at: clock.now() }).where('id', '=', userId),
        audit.entry('account-rename'),
      ])
    },
    async changePassword({ userId, credential }, { current, password, revokeKeys }) {
      needTeam()
      const hash = await findPasswordHash(db.kysely, userId)
      // Who found an open page guesses here as at the door.
      await limit.take(null, userId)
      if (hash === undefined || !(await (await library()).isPassword(current, hash))) {
        await audit.record('password-change', { outcome: 'refused', details: { reason: 'wrong password' } })
        throw new AppError('bad-request', 'This is not the present password.', { details: { field: 'current' } })
      }
      await limit.forgive(userId)
      const passwordHash = await (await library()).hashPassword(password)
      await db.commit([...setPassword(db, userId, passwordHash, clock.now()), audit.entry('password-change')])
      const own = credential?.id.replace('session:', '')
      const ended = await deleteSessions(db.kysely, userId, own === undefined ? {} : { except: own })
      endOf(ended.map((id) => `session:${id}`))
      return await endKeys({ audit, revoke }, { userId, isWanted: revokeKeys })
    },
    async sessions({ userId, credential }) {
      const rows = await listSessions(db.kysely, userId, clock.now())
      return rows.map((row) => ({
        id: row.id,
        isCurrent: credential?.id === `session:${row.id}`,
        address: row.ip_address ?? '',
        userAgent: row.user_agent ?? '',
        createdAt: Number(row.created_at),
        expiresAt: Number(row.expires_at),
      }))
    },
    async endSessions({ userId, credential }, id) {
      const own = credential?.id.replace('session:', '')
      const which = id === null ? (own === undefined ? {} : { except: own }) : { only: id }
      const ended = await audit.together(
        (tx) => deleteSessions(tx, userId, which),
        ({ length }) => (length > 0 ? audit.entry('session-end', { details: { sessions: length } }) : null),
      )
      if (id !== null && ended.length === 0) throw new AppError('not-found', 'This session has ended.')
      endOf(ended.map((one) => `session:${one}`))
    },
    async keys({ userId }) {
      return (await listApiKeys(db.kysely, userId)).map((row) => ({
        id: row.id,
        name: row.name,
        prefix: row.prefix,
        scopes: z.array(scopeSchema).parse(JSON.parse(row.scopes)),
        createdAt: Number(row.created_at),
        expiresAt: row.expires_at === null ? null : Number(row.expires_at),
        lastUsedAt: row.last_used_at === null ? null : Number(row.last_used_at),
      }))
    },
    async createKey({ userId }, { name, scopes, days }) {
      needTeam()
      if ((await listApiKeys(db.kysely, userId)).length >= MOST_KEYS) {
        throw new AppError('conflict', `There are ${MOST_KEYS} keys already. Revoke one first.`)
      }
      const key = `${KEY_START}${randomBytes(32).toString('base64url')}`
      const id = uuidv7()
      const now = clock.now()
      const row = {
        id,
        user_id: userId,
        name,
        prefix: key.slice(0, 10),
        secret_hash: hashSecret(key),
        scopes: JSON.stringify([...new Set(scopes)]),
        created_at: now,
        expires_at: days === null ? null : now + days * DAY_MS,
        last_used_at: null,
      }
      const object = { kind: 'key', id, name: row.prefix }
      const entry = audit.entry('key-create', { object, details: { scopes: [...new Set(scopes)].join(', '), days } })
      await db.commit([insertApiKey(db.kysely, row), entry])
      return { id, key }
    },
    async revokeKey({ userId }, id) {
      const gone = await audit.together(
        (tx) => deleteApiKey(tx, userId, id),
        (prefix) => (prefix === null ? null : audit.entry('key-revoke', { object: { kind: 'key', id, name: prefix } })),
      )
      if (gone === null) throw new AppError('not-found', 'This key is gone already.')
      endOf([`key:${id}`])
    },
  }
}

import type { Compilable, Insertable, Kysely } from 'kysely'
import type { Database } from '../schema.ts'

type Db = Kysely<Database>
type UserRole = Database['users']['role']

/** Somebody who has a place on this server. */
export type PersonRow = { id: string; name: string; role: UserRole; email: string | null; created_at: number }

const person = ['id', 'name', 'role', 'email', 'created_at'] as const

/** Everybody who can sign in, the first first. */
export async function listPeople(db: Db): Promise<PersonRow[]> {
  return await db
    .selectFrom('users')
    .select(person)
    .where('email', 'is not', null)
    .where('removed_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}

/** Somebody who was not removed, with an account or (the local owner) without one. */
export async function findPerson(db: Db, id: string): Promise<PersonRow | undefined> {
  return await db
    .selectFrom('users')
    .select(person)
    .where('id', '=', id)
    .where('removed_at', 'is', null)
    .executeTakeFirst()
}

/** Owners who can sign in. */
export async function countOwners(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('users')
    .select((is) => is.fn.countAll().as('count'))
    .where('role', '=', 'owner')
    .where('email', 'is not', null)
    .where('removed_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** The hash of a person's password; undefined where they have none. */
export async function findPasswordHash(db: Db, userId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('accounts')
    .select('password')
    .where('user_id', '=', userId)
    .where('provider_id', '=', 'credential')
    .executeTakeFirst()
  return row?.password ?? undefined
}

/** The hash of the password of whoever has an address. */
export async function findPasswordHashOf(db: Db, email: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('accounts')
    .innerJoin('users', 'users.id', 'accounts.user_id')
    .select('password')
    .where('email', '=', email)
    .where('provider_id', '=', 'credential')
    .executeTakeFirst()
  return row?.password ?? undefined
}

/** Ends the one session that a token opened. */
export function deleteSessionByHash(db: Db, tokenHash: string): Compilable {
  return db.deleteFrom('sessions').where('token_hash', '=', tokenHash)
}

/** A person's sessions that have not run out, the newest first. `now` in UTC milliseconds. */
export async function listSessions(db: Db, userId: string, now: number) {
  return await db
    .selectFrom('sessions')
    .select(['id', 'ip_address', 'user_agent', 'created_at', 'expires_at'])
    .where('user_id', '=', userId)
    .where('expires_at', '>', now)
    .orderBy('created_at', 'desc')
    .execute()
}

/** Ends a person's sessions: all, one (`only`), or all but one (`except`). Returns the ids of those that ended. */
export async function deleteSessions(
  db: Db,
  userId: string,
  { only, except }: { only?: string; except?: string } = {},
): Promise<string[]> {
  let query = db.deleteFrom('sessions').where('user_id', '=', userId)
  if (only !== undefined) query = query.where('id', '=', only)
  if (except !== undefined) query = query.where('id', '<>', except)
  return (await query.returning('id').execute()).map(({ id }) => id)
}

/** What ran out and can be forgotten. */
export function deleteExpiredAccess(db: Db, now: number): Compilable[] {
  return [
    db.deleteFrom('sessions').where('expires_at', '<=', now),
    db.deleteFrom('access_links').where('expires_at', '<=', now),
    db.deleteFrom('sign_in_attempts').where('resets_at', '<=', now),
  ]
}

export function insertAccessLink(db: Db, row: Insertable<Database['access_links']>): Compilable {
  return db.insertInto('access_links').values(row)
}

/** Invitations that wait to be accepted, the newest first. */
export async function listInvites(db: Db, now: number) {
  return await db
    .selectFrom('access_links')
    .innerJoin('users', 'users.id', 'access_links.created_by')
    .select(['access_links.id', 'access_links.role', 'access_links.created_at', 'expires_at', 'users.name as by'])
    .where('kind', '=', 'invite')
    .where('expires_at', '>', now)
    .orderBy('access_links.created_at', 'desc')
    .execute()
}

export async function findAccessLink(db: Db, tokenHash: string, now: number) {
  return await db
    .selectFrom('access_links')
    .selectAll()
    .where('token_hash', '=', tokenHash)
    .where('expires_at', '>', now)
    .executeTakeFirst()
}

/** Takes a link back. Returns whether it was there: of two that use it at once, one is told so. */
export async function deleteAccessLink(db: Db, id: string): Promise<boolean> {
  return (await db.deleteFrom('access_links').where('id', '=', id).returning('id').executeTakeFirst()) !== undefined
}

/**
 * Counts a try and says how many there were in the window. `windowMs` from the first one on; after it counting starts anew.
 */
export async function countSignIn(
  db: Db,
  { subject, now, windowMs }: { subject: string; now: number; windowMs: number },
): Promise<{ attempts: number; resetsAt: number }> {
  const row = await db
    .insertInto('sign_in_attempts')
    .values({ subject, attempts: 1, resets_at: now + windowMs })
    .onConflict((same) =>
      same.column('subject').doUpdateSet((is) => ({
        attempts: is
          .case()
          .when('sign_in_attempts.resets_at', '<=', now)
          .then(1)
          .else(is('sign_in_attempts.attempts', '+', 1))
          .end(),
        resets_at: is
          .case()
          .when('sign_in_attempts.resets_at', '<=', now)
          .then(now + windowMs)
          .else(is.ref('sign_in_attempts.resets_at'))
          .end(),
      })),
    )
    .returning(['attempts', 'resets_at'])
    .executeTakeFirstOrThrow()
  return { attempts: Number(row.attempts), resetsAt: Number(row.resets_at) }
}

/** Forgets the tries of a subject. */
export function forgetSignIns(db: Db, subject: string): Compilable {
  return db.deleteFrom('sign_in_attempts').where('subject', '=', subject)
}

export function insertApiKey(db: Db, row: Insertable<Database['api_keys']>): Compilable {
  return db.insertInto('api_keys').values(row)
}

/** A person's keys, the newest first; never what they are. */
export async function listApiKeys(db: Db, userId: string) {
  return await db
    .selectFrom('api_keys')
    .select(['id', 'name', 'prefix', 'scopes', 'created_at', 'expires_at', 'last_used_at'])
    .where('user_id', '=', userId)
    .orderBy('created_at', 'desc')
    .execute()
}

/** The key of this hash with whose it is; not of somebody who was removed. */
export async function findApiKey(db: Db, secretHash: string) {
  return await db
    .selectFrom('api_keys')
    .innerJoin('users', 'users.id', 'api_keys.user_id')
    .select([
      'api_keys.id',
      'api_keys.user_id',
      'api_keys.prefix',
      'api_keys.scopes',
      'api_keys.expires_at',
      'api_keys.last_used_at',
      'users.role',
    ])
    .where('secret_hash', '=', secretHash)
    .where('users.removed_at', 'is', null)
    .executeTakeFirst()
}

/** Returns how the key of this person began; null where there was none. */
export async function deleteApiKey(db: Db, userId: string, id: string): Promise<string | null> {
  const gone = await db
    .deleteFrom('api_keys')
    .where('user_id', '=', userId)
    .where('id', '=', id)
    .returning('prefix')
    .executeTakeFirst()
  return gone?.prefix ?? null
}

/** Ends all keys of a person. Returns the ids of those that ended. */
export async function deleteApiKeys(db: Db, userId: string): Promise<string[]> {
  return (await db.deleteFrom('api_keys').where('user_id', '=', userId).returning('id').execute()).map(({ id }) => id)
}

export function touchApiKey(db: Db, id: string, now: number): Compilable {
  return db.updateTable('api_keys').set({ last_used_at: now }).where('id', '=', id)
}

import { type Compilable, type Db, LOCAL_OWNER_ID } from '@reynard/db'
import { AppError } from '@reynard/protocol'
import { v7 as uuidv7 } from 'uuid'
import type { Clock } from '../runs/ports.ts'
import { markAsTeam } from './account-mode.ts'

type NewAccount = { name: string; email: string; passwordHash: string }

/**
 * Gives the local owner an address and a password. It is the same row as before, so all that was theirs stays theirs. Of two at once, one
 * is refused with `conflict`. `entry` is committed with it.
 */
export async function saveFirstAccount(
  db: Db,
  clock: Pick<Clock, 'now'>,
  given: NewAccount,
  entry: Compilable,
): Promise<void> {
  const now = clock.now()
  await db.commit([
    passwordRow(db, { userId: LOCAL_OWNER_ID, passwordHash: given.passwordHash, now }),
    db.kysely
      .updateTable('users')
      .set({ name: given.name, email: given.email, role: 'owner', removed_at: null, updated_at: now })
      .where('id', '=', LOCAL_OWNER_ID),
    markAsTeam(db, clock),
    entry,
  ])
}

/** Somebody who was invited. Throws `conflict` where the address has an account. */
export async function saveAccount(
  db: Db,
  clock: Pick<Clock, 'now'>,
  given: NewAccount & { userId: string; role: 'owner' | 'admin' | 'user' },
  entry: Compilable,
): Promise<void> {
  const now = clock.now()
  const { userId, name, email, role, passwordHash } = given
  try {
    await db.commit([
      db.kysely.insertInto('users').values({ id: userId, name, email, role, created_at: now, updated_at: now }),
      passwordRow(db, { userId, passwordHash, now }),
      entry,
    ])
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'conflict') throw error
    throw new AppError('conflict', 'This address has an account here. Sign in with it.', {
      details: { field: 'email' },
    })
  }
}

function passwordRow(db: Db, { userId, passwordHash, now }: { userId: string; passwordHash: string; now: number }) {
  return db.kysely.insertInto('accounts').values({
    id: uuidv7(),
    user_id: userId,
    provider_id: 'credential',
    account_id: userId,
    password: passwordHash,
    access_token: null,
    refresh_token: null,
    id_token: null,
    access_token_expires_at: null,
    refresh_token_expires_at: null,
    scope: null,
    created_at: now,
    updated_at: now,
  })
}

/** Puts another password in the place of the one that somebody has. Links to set one are worth nothing from here on. */
export function setPassword(db: Db, userId: string, passwordHash: string, now: number) {
  return [
    db.kysely
      .updateTable('accounts')
      .set({ password: passwordHash, updated_at: now })
      .where('user_id', '=', userId)
      .where('provider_id', '=', 'credential'),
    db.kysely.deleteFrom('access_links').where('user_id', '=', userId),
  ]
}

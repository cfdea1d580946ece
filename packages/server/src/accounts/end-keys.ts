import { type Db, deleteApiKeys, listApiKeys } from '@reynard/db'
import type { KeysLeft } from '@reynard/protocol'
import type { Caller } from '../access/access.ts'

type Asked = { userId: string; isWanted: boolean }

/** Ends a person's keys where that is wanted, with what is open by them, and says how many ended and how many are left. */
export async function endKeys(
  db: Db,
  revoke: (test: (caller: Caller) => boolean) => void,
  { userId, isWanted }: Asked,
): Promise<KeysLeft> {
  if (!isWanted) return { revoked: 0, kept: (await listApiKeys(db.kysely, userId)).length }
  const ended = new Set((await deleteApiKeys(db.kysely, userId)).map((id) => `key:${id}`))
  if (ended.size > 0) revoke(({ credential }) => credential !== null && ended.has(credential.id))
  return { revoked: ended.size, kept: 0 }
}

import { deleteApiKeys, listApiKeys } from '@reynard/db'
import type { KeysLeft } from '@reynard/protocol'
import type { Caller } from '../access/access.ts'
import type { AuditActor, AuditLog } from '../audit/audit-log.ts'

type Means = {
  audit: Pick<AuditLog, 'entry' | 'together'>
  revoke(test: (caller: Caller) => boolean): void
  /** Whoever asks, where the request does not say. */
  by?: AuditActor
}
type Asked = { userId: string; isWanted: boolean }

/** Ends a person's keys where that is wanted, with what is open by them, and says how many ended and how many are left. */
export async function endKeys({ audit, revoke, by }: Means, { userId, isWanted }: Asked): Promise<KeysLeft> {
  const left = await audit.together(
    async (tx) =>
      isWanted ? { ended: await deleteApiKeys(tx, userId), kept: 0 } : keysOf(await listApiKeys(tx, userId)),
    ({ ended }) => (ended.length === 0 ? null : audit.entry('keys-revoke', { by, details: { keys: ended.length } })),
  )
  const ended = new Set(left.ended.map((id) => `key:${id}`))
  if (ended.size > 0) revoke(({ credential }) => credential !== null && ended.has(credential.id))
  return { revoked: ended.size, kept: left.kept }
}

const keysOf = (rows: readonly unknown[]) => ({ ended: [], kept: rows.length })

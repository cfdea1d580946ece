import { countOwners, type Db, listSettings, putSetting } from '@reynard/db'
import type { AccessMode } from '@reynard/protocol'
import type { Clock } from '../runs/ports.ts'

const KEY = 'accounts.team'

/**
 * How this server is entered. What once had accounts has them for ever: should no owner be left, only a new set-up code helps.
 * @param isLoopback whether only this machine can reach it
 */
export async function readAccessMode(db: Db, isLoopback: boolean): Promise<AccessMode> {
  if ((await countOwners(db.kysely)) > 0) return 'team'
  const settings = await listSettings(db.kysely, '')
  return isLoopback && !settings.some(({ key }) => key === KEY) ? 'local' : 'unclaimed'
}

/** Says for ever that this database has accounts. */
export function markAsTeam(db: Db, clock: Pick<Clock, 'now'>) {
  return putSetting(db.kysely, { scope: '', key: KEY, value: 'true', now: clock.now() })
}

import type { Compilable, Kysely } from 'kysely'
import type { Database } from '../schema.ts'

type Db = Kysely<Database>

/** All settings of a scope: a user's id, or '' for the whole server. Values are JSON as text. */
export async function listSettings(db: Db, scope: string): Promise<{ key: string; value: string }[]> {
  return await db.selectFrom('settings').select(['key', 'value']).where('scope', '=', scope).orderBy('key').execute()
}

/** Writes one setting over what was there. `now` in UTC milliseconds. */
export function putSetting(db: Db, setting: { scope: string; key: string; value: string; now: number }): Compilable {
  const { scope, key, value, now } = setting
  return db
    .insertInto('settings')
    .values({ scope, key, value, updated_at: now })
    .onConflict((conflict) => conflict.columns(['scope', 'key']).doUpdateSet({ value, updated_at: now }))
}

import { type Db, listSettings, putSetting } from '@reynard/db'
import type { Clock } from '../runs/ports.ts'
import type { SettingsRows } from './server-settings.ts'

/** The settings of the whole server, as rows of the database. */
export function settingsRows(db: Db, clock: Clock): SettingsRows {
  return {
    list: () => listSettings(db.kysely, ''),
    put: (key, value) => db.commit([putSetting(db.kysely, { scope: '', key, value, now: clock.now() })]),
  }
}

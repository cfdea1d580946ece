import { type Db, listSettings, putSetting } from '@reynard/db'
import type { AuditLog } from '../audit/audit-log.ts'
import type { Clock } from '../runs/ports.ts'
import type { SettingsRows } from './server-settings.ts'

/** The settings of the whole server, as rows of the database. */
export function settingsRows(db: Db, clock: Clock, audit: Pick<AuditLog, 'entry'>): SettingsRows {
  return {
    list: () => listSettings(db.kysely, ''),
    put: (key, value, tell) =>
      db.commit([putSetting(db.kysely, { scope: '', key, value, now: clock.now() }), ...(tell?.(audit) ?? [])]),
  }
}

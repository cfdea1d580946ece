import { sql } from 'kysely'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { describeOnEachDialect, openTestDatabase } from '../testing/index.ts'
import { auditRow } from '../testing/sample-rows.ts'
import { countAuditEntriesBefore, insertAuditEntry, listAuditEntries, trimAuditEntries } from './audit.ts'

describeOnEachDialect('the audit log', (dialect) => {
  let db: Awaited<ReturnType<typeof openTestDatabase>>
  beforeEach(async () => {
    db = await openTestDatabase(dialect)
    await db.commit([1, 2, 3, 4].map((at) => insertAuditEntry(db.kysely, auditRow({ id: `e${at}`, at }))))
  })
  afterEach(() => db.close())
  const ids = async () => (await listAuditEntries(db.kysely, { limit: 9 })).map(({ id }) => id)

  it('is only ever added to, whoever asks the database', async () => {
    const refused = /append-only/
    await expect(db.kysely.updateTable('audit_entries').set({ actor_id: 'x' }).execute()).rejects.toThrow(refused)
    await expect(db.kysely.deleteFrom('audit_entries').where('id', '=', 'e1').execute()).rejects.toThrow(refused)
    if (dialect === 'postgres') await expect(sql`truncate audit_entries`.execute(db.kysely)).rejects.toThrow(refused)
    expect(await ids()).toEqual(['e4', 'e3', 'e2', 'e1'])
  })

  it('lets go what is older than it is to be kept, and nothing else from then on', async () => {
    expect(await countAuditEntriesBefore(db.kysely, 3)).toBe(2)
    await db.commit(trimAuditEntries(db.kysely, 3))
    expect(await ids()).toEqual(['e4', 'e3'])
    await expect(db.kysely.deleteFrom('audit_entries').execute()).rejects.toThrow(/append-only/)
  })
})

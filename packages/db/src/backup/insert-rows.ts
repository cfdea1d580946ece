import { type Kysely, sql } from 'kysely'
import type { Dialect } from '../migrations/migration.ts'
import type { Database } from '../schema.ts'
import { type BackupRow, type BackupTable, backupTableNames } from './backup-tables.ts'

const rowsPerInsert = 200
/** The log of who did what outlives a restore: what the backup knows besides is added to it. */
const KEPT: BackupTable = 'audit_entries'

/**
 * Puts rows in the place of all that is there; returns how many. Runs within a transaction of the caller. Rows of one table come
 * together, parents' tables first.
 */
export async function insertRows(
  tx: Kysely<Database>,
  dialect: Dialect,
  rows: AsyncIterable<{ table: BackupTable; row: BackupRow }>,
): Promise<number> {
  const index = dialect === 'sqlite' ? await setSearchAside(tx) : null
  // A message may stand before its parent.
  await (dialect === 'sqlite' ? sql`pragma defer_foreign_keys = on` : sql`set constraints all deferred`).execute(tx)
  // A backup of an earlier schema is laid out in tables of that schema first.
  const there = new Set((await tx.introspection.getTables()).map(({ name }) => name))
  for (const table of backupTableNames.toReversed())
    if (there.has(table) && table !== KEPT) await tx.deleteFrom(table).execute()
  let count = 0
  let waiting: BackupRow[] = []
  let current: BackupTable | null = null
  const flush = async () => {
    if (current && waiting.length > 0) await insert(tx, current, waiting)
    count += waiting.length
    waiting = []
  }
  for await (const { table, row } of rows) {
    if (table !== current || waiting.length >= rowsPerInsert) await flush()
    current = table
    waiting.push(row)
  }
  await flush()
  await index?.rebuild()
  return count
}

/** Row by row, the triggers of the full-text index take minutes for what building it anew does in seconds. */
async function setSearchAside(tx: Kysely<Database>): Promise<{ rebuild(): Promise<void> }> {
  const triggers = await sql<{
    name: string
    sql: string
  }>`select name, sql from sqlite_schema where type = 'trigger'`.execute(tx)
  for (const { name } of triggers.rows) await sql`drop trigger ${sql.ref(name)}`.execute(tx)
  return {
    async rebuild() {
      const indexes = await sql<{
        name: string
      }>`select name from sqlite_schema where sql like 'create virtual table%fts5%'`.execute(tx)
      for (const { name } of indexes.rows) {
        await sql`insert into ${sql.table(name)} (${sql.ref(name)}) values ('rebuild')`.execute(tx)
      }
      for (const trigger of triggers.rows) await sql.raw(trigger.sql).execute(tx)
    },
  }
}

async function insert(tx: Kysely<Database>, table: BackupTable, rows: BackupRow[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {})
  const ifNew = table === KEPT ? sql`on conflict (id) do nothing` : sql``
  const values = rows.map((row) => sql`(${sql.join(columns.map((name) => row[name] ?? null))})`)
  await sql`insert into ${sql.table(table)} (${sql.join(columns.map((name) => sql.ref(name)))}) values ${sql.join(values)} ${ifNew}`.execute(
    tx,
  )
}

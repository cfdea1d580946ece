import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { backupTableNames } from '../backup/backup-tables.ts'
import type { Database } from '../schema.ts'

/** How many rows each table has. It reads whole indexes: for when somebody asks, not for a page that is live. */
export async function countRows(db: Kysely<Database>): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const table of backupTableNames) {
    const { rows } = await sql<{ rows: number | string }>`select count(*) as rows from ${sql.table(table)}`.execute(db)
    counts[table] = Number(rows[0]?.rows ?? 0)
  }
  return counts
}

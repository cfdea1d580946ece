import { type Compilable, type Insertable, type Kysely, sql } from 'kysely'
import type { Database } from '../schema.ts'

type Db = Kysely<Database>

const counts = ['calls', 'ran', 'failed', 'denied', 'duration_ms'] as const

/** Adds to what was counted of a tool in an hour. */
export function addToolUsage(db: Db, row: Insertable<Database['tool_usage']>): Compilable {
  const added = Object.fromEntries(
    counts.map((name) => [name, sql<number>`${sql.ref(`tool_usage.${name}`)} + ${sql.ref(`excluded.${name}`)}`]),
  )
  return db
    .insertInto('tool_usage')
    .values(row)
    .onConflict((same) => same.columns(['owner_id', 'hour', 'tool']).doUpdateSet(added))
}

/** Of everybody together, by group, in the order of their names. `firstHour`: the first of all hours that were counted. */
export async function sumToolUsage(db: Db) {
  const rows = await db
    .selectFrom('tool_usage')
    .select((is) => [
      'tool_group',
      is.fn.min('hour').as('first_hour'),
      ...counts.map((name) => is.fn.sum(name).as(name)),
    ])
    .groupBy('tool_group')
    .orderBy('tool_group')
    .execute()
  // Postgres gives back sums as text.
  return rows.map((row) => ({
    group: row.tool_group,
    firstHour: Number(row.first_hour),
    calls: Number(row.calls),
    ran: Number(row.ran),
    failed: Number(row.failed),
    denied: Number(row.denied),
    durationMs: Number(row.duration_ms),
  }))
}

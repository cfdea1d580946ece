import type { Compilable, Insertable, Kysely } from 'kysely'
import { sql } from 'kysely'
import type { Database } from '../schema.ts'
import { columnsOf, prepared } from './prepared.ts'

type Db = Kysely<Database>

const counts = ['requests', 'successful', 'failed', 'prompt_tokens', 'completion_tokens', 'duration_ms'] as const

/** Adds to what was counted of an hour's requests to a model by an assistant. */
export function addRunUsage(db: Db, row: Insertable<Database['run_usage']>): Compilable {
  const added = Object.fromEntries(
    counts.map((name) => [name, sql<number>`${sql.ref(`run_usage.${name}`)} + ${sql.ref(`excluded.${name}`)}`]),
  )
  const { columns, values } = columnsOf(row)
  const build = () =>
    db
      .insertInto('run_usage')
      .values(row)
      .onConflict((same) => same.columns(['owner_id', 'hour', 'model', 'assistant']).doUpdateSet(added))
  return prepared(db, `add run usage ${columns}`, build, values)
}

/** Of everybody together since the first start, by model and assistant; '' where there was none. */
export async function sumRunUsage(db: Db) {
  const rows = await db
    .selectFrom('run_usage')
    .select((is) => ['model', 'assistant', ...counts.map((name) => is.fn.sum(name).as(name))])
    .groupBy(['model', 'assistant'])
    .orderBy('model')
    .orderBy('assistant')
    .execute()
  // Postgres gives back sums as text.
  return rows.map((row) => ({
    model: row.model,
    assistant: row.assistant,
    requests: Number(row.requests),
    successful: Number(row.successful),
    failed: Number(row.failed),
    promptTokens: Number(row.prompt_tokens),
    completionTokens: Number(row.completion_tokens),
    durationMs: Number(row.duration_ms),
  }))
}

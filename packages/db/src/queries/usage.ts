import type { Kysely } from 'kysely'
import type { Database } from '../schema.ts'

type Db = Kysely<Database>

const runCounts = ['requests', 'successful', 'failed', 'prompt_tokens', 'completion_tokens', 'duration_ms'] as const
const toolCounts = ['calls', 'ran', 'failed', 'denied', 'duration_ms'] as const

/** What was asked since an hour (counted from 1970), by person, model and assistant. */
export async function sumRunUsageSince(db: Db, hour: number) {
  const rows = await db
    .selectFrom('run_usage')
    .select((is) => ['owner_id', 'model', 'assistant', ...runCounts.map((name) => is.fn.sum(name).as(name))])
    .where('hour', '>=', hour)
    .groupBy(['owner_id', 'model', 'assistant'])
    .execute()
  // Postgres gives back sums as text.
  return rows.map((row) => ({
    ownerId: row.owner_id,
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

/** Calls of tools since an hour, by tool, the most called first. */
export async function sumToolCallsSince(db: Db, hour: number) {
  const rows = await db
    .selectFrom('tool_usage')
    .select((is) => ['tool', 'tool_group', ...toolCounts.map((name) => is.fn.sum(name).as(name))])
    .where('hour', '>=', hour)
    .groupBy(['tool', 'tool_group'])
    .execute()
  return rows
    .map((row) => ({
      name: row.tool,
      group: row.tool_group,
      calls: Number(row.calls),
      ran: Number(row.ran),
      failed: Number(row.failed),
      denied: Number(row.denied),
      durationMs: Number(row.duration_ms),
    }))
    .toSorted((one, other) => other.calls - one.calls || one.name.localeCompare(other.name))
}

/** People's own assistants among these ids, as they are kept. */
export async function listAssistantsOfAnybody(db: Db, ids: readonly string[]) {
  if (ids.length === 0) return []
  return await db.selectFrom('assistants').select(['id', 'definition']).where('id', 'in', ids).execute()
}

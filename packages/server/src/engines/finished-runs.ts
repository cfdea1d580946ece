import type { Db } from '@reynard/db'
import { engineKindSchema, usageSchema } from '@reynard/protocol'
import { z } from 'zod'
import type { FinishedRun } from './model-speed.ts'

const viewSchema = z.object({ engine: engineKindSchema, model: z.string(), usage: usageSchema })

/** The last `limit` answers that were finished, oldest first, for what they say about speed. */
export async function listFinishedRuns(db: Db, limit: number): Promise<FinishedRun[]> {
  const rows = await db.kysely
    .selectFrom('runs')
    .select('view')
    .where('state', '=', 'ended')
    .where('end_reason', 'in', ['done', 'length'])
    .orderBy('created_at', 'desc')
    .limit(limit)
    .execute()
  return rows.toReversed().flatMap(({ view }) => {
    const known = view === null ? undefined : viewSchema.safeParse(JSON.parse(view))
    return known?.success ? [known.data] : []
  })
}

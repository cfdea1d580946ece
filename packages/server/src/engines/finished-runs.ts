import type { Db } from '@reynard/db'
import { engineKindSchema, type RunView, usageSchema } from '@reynard/protocol'
import { z } from 'zod'
import type { FinishedRun } from './model-speed.ts'

const viewSchema = z.object({ engine: engineKindSchema, model: z.string(), usage: usageSchema })

const finished = (db: Db) =>
  db.kysely.selectFrom('runs').select('view').where('state', '=', 'ended').where('end_reason', 'in', ['done', 'length'])

/** The last `limit` answers that were finished, oldest first, for what they say about speed. */
export async function listFinishedRuns(db: Db, limit: number): Promise<FinishedRun[]> {
  const rows = await finished(db).orderBy('created_at', 'desc').limit(limit).execute()
  return rows.toReversed().flatMap(({ view }) => readView(view))
}

/** What an answer that has just ended says about speed; null where it says nothing. */
export function finishedRun({ engine, model, usage, endReason }: RunView): FinishedRun | null {
  if (engine === null || model === null || usage === null) return null
  return endReason === 'done' || endReason === 'length' ? { engine, model, usage } : null
}

function readView(view: string | null): FinishedRun[] {
  const known = view === null ? undefined : viewSchema.safeParse(JSON.parse(view))
  return known?.success ? [known.data] : []
}

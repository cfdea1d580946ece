import type { Compilable, Insertable, Kysely, Selectable } from 'kysely'
import type { Database } from '../schema.ts'

export type SummaryRow = Selectable<Database['summaries']>

type Db = Kysely<Database>

/** A summary that a model made. */
export function insertSummary(db: Db, row: Insertable<Database['summaries']>): Compilable {
  return db.insertInto('summaries').values(row)
}

/** A change to one. Whose it is must have been checked. */
export function updateSummary(
  db: Db,
  id: string,
  patch: Partial<Pick<SummaryRow, 'text' | 'tokens' | 'edited' | 'updated_at' | 'removed_at'>>,
): Compilable {
  return db.updateTable('summaries').set(patch).where('id', '=', id)
}

/** Those of a conversation that are not removed, oldest first. */
export async function listSummaries(db: Db, conversationId: string): Promise<SummaryRow[]> {
  return await db
    .selectFrom('summaries')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .where('removed_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}

/** One of somebody's own, also a removed one, in a conversation that is there. */
export async function findSummary(db: Db, ownerId: string, id: string): Promise<SummaryRow | undefined> {
  return await db
    .selectFrom('summaries')
    .innerJoin('conversations', 'conversations.id', 'summaries.conversation_id')
    .selectAll('summaries')
    .where('summaries.id', '=', id)
    .where('summaries.owner_id', '=', ownerId)
    .where('conversations.deleted_at', 'is', null)
    .executeTakeFirst()
}

/** What was removed before `before` goes wholly. */
export function purgeSummaries(db: Db, before: number): Compilable {
  return db.deleteFrom('summaries').where('removed_at', '<=', before)
}

/** Whether there is anything to purge. */
export async function hasSummariesToPurge(db: Db, before: number): Promise<boolean> {
  const found = await db.selectFrom('summaries').select('id').where('removed_at', '<=', before).limit(1).execute()
  return found.length > 0
}

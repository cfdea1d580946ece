import type { Compilable, Insertable, Kysely, Selectable } from 'kysely'
import type { Database } from '../schema.ts'

export type AssistantRow = Selectable<Database['assistants']>

type Db = Kysely<Database>

/** A new one of somebody's own. */
export function insertAssistant(db: Db, row: Insertable<Database['assistants']>): Compilable {
  return db.insertInto('assistants').values(row)
}

/** Its definition, as its owner has changed it; nobody else's. */
export function updateAssistant(
  db: Db,
  { ownerId, id }: { ownerId: string; id: string },
  patch: { definition: string; updated_at: number },
): Compilable {
  return db.updateTable('assistants').set(patch).where('id', '=', id).where('owner_id', '=', ownerId)
}

/** Takes it out of everybody's sight, to be purged; null brings it back. */
export function setAssistantDeleted(
  db: Db,
  { ownerId, id }: { ownerId: string; id: string },
  at: number | null,
): Compilable {
  return db.updateTable('assistants').set({ deleted_at: at }).where('id', '=', id).where('owner_id', '=', ownerId)
}

/** Whether there is anything to purge. */
export async function hasAssistantsToPurge(db: Db, before: number): Promise<boolean> {
  const row = await db
    .selectFrom('assistants')
    .select('id')
    .where('deleted_at', '<=', before)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Those deleted before `before` go for good. */
export function purgeAssistants(db: Db, before: number): Compilable {
  return db.deleteFrom('assistants').where('deleted_at', '<=', before)
}

/** One that is there, or one whose undo time runs. */
export async function findAssistant(
  db: Db,
  ownerId: string,
  id: string,
  is: 'there' | 'deleted' = 'there',
): Promise<AssistantRow | undefined> {
  return await db
    .selectFrom('assistants')
    .selectAll()
    .where('id', '=', id)
    .where('owner_id', '=', ownerId)
    .where('deleted_at', is === 'there' ? 'is' : 'is not', null)
    .executeTakeFirst()
}

/** Those that somebody made, oldest first. */
export async function listAssistants(db: Db, ownerId: string): Promise<AssistantRow[]> {
  return await db
    .selectFrom('assistants')
    .selectAll()
    .where('owner_id', '=', ownerId)
    .where('deleted_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}

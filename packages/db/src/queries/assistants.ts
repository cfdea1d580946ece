import type { Compilable, Insertable, Kysely, Selectable } from 'kysely'
import type { Database } from '../schema.ts'

export type AssistantRow = Selectable<Database['assistants']>

type Db = Kysely<Database>

export function insertAssistant(db: Db, row: Insertable<Database['assistants']>): Compilable {
  return db.insertInto('assistants').values(row)
}

export function updateAssistant(
  db: Db,
  { ownerId, id }: { ownerId: string; id: string },
  patch: { definition: string; updated_at: number },
): Compilable {
  return db.updateTable('assistants').set(patch).where('id', '=', id).where('owner_id', '=', ownerId)
}

export function deleteAssistant(db: Db, ownerId: string, id: string): Compilable {
  return db.deleteFrom('assistants').where('id', '=', id).where('owner_id', '=', ownerId)
}

export async function findAssistant(db: Db, ownerId: string, id: string): Promise<AssistantRow | undefined> {
  return await db
    .selectFrom('assistants')
    .selectAll()
    .where('id', '=', id)
    .where('owner_id', '=', ownerId)
    .executeTakeFirst()
}

/** Those that somebody made, oldest first. */
export async function listAssistants(db: Db, ownerId: string): Promise<AssistantRow[]> {
  return await db
    .selectFrom('assistants')
    .selectAll()
    .where('owner_id', '=', ownerId)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}

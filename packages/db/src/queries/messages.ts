import { type Compilable, type Insertable, type Kysely, type Selectable, sql } from 'kysely'
import type { Database } from '../schema.ts'
import { columnsOf, prepared } from './prepared.ts'

export type MessageRow = Selectable<Database['messages']>

type Db = Kysely<Database>

const columns = ['id', 'conversation_id', 'parent_id', 'role', 'text', 'created_at'] as const

/** A new question or answer. */
export function insertMessage(db: Db, row: Insertable<Database['messages']>): Compilable {
  const { columns: set, values } = columnsOf(row)
  return prepared(db, `insert message ${set}`, () => db.insertInto('messages').values(row), values)
}

/** The text that search and the next question see. */
export function updateMessageText(db: Db, id: string, text: string): Compilable {
  const build = () => db.updateTable('messages').set({ text }).where('id', '=', id)
  return prepared(db, 'update message text', build, [text, id])
}

/** All of a conversation, oldest first. */
export async function listMessages(db: Db, conversationId: string): Promise<MessageRow[]> {
  return await db
    .selectFrom('messages')
    .select(columns)
    .where('conversation_id', '=', conversationId)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}

/** A message of a conversation that is there, is not deleted, and belongs to `ownerId`. */
export async function findMessage(db: Db, ownerId: string, id: string): Promise<MessageRow | undefined> {
  return await db
    .selectFrom('messages')
    .innerJoin('conversations', 'conversations.id', 'messages.conversation_id')
    .select(columns.map((column) => `messages.${column}` as const))
    .where('messages.id', '=', id)
    .where('conversations.owner_id', '=', ownerId)
    .where('conversations.deleted_at', 'is', null)
    .executeTakeFirst()
}

/** From the first question down to `leafId`, both included. Empty where the leaf is not there. */
export async function listPath(db: Db, leafId: string): Promise<MessageRow[]> {
  const { rows } = await sql<MessageRow & { depth: number }>`
    select * from (
      with recursive path as (
        select id, conversation_id, parent_id, role, text, created_at, 0 as depth from messages where id = ${leafId}
        union all
        select m.id, m.conversation_id, m.parent_id, m.role, m.text, m.created_at, path.depth + 1
        from messages m join path on m.id = path.parent_id
      )
      select * from path
    ) as found order by depth desc`.execute(db)
  return rows
}

/** A message and all that stands under it. */
export async function listSubtreeIds(db: Db, id: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select * from (
      with recursive under as (
        select id from messages where id = ${id}
        union all
        select m.id from messages m join under on m.parent_id = under.id
      )
      select id from under
    ) as found`.execute(db)
  return rows.map((row) => row.id)
}

/** A message and all that stands under it, in one statement: parents are checked at its end, and no cascade is deep enough. */
export function deleteSubtree(db: Db, id: string): Compilable {
  return db
    .withRecursive('under', (query) =>
      query
        .selectFrom('messages')
        .select('messages.id')
        .where('messages.id', '=', id)
        .unionAll(
          query.selectFrom('messages').innerJoin('under', 'under.id', 'messages.parent_id').select('messages.id'),
        ),
    )
    .deleteFrom('messages')
    .where('id', 'in', (is) => is.selectFrom('under').select('under.id'))
}

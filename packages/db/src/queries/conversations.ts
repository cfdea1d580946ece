import { type Compilable, type Insertable, type Kysely, type Selectable, sql, type Updateable } from 'kysely'
import { conversationColumns, type Database } from '../schema.ts'
import { columnsOf, prepared } from './prepared.ts'

export type ConversationRow = Selectable<Database['conversations']>
/**
 * `activity` is `state:end_reason` of the newest answer, `running:approval` where a call of it waits for a person; null where there is
 * none.
 */
export type ConversationListRow = ConversationRow & { activity: string | null }

type Db = Kysely<Database>

const activity = sql<string | null>`(
  select case
    when runs.state <> 'ended' and exists (
      select 1 from tool_calls where tool_calls.run_id = runs.id and tool_calls.state = 'waiting'
    ) then 'running:approval'
    else runs.state || ':' || coalesce(runs.end_reason, '')
  end from runs
  where runs.conversation_id = conversations.id and runs.message_id is not null
  order by runs.created_at desc, runs.id desc limit 1
)`.as('activity')

/** A new conversation. */
export function insertConversation(db: Db, row: Insertable<Database['conversations']>): Compilable {
  const { columns: set, values } = columnsOf(row)
  return prepared(db, `insert conversation ${set}`, () => db.insertInto('conversations').values(row), values)
}

/** Some columns of one. Whose it is must have been checked. */
export function updateConversation(db: Db, id: string, patch: Updateable<Database['conversations']>): Compilable {
  const { columns: set, values } = columnsOf(patch)
  const build = () => db.updateTable('conversations').set(patch).where('id', '=', id)
  return prepared(db, `update conversation ${set}`, build, [...values, id])
}

/** Sets a title made by a model, unless a person has named it meanwhile. */
export function updateMadeTitle(db: Db, id: string, title: string): Compilable {
  return db
    .updateTable('conversations')
    .set({ title, title_source: 'model' })
    .where('id', '=', id)
    .where('title_source', '=', 'prompt')
}

/** One that is there and not deleted. */
export async function findConversation(db: Db, ownerId: string, id: string): Promise<ConversationListRow | undefined> {
  return await db
    .selectFrom('conversations')
    .select([...conversationColumns, activity])
    .where('id', '=', id)
    .where('owner_id', '=', ownerId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
}

/** One whose undo time runs. */
export async function findDeletedConversation(
  db: Db,
  ownerId: string,
  id: string,
): Promise<ConversationRow | undefined> {
  return await db
    .selectFrom('conversations')
    .select(conversationColumns)
    .where('id', '=', id)
    .where('owner_id', '=', ownerId)
    .where('deleted_at', 'is not', null)
    .executeTakeFirst()
}

type ListQuery = {
  ownerId: string
  source: 'ui' | 'api'
  limit: number
  pinned: boolean
  /** Those after this one, newest first. */
  after: { updatedAt: number; id: string } | null
}

/** A page of somebody's own, as the sidebar shows them: the last used first. */
export async function listConversations(db: Db, query: ListQuery): Promise<ConversationListRow[]> {
  const { after } = query
  return await db
    .selectFrom('conversations')
    .select([...conversationColumns, activity])
    .where('owner_id', '=', query.ownerId)
    .where('source', '=', query.source)
    .where('pinned', '=', query.pinned ? 1 : 0)
    .where('deleted_at', 'is', null)
    .$if(after !== null, (list) =>
      list.where((is) =>
        is.or([
          is('updated_at', '<', after!.updatedAt),
          is.and([is('updated_at', '=', after!.updatedAt), is('id', '<', after!.id)]),
        ]),
      ),
    )
    .orderBy('updated_at', 'desc')
    .orderBy('id', 'desc')
    .limit(query.limit)
    .execute()
}

/** Ids of all that somebody would export: their own, not those of other apps. */
export async function listConversationIds(db: Db, ownerId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('conversations')
    .select('id')
    .where('owner_id', '=', ownerId)
    .where('source', '=', 'ui')
    .where('deleted_at', 'is', null)
    .orderBy('updated_at', 'desc')
    .execute()
  return rows.map((row) => row.id)
}

/** Those that began at one of these moments, to find what an import has brought before. */
export async function listConversationsBegunAt(
  db: Db,
  ownerId: string,
  times: readonly number[],
): Promise<Pick<ConversationRow, 'id' | 'created_at'>[]> {
  if (times.length === 0) return []
  return await db
    .selectFrom('conversations')
    .select(['id', 'created_at'])
    .where('owner_id', '=', ownerId)
    .where('created_at', 'in', times)
    .where('deleted_at', 'is', null)
    .execute()
}

/** Ids of what there is to purge. */
export async function listDeletedConversationIds(db: Db, before: number): Promise<string[]> {
  const rows = await db.selectFrom('conversations').select('id').where('deleted_at', '<=', before).execute()
  return rows.map(({ id }) => id)
}

/** Everything of those deleted before `before` goes: messages, runs and events with them. */
export function purgeConversations(db: Db, before: number): Compilable {
  return db.deleteFrom('conversations').where('deleted_at', '<=', before)
}

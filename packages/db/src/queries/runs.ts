import type { Compilable, Insertable, Kysely, Selectable, Updateable } from 'kysely'
import type { Database } from '../schema.ts'
import { columnsOf, prepared } from './prepared.ts'

export type RunRow = Selectable<Database['runs']>

type Db = Kysely<Database>

/** A run that is accepted. */
export function insertRun(db: Db, row: Insertable<Database['runs']>): Compilable {
  const { columns, values } = columnsOf(row)
  return prepared(db, `insert run ${columns}`, () => db.insertInto('runs').values(row), values)
}

/** Some columns of one. Whose it is must have been checked. */
export function updateRun(db: Db, id: string, patch: Updateable<Database['runs']>): Compilable {
  const { columns, values } = columnsOf(patch)
  const build = () => db.updateTable('runs').set(patch).where('id', '=', id)
  return prepared(db, `update run ${columns}`, build, [...values, id])
}

/** The run that a client's key has started before. */
export async function findRunByKey(db: Db, ownerId: string, requestKey: string): Promise<RunRow | undefined> {
  return await db
    .selectFrom('runs')
    .selectAll()
    .where('owner_id', '=', ownerId)
    .where('request_key', '=', requestKey)
    .executeTakeFirst()
}

/** One of somebody's own. */
export async function findRun(db: Db, ownerId: string, id: string): Promise<RunRow | undefined> {
  return await db.selectFrom('runs').selectAll().where('id', '=', id).where('owner_id', '=', ownerId).executeTakeFirst()
}

/** Runs that write answers in a conversation, oldest first. */
export async function listRuns(db: Db, conversationId: string): Promise<RunRow[]> {
  return await db
    .selectFrom('runs')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .where('message_id', 'is not', null)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}

/** Runs that write one answer, oldest first. */
export async function listRunsOfMessage(db: Db, messageId: string): Promise<RunRow[]> {
  return await db
    .selectFrom('runs')
    .selectAll()
    .where('message_id', '=', messageId)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}

/** Runs that have not ended, oldest first, those after `last`. */
export async function listOpenRuns(db: Db, limit: number, last?: Pick<RunRow, 'id' | 'created_at'>): Promise<RunRow[]> {
  return await db
    .selectFrom('runs')
    .selectAll()
    .where('state', '<>', 'ended')
    .$if(last !== undefined, (list) =>
      list.where((is) =>
        is.or([
          is('created_at', '>', last!.created_at),
          is.and([is('created_at', '=', last!.created_at), is('id', '>', last!.id)]),
        ]),
      ),
    )
    .orderBy('created_at')
    .orderBy('id')
    .limit(limit)
    .execute()
}

/** Whose runs were started lately, by which keys: newest first. */
export async function listRecentKeys(db: Db, limit: number): Promise<{ owner_id: string; request_key: string }[]> {
  return await db
    .selectFrom('runs')
    .select(['owner_id', 'request_key'])
    .where('message_id', 'is not', null)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

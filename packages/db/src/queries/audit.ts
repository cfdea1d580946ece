import { type Compilable, type Insertable, type Kysely, type Selectable, sql } from 'kysely'
import type { Database } from '../schema.ts'

type Db = Kysely<Database>
export type AuditRow = Insertable<Database['audit_entries']>
/** With what the people in it are called now; null for who is not here any more. */
export type NamedAuditRow = Selectable<Database['audit_entries']> & {
  actor_name: string | null
  subject_name: string | null
}

/** Written with what it tells of. A commit that is tried again, because nobody knows whether it was saved, changes nothing. */
export function insertAuditEntry(db: Db, row: AuditRow): Compilable {
  return db
    .insertInto('audit_entries')
    .values(row)
    .onConflict((same) => same.column('id').doNothing())
}

export type AuditQuery = {
  /** Did it, or is whom it is about. */
  personId?: string
  actions?: readonly string[]
  since?: number
  until?: number
  /** Part of a name, an address or an object; or one of `queryActions`. */
  query?: string
  queryActions?: readonly string[]
  before?: { at: number; id: string }
  limit: number
}

/** The newest first. */
export async function listAuditEntries(db: Db, wanted: AuditQuery): Promise<NamedAuditRow[]> {
  const { personId, actions, since, until, query, queryActions = [], before, limit } = wanted
  const part = `%${(query ?? '').toLowerCase().replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`
  const like = (column: string) => sql<boolean>`lower(${sql.ref(column)}) like ${part} escape '\\'`
  return await db
    .selectFrom('audit_entries as entry')
    .leftJoin('users as actor', (join) => join.onRef('actor.id', '=', 'entry.actor_id'))
    .leftJoin('users as subject', (join) => join.onRef('subject.id', '=', 'entry.subject_id'))
    .selectAll('entry')
    .select(['actor.name as actor_name', 'subject.name as subject_name'])
    .$if(personId !== undefined, (list) =>
      list.where((is) => is.or([is('entry.actor_id', '=', personId!), is('entry.subject_id', '=', personId!)])),
    )
    .$if(actions !== undefined, (list) => list.where('entry.action', 'in', [...actions!, '']))
    .$if(since !== undefined, (list) => list.where('entry.at', '>=', since!))
    .$if(until !== undefined, (list) => list.where('entry.at', '<', until!))
    .$if(query !== undefined && query !== '', (list) =>
      list.where((is) =>
        is.or([
          is('entry.action', 'in', [...queryActions, '']),
          ...['actor.name', 'subject.name', 'entry.address', 'entry.object_name', 'entry.details'].map(like),
        ]),
      ),
    )
    .$if(before !== undefined, (list) =>
      list.where((is) =>
        is.or([
          is('entry.at', '<', before!.at),
          is.and([is('entry.at', '=', before!.at), is('entry.id', '<', before!.id)]),
        ]),
      ),
    )
    .orderBy('entry.at', 'desc')
    .orderBy('entry.id', 'desc')
    .limit(limit)
    .execute()
}

export async function countAuditEntriesBefore(db: Db, at: number): Promise<number> {
  const { count } = await db
    .selectFrom('audit_entries')
    .select((is) => is.fn.countAll<number | string>().as('count'))
    .where('at', '<', at)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Lets what is older than `before` go: the one way in which the log loses anything. To be committed together. */
export function trimAuditEntries(db: Db, before: number): Compilable[] {
  const keepSince = (since: number) => db.updateTable('audit_keep').set({ since }).where('id', '=', 1)
  return [keepSince(before), db.deleteFrom('audit_entries').where('at', '<', before), keepSince(0)]
}

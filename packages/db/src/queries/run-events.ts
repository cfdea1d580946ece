import type { Compilable, Insertable, Kysely, Selectable } from 'kysely'
import type { Database } from '../schema.ts'
import { columnsOf, prepared } from './prepared.ts'

type Db = Kysely<Database>
type Segment = Insertable<Database['run_events']>
export type SegmentRow = Pick<Selectable<Database['run_events']>, 'seq' | 'last_seq' | 'events'>

/**
 * Inserts a segment of a run's log. Writing from the same number again replaces: after a lost connection nobody knows whether the first
 * try was saved.
 */
export function insertSegment(db: Db, segment: Segment): Compilable {
  const { columns, values } = columnsOf(segment)
  const build = () =>
    db
      .insertInto('run_events')
      .values(segment)
      .onConflict((same) =>
        same
          .columns(['run_id', 'seq'])
          .doUpdateSet((is) => ({ last_seq: is.ref('excluded.last_seq'), events: is.ref('excluded.events') })),
      )
  return prepared(db, `insert segment ${columns}`, build, values)
}

/** Segments that hold events after number `after`, in order. */
export async function listSegments(db: Db, runId: string, after: number, limit: number): Promise<SegmentRow[]> {
  return await db
    .selectFrom('run_events')
    .select(['seq', 'last_seq', 'events'])
    .where('run_id', '=', runId)
    .where('last_seq', '>', after)
    .orderBy('seq')
    .limit(limit)
    .execute()
}

import { type Compilable, CompiledQuery, type Insertable, type Kysely, type Selectable } from 'kysely'
import type { Database } from '../schema.ts'

type Db = Kysely<Database>
type Segment = Insertable<Database['run_events']>
export type SegmentRow = Pick<Selectable<Database['run_events']>, 'seq' | 'last_seq' | 'events'>

/**
 * How to insert segments of a run's log. The statement is compiled once: it is the one that is written several times a second for every
 * live run. Writing from the same number again replaces: after a lost connection nobody knows whether the first try was saved.
 */
export function createSegmentInsert(db: Db): (segment: Segment) => Compilable {
  const template = db
    .insertInto('run_events')
    .values({ run_id: '', seq: 1, last_seq: 1, events: '[]', created_at: 0 })
    .onConflict((same) =>
      same
        .columns(['run_id', 'seq'])
        .doUpdateSet((is) => ({ last_seq: is.ref('excluded.last_seq'), events: is.ref('excluded.events') })),
    )
    .compile()
  return ({ run_id, seq, last_seq, events, created_at }) => {
    const compiled = CompiledQuery.raw(template.sql, [run_id, seq, last_seq, events, created_at])
    return { compile: () => compiled }
  }
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

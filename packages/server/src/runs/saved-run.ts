import { type Db, listSegments, type RunRow } from '@reynard/db'
import { emptyRunView, type RunEvent, type RunView, reduceRunEvents } from '@reynard/protocol'
import { parseSegment } from './watch-run.ts'

const segmentsPerRead = 256

/** All saved events of a run, in pieces. */
export async function* savedEvents(db: Db, runId: string): AsyncGenerator<RunEvent[], void> {
  let seq = 0
  for (;;) {
    const segments = await listSegments(db.kysely, runId, seq, segmentsPerRead)
    if (segments.length === 0) return
    for (const segment of segments) yield parseSegment(segment.events)
    seq = segments.at(-1)!.last_seq
  }
}

/** All saved events of a run, folded, and when the last of them happened (a run without any: when it was asked for). */
export async function foldSaved(db: Db, row: RunRow): Promise<{ view: RunView; lastAt: number }> {
  let view = emptyRunView(row.id, row.created_at)
  let lastAt = row.created_at
  for await (const events of savedEvents(db, row.id)) {
    view = reduceRunEvents(view, events)
    lastAt = events.at(-1)?.at ?? lastAt
  }
  return { view, lastAt }
}

/** A stored run as anybody sees it: the view that was saved at its end, else folded from its events. */
export async function viewOfRun(db: Db, row: RunRow): Promise<RunView> {
  if (row.view === null) return (await foldSaved(db, row)).view
  const view: RunView = JSON.parse(row.view)
  return view
}

import {
  type Db,
  insertSegment,
  listOpenRuns,
  listRunsOfMessage,
  listSegments,
  type RunRow,
  updateRun,
} from '@reynard/db'
import { emptyRunView, type RunEvent, type RunView, reduceRun, reduceRunEvents } from '@reynard/protocol'
import { endOfRun } from './run-execution.ts'
import { parseRunRequest } from './run-request.ts'
import { parseSegment } from './watch-run.ts'

const runsPerBatch = 100
const segmentsPerRead = 256

/** All saved events of a run, folded, and when the last of them happened (a run without any: when it was asked for). */
async function foldSaved(db: Db, row: RunRow): Promise<{ view: RunView; lastAt: number }> {
  let view = emptyRunView(row.id, row.created_at)
  let lastAt = row.created_at
  for (;;) {
    const segments = await listSegments(db.kysely, row.id, view.seq, segmentsPerRead)
    if (segments.length === 0) return { view, lastAt }
    for (const segment of segments) {
      const events = parseSegment(segment.events)
      view = reduceRunEvents(view, events)
      lastAt = events.at(-1)?.at ?? lastAt
    }
  }
}

/** The text that earlier runs of the same answer wrote. */
async function textBefore(db: Db, row: RunRow & { message_id: string }): Promise<string> {
  let text = ''
  for (const run of await listRunsOfMessage(db.kysely, row.message_id)) {
    if (run.id === row.id) break
    text += (await viewOfRun(db, run)).text
  }
  return text
}

/** A stored run as anybody sees it: the view that was saved at its end, else folded from its events. */
export async function viewOfRun(db: Db, row: RunRow): Promise<RunView> {
  if (row.view === null) return (await foldSaved(db, row)).view
  const view: RunView = JSON.parse(row.view)
  return view
}

async function recover(db: Db, row: RunRow & { message_id: string }, now: number): Promise<void> {
  const { view: saved, lastAt } = await foldSaved(db, row)
  // The time that the server was down is no time of the answer.
  const end: RunEvent = { type: 'run-end', reason: 'interrupted', seq: saved.seq + 1, at: lastAt }
  const before = await textBefore(db, row)
  const ids = { runId: row.id, conversationId: row.conversation_id, answerId: row.message_id, textBefore: before }
  await db.commit([
    insertSegment(db.kysely, {
      run_id: row.id,
      seq: end.seq,
      last_seq: end.seq,
      events: JSON.stringify([end]),
      created_at: now,
    }),
    ...endOfRun(db, ids, reduceRun(saved, end)),
    updateRun(db.kysely, row.id, {
      request: JSON.stringify({ ...parseRunRequest(row.request), recoveredAfter: saved.seq }),
    }),
  ])
}

/**
 * Ends as `interrupted` what a process that died left queued or running: what was saved stays, and can be continued. A watcher that had
 * seen more is rolled back to it. Resolves with how many answers there were, titles not counted.
 */
export async function recoverRuns(db: Db, now: number): Promise<number> {
  let count = 0
  for (;;) {
    const rows = await listOpenRuns(db.kysely, runsPerBatch)
    if (rows.length === 0) return count
    for (const row of rows) {
      const { message_id } = row
      if (message_id === null)
        await db.commit([updateRun(db.kysely, row.id, { state: 'ended', end_reason: 'interrupted' })])
      else await recover(db, { ...row, message_id }, now)
    }
    count += rows.filter(({ message_id }) => message_id !== null).length
  }
}

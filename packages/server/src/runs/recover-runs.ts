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
import type { RunLogger } from './ports.ts'
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
async function textBefore(db: Db, row: Answer): Promise<string> {
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

type Answer = RunRow & { message_id: string }
type Saved = { view: RunView; lastAt: number; before: string }

const idsOf = (row: Answer) => ({ runId: row.id, conversationId: row.conversation_id, answerId: row.message_id })

async function readSaved(db: Db, row: Answer): Promise<Saved> {
  return { ...(await foldSaved(db, row)), before: await textBefore(db, row) }
}

async function recover(db: Db, row: Answer, { view: saved, lastAt, before }: Saved, now: number): Promise<void> {
  if (saved.endReason !== null) return await db.commit(endOfRun(db, { ...idsOf(row), textBefore: before }, saved))
  // The time that the server was down is no time of the answer.
  const end: RunEvent = { type: 'run-end', reason: 'interrupted', seq: saved.seq + 1, at: lastAt }
  await db.commit([
    insertSegment(db.kysely, {
      run_id: row.id,
      seq: end.seq,
      last_seq: end.seq,
      events: JSON.stringify([end]),
      created_at: now,
    }),
    ...endOfRun(db, { ...idsOf(row), textBefore: before }, reduceRun(saved, end)),
    updateRun(db.kysely, row.id, {
      request: JSON.stringify({ ...parseRunRequest(row.request), recoveredAfter: saved.seq }),
    }),
  ])
}

/** What can't be read of a log must not keep a server from starting, nor a run open for ever: it ends with what its answer holds. */
async function endUnread(db: Db, row: RunRow): Promise<void> {
  const view: RunView = {
    ...emptyRunView(row.id, row.created_at),
    phase: 'ended',
    endReason: 'interrupted',
    endedAt: row.created_at,
  }
  await db.commit([
    updateRun(db.kysely, row.id, {
      state: 'ended',
      end_reason: view.endReason,
      view: JSON.stringify(view),
      ended_at: view.endedAt,
    }),
  ])
}

/** Ends a run as `interrupted` that no process runs any more: what was saved stays, and can be continued. */
export async function recoverRun(db: Db, row: RunRow, now: number, logger: RunLogger): Promise<void> {
  const { message_id } = row
  if (message_id === null) {
    await db.commit([updateRun(db.kysely, row.id, { state: 'ended', end_reason: 'interrupted' })])
    return
  }
  const answer = { ...row, message_id }
  let saved: Saved
  try {
    saved = await readSaved(db, answer)
  } catch (error) {
    // The database itself may be out of reach: then this fails too, and nothing was changed.
    logger.error({ err: error, runId: row.id }, 'the log of a run can not be read; it ends without it')
    await endUnread(db, row)
    return
  }
  await recover(db, answer, saved, now)
}

/**
 * Ends what a process that died left queued or running. A watcher that had seen more is rolled back to what was saved. Resolves with how
 * many answers there were, titles not counted.
 */
export async function recoverRuns(db: Db, now: number, logger: RunLogger): Promise<number> {
  let count = 0
  for (;;) {
    const rows = await listOpenRuns(db.kysely, runsPerBatch)
    if (rows.length === 0) return count
    for (const row of rows) await recoverRun(db, row, now, logger)
    count += rows.filter(({ message_id }) => message_id !== null).length
  }
}

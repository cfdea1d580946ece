import {
  type Db,
  insertSegment,
  listOpenRuns,
  listRunsOfMessage,
  listToolCalls,
  type RunRow,
  type ToolCallRow,
  updateRun,
} from '@reynard/db'
import { emptyRunView, type RunEvent, type RunView, reduceRunEvents } from '@reynard/protocol'
import { countRunUsage } from './count-run-usage.ts'
import { endOfRun } from './end-of-run.ts'
import type { RunLogger } from './ports.ts'
import { parseRunRequest } from './run-request.ts'
import { foldSaved, viewOfRun } from './saved-run.ts'

const runsPerBatch = 100

/** The text that earlier runs of the same answer wrote. */
export async function textBefore(db: Db, row: Answer): Promise<string> {
  let text = ''
  for (const run of await listRunsOfMessage(db.kysely, row.message_id)) {
    if (run.id === row.id) break
    text += (await viewOfRun(db, run)).text
  }
  return text
}

type Answer = RunRow & { message_id: string }
type Saved = { view: RunView; lastAt: number; before: string }

const idsOf = (row: Answer) => ({
  ownerId: row.owner_id,
  runId: row.id,
  conversationId: row.conversation_id,
  answerId: row.message_id,
})

async function readSaved(db: Db, row: Answer): Promise<Saved> {
  return { ...(await foldSaved(db, row)), before: await textBefore(db, row) }
}

async function recover(db: Db, row: Answer, { view: saved, lastAt, before }: Saved, now: number): Promise<void> {
  if (saved.endReason !== null) return await db.commit(endOfRun(db, { ...idsOf(row), textBefore: before }, saved))
  // The time that the server was down is no time of the answer.
  const errors = await interruptedCalls(db, saved, lastAt)
  const end: RunEvent = { type: 'run-end', reason: 'interrupted', seq: saved.seq + errors.length + 1, at: lastAt }
  const events: RunEvent[] = [...errors, end]
  await db.commit([
    insertSegment(db.kysely, {
      run_id: row.id,
      seq: saved.seq + 1,
      last_seq: end.seq,
      events: JSON.stringify(events),
      created_at: now,
    }),
    ...endOfRun(db, { ...idsOf(row), textBefore: before }, reduceRunEvents(saved, events)),
    updateRun(db.kysely, row.id, {
      request: JSON.stringify({ ...parseRunRequest(row.request), recoveredAfter: saved.seq }),
    }),
  ])
}

/**
 * Calls that the ledger says were begun and whose end is not in the saved log: it is written every so often, the ledger at once. One that
 * was completed has lost its result with the log's last words.
 */
export async function callsWithoutEnd(db: Db, { runId, toolCalls }: RunView): Promise<ToolCallRow[]> {
  const isOpen = new Set(
    toolCalls.filter(({ state }) => state !== 'done' && state !== 'failed').map((call) => call.callId),
  )
  if (isOpen.size === 0) return []
  const rows = await listToolCalls(db.kysely, runId)
  return rows.filter((row) => isOpen.has(row.call_id) && ['begun', 'done', 'failed'].includes(row.state))
}

/** What is said of them. */
async function interruptedCalls(db: Db, view: RunView, at: number): Promise<RunEvent[]> {
  return (await callsWithoutEnd(db, view)).map((row, i) => ({
    type: 'tool-error' as const,
    seq: view.seq + 1 + i,
    at,
    callId: row.call_id,
    failure: 'interrupted' as const,
    message:
      row.state === 'done'
        ? 'This took effect, but the server stopped before its result was kept. Look before you repeat it.'
        : 'The server stopped while this ran; whether it took effect is not known. Look before you repeat it.',
  }))
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
    countRunUsage(db, row.owner_id, view),
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
 * Ends what a process that died left queued or running, but for what `revive` takes up again. A watcher that had seen more is rolled back
 * to what was saved. Resolves with how many answers were ended, titles not counted.
 */
export async function recoverRuns(
  db: Db,
  now: number,
  logger: RunLogger,
  revive: (row: RunRow) => Promise<boolean>,
): Promise<number> {
  let count = 0
  let last: RunRow | undefined
  for (;;) {
    const rows = await listOpenRuns(db.kysely, runsPerBatch, last)
    if (rows.length === 0) return count
    last = rows.at(-1)
    for (const row of rows) {
      if (row.message_id !== null && (await revive(row))) continue
      await recoverRun(db, row, now, logger)
      if (row.message_id !== null) count += 1
    }
  }
}

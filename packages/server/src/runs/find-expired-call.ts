import { type Db, findRun } from '@reynard/db'
import { AppError } from '@reynard/protocol'
import type { RunPlan } from './run-plan.ts'
import { viewOfRun } from './saved-run.ts'

/**
 * A call of an answer that nobody answered in time, as it was made. Throws `not-found` for what is not a call of this answer, `conflict`
 * for one that had an answer.
 */
export async function findExpiredCall(
  db: Db,
  ownerId: string,
  messageId: string,
  { runId, callId }: { runId: string; callId: string },
): Promise<NonNullable<RunPlan['beginWith']>> {
  const run = await findRun(db.kysely, ownerId, runId)
  const view = run?.message_id === messageId ? await viewOfRun(db, run) : null
  const call = view?.toolCalls.find((each) => each.callId === callId)
  if (call === undefined) throw new AppError('not-found', 'There is no such call in this answer.')
  if (call.failure?.failure !== 'expired') {
    throw new AppError('conflict', 'This call was answered. Only what nobody answered in time is asked again.')
  }
  return { name: call.name, arguments: call.arguments }
}

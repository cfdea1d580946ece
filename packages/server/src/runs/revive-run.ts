import { findConversation, findMessage, type RunRow, updateRun } from '@reynard/db'
import { emptyRunView, type RunEvent, type RunView, reduceRunEvents } from '@reynard/protocol'
import type { LiveRunStart } from './live-run.ts'
import { loadPathWithSteps } from './load-path.ts'
import { type PlanHost, parseSettings } from './plan-runs.ts'
import type { RunLogger } from './ports.ts'
import { callsWithoutEnd, textBefore } from './recover-runs.ts'
import type { RunPlan } from './run-plan.ts'
import { parseRunRequest } from './run-request.ts'
import { savedEvents } from './saved-run.ts'

export type RevivedRun = { plan: RunPlan; saved: NonNullable<LiveRunStart['saved']> }

/**
 * The plan of a run that waited for a person when its process ended; null for any other. Only what was asked, or answered and not begun,
 * goes on: of a call that was begun nobody knows whether it took effect, and without its assistant nothing can. `plan.statements` write
 * down from where on numbers mean something new.
 */
export async function planRevived(host: PlanHost, row: RunRow, logger: RunLogger): Promise<RevivedRun | null> {
  try {
    return await plan(host, row)
  } catch (error) {
    logger.warn({ err: error, runId: row.id }, 'a run that waited for a person can not go on; it ends')
    return null
  }
}

async function plan({ db, assistants }: PlanHost, row: RunRow): Promise<RevivedRun | null> {
  const { id: runId, owner_id: ownerId, conversation_id: conversationId, message_id: answerId } = row
  const request = parseRunRequest(row.request)
  if (answerId === null || request.assistant === undefined || row.kind === 'title') return null
  const events: RunEvent[] = []
  for await (const segment of savedEvents(db, runId)) events.push(...segment)
  const view = reduceRunEvents(emptyRunView(runId, row.created_at), events)
  if (!waitsForPerson(view)) return null
  if ((await callsWithoutEnd(db, view)).length > 0) return null

  const conversation = await findConversation(db.kysely, ownerId, conversationId)
  const answer = await findMessage(db.kysely, ownerId, answerId)
  const question = answer?.parent_id ? await findMessage(db.kysely, ownerId, answer.parent_id) : undefined
  const assistant = await assistants.forRun(ownerId, request.assistant)
  if (conversation === undefined || question === undefined || assistant === null) return null

  const certainSeq = Math.min(view.seq, request.recoveredAfter ?? view.seq)
  return {
    saved: { events, certainSeq },
    plan: {
      runId,
      ownerId,
      conversationId,
      userMessageId: question.id,
      answerId,
      kind: row.kind,
      source: conversation.source,
      requestKey: row.request_key,
      request,
      assistant,
      conversationSettings: parseSettings(conversation.settings),
      textBefore: await textBefore(db, { ...row, message_id: answerId }),
      titleFor: conversation.source === 'ui' && conversation.title_source === 'prompt' ? question.text : null,
      questionCharacters: question.text.length,
      createdAt: row.created_at,
      resume: view,
      loadPath: () =>
        loadPathWithSteps(db, row.kind === 'continue' ? answerId : question.id, { runId, conversationId }),
      statements: [
        updateRun(db.kysely, runId, { request: JSON.stringify({ ...request, recoveredAfter: certainSeq }) }),
      ],
    },
  }
}

/** A call was asked about and has not come to its end; it may have been answered since. */
function waitsForPerson({ endReason, toolCalls }: RunView): boolean {
  return (
    endReason === null &&
    toolCalls.some(({ approval, state }) => approval !== null && (state === 'waiting' || state === 'ready'))
  )
}

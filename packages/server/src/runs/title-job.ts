import { makeTitle } from '@reynard/agent'
import { type Db, insertRun, updateMadeTitle } from '@reynard/db'
import { errorCodeOf, type Usage } from '@reynard/protocol'
import { v7 as newId } from 'uuid'
import type { Admission } from '../admission/admission.ts'
import { inBackground } from './background-turn.ts'
import type { ChangeSink, Clock, EngineTarget, RunLogger } from './ports.ts'

/** A title that has not had its turn by then is not worth having any more. */
const patienceMs = 120_000
/** One that had to go because a person waited is tried once more when nobody does. */
const mostTries = 2

type TitleHost = { db: Db; admission: Admission; changes: ChangeSink; clock: Clock; logger: RunLogger }
type TitleInput = {
  ownerId: string
  conversationId: string
  target: EngineTarget
  question: string
  answer: string
}
type Made = { title: string | null; usage: Usage; startedAt: number }

/**
 * Makes a title in the background: last in the queue, and gone as soon as a person waits. Until then, and where it fails, the conversation
 * is called by its first question. Never rejects.
 */
export async function runTitleJob(host: TitleHost, input: TitleInput, signal: AbortSignal): Promise<void> {
  const { db, changes, clock, logger } = host
  const { target, conversationId, ownerId } = input
  const late = new AbortController()
  const cancelDeadline = clock.after(patienceMs, () => late.abort())
  try {
    const stop = AbortSignal.any([signal, late.signal])
    const place = { userId: ownerId, host: target.host, model: target.model, slots: target.slots }
    let made: Made | null = null
    for (let tries = 0; made === null && tries < mostTries && !stop.aborted; tries++) {
      made = await inBackground(host.admission, clock, place, stop, async (turn, startedAt) => {
        const { title, usage } = await makeTitle({ ...input, ...target }, turn)
        return title === null && turn.aborted ? null : { title, usage, startedAt }
      })
    }
    if (made === null || made.title === null) return
    const id = newId()
    const { title, usage, startedAt } = made
    await db.commit([
      updateMadeTitle(db.kysely, conversationId, title),
      insertRun(db.kysely, {
        id,
        conversation_id: conversationId,
        message_id: null,
        owner_id: ownerId,
        kind: 'title',
        request_key: `title:${id}`,
        state: 'ended',
        end_reason: 'done',
        engine: target.engine.kind,
        model: target.model,
        request: '{}',
        view: null,
        last_seq: 0,
        prompt_tokens: usage.promptTokens ?? null,
        completion_tokens: usage.completionTokens ?? null,
        created_at: startedAt,
        started_at: startedAt,
        ended_at: clock.now(),
      }),
    ])
    changes.publish(ownerId, { kind: 'conversation', conversationId })
  } catch (error) {
    // So many wait already that this one would never have its turn: nothing to report.
    if (errorCodeOf(error) !== 'too-many-requests') logger.warn({ err: error, conversationId }, 'no title was made')
  } finally {
    cancelDeadline()
  }
}

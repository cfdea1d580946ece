import { makeTitle } from '@reynard/agent'
import { type Db, insertRun, updateMadeTitle } from '@reynard/db'
import { errorCodeOf } from '@reynard/protocol'
import { v7 as newId } from 'uuid'
import type { Admission } from '../admission/create-admission.ts'
import type { ChangeSink, Clock, EngineTarget, RunLogger } from './ports.ts'

/** A title that has not had its turn by then is not worth having any more. */
const patienceMs = 120_000

type TitleHost = { db: Db; admission: Admission; changes: ChangeSink; clock: Clock; logger: RunLogger }
type TitleInput = {
  ownerId: string
  conversationId: string
  target: EngineTarget
  question: string
  answer: string
}

/**
 * Makes a title in the background: last in the queue, and gone as soon as a person waits. Until then, and where it fails, the conversation
 * is called by its first question. Never rejects.
 */
export async function runTitleJob(host: TitleHost, input: TitleInput, signal: AbortSignal): Promise<void> {
  const { db, admission, changes, clock, logger } = host
  const { target, conversationId, ownerId } = input
  const stop = new AbortController()
  const abort = () => stop.abort()
  signal.addEventListener('abort', abort)
  const cancelDeadline = clock.after(patienceMs, abort)
  let leave = () => {}
  try {
    const startedAt = await new Promise<number | null>((resolve) => {
      stop.signal.addEventListener('abort', () => resolve(null))
      const ticket = admission.enter({
        userId: ownerId,
        class: 'background',
        onAdmit: () => resolve(clock.now()),
        onPreempt: abort,
      })
      leave = () => ticket.leave()
      ticket.queue({ host: target.host, model: target.model, slots: target.slots })
    })
    if (startedAt === null || signal.aborted) return
    const { title, usage } = await makeTitle({ ...input, ...target }, stop.signal)
    leave()
    if (title === null) return
    const id = newId()
    const now = clock.now()
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
        ended_at: now,
      }),
    ])
    changes.publish(ownerId, { kind: 'conversation', conversationId })
  } catch (error) {
    // So many wait already that this one would never have its turn: nothing to report.
    if (errorCodeOf(error) !== 'too-many-requests') logger.warn({ err: error, conversationId }, 'no title was made')
  } finally {
    cancelDeadline()
    signal.removeEventListener('abort', abort)
    leave()
  }
}

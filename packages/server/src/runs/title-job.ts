import { makeTitle } from '@reynard/agent'
import { type Db, insertRun, updateMadeTitle } from '@reynard/db'
import { errorCodeOf, type Usage } from '@reynard/protocol'
import { v7 as newId } from 'uuid'
import type { Admission } from '../admission/admission.ts'
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
    let made: Made | 'preempted' = 'preempted'
    for (let tries = 0; made === 'preempted' && tries < mostTries; tries++) {
      made = await takeTurn(host, input, AbortSignal.any([signal, late.signal]))
    }
    if (made === 'preempted' || made.title === null) return
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

/** Waits for a slot and asks the model. `preempted`: a person came, and the title was given up for now. */
async function takeTurn(host: TitleHost, input: TitleInput, signal: AbortSignal): Promise<Made | 'preempted'> {
  const { admission, clock } = host
  const { target, ownerId } = input
  /** Aborted by a person who waits, and by nothing else. */
  const stop = new AbortController()
  let leave = () => {}
  try {
    const startedAt = await new Promise<number | null>((resolve) => {
      AbortSignal.any([signal, stop.signal]).addEventListener('abort', () => resolve(null), { once: true })
      const ticket = admission.enter({
        userId: ownerId,
        class: 'background',
        onAdmit: () => resolve(clock.now()),
        onPreempt: () => stop.abort(),
      })
      leave = () => ticket.leave()
      ticket.queue({ host: target.host, model: target.model, slots: target.slots })
      if (signal.aborted) resolve(null)
    })
    if (startedAt === null) return stop.signal.aborted ? 'preempted' : { title: null, usage: {}, startedAt: 0 }
    const { title, usage } = await makeTitle({ ...input, ...target }, AbortSignal.any([signal, stop.signal]))
    return stop.signal.aborted && title === null ? 'preempted' : { title, usage, startedAt }
  } finally {
    leave()
  }
}

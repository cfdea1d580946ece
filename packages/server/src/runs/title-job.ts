import { makeTitle } from '@reynard/agent'
import { type Db, insertRun, updateMadeTitle } from '@reynard/db'
import { errorCodeOf, type Usage } from '@reynard/protocol'
import { v7 as newId } from 'uuid'
import type { Admission } from '../admission/admission.ts'
import type { RunFilter } from '../filter/content-filter.ts'
import type { RunTelemetry } from '../telemetry/telemetry.ts'
import { inBackground } from './background-turn.ts'
import type { ChangeSink, Clock, EngineTarget, RunLogger } from './ports.ts'

/** A title that has not had its turn by then waits for the next answer of its chat. */
const patienceMs = 600_000
/** One that had to go because a person waited is tried again when nobody does. Each try reads question and answer anew. */
const mostTries = 8

type TitleHost = {
  db: Db
  admission: Admission
  changes: ChangeSink
  clock: Clock
  logger: RunLogger
  filter: RunFilter
  telemetry?: RunTelemetry
}
type TitleInput = {
  ownerId: string
  conversationId: string
  target: EngineTarget
  question: string
  answer: string
}
type Made = { title: string | null; usage: Usage; startedAt: number }
/** `unfit`: the model gave nothing that is a title. `not-made`: it could not be asked, or did not come to its end. */
export type TitleOutcome = 'made' | 'unfit' | 'not-made'

/**
 * Makes a title in the background: last in the queue, and gone as soon as a person waits. Until then, and where it fails, the conversation
 * is called by its first question. Never rejects.
 */
export async function runTitleJob(host: TitleHost, input: TitleInput, signal: AbortSignal): Promise<TitleOutcome> {
  const { db, changes, clock, logger } = host
  const { target, conversationId, ownerId } = input
  const late = new AbortController()
  const cancelDeadline = clock.after(patienceMs, () => late.abort())
  const engine = host.filter.chat(target.engine)
  try {
    const stop = AbortSignal.any([signal, late.signal])
    const place = { userId: ownerId, host: target.host, model: target.model, slots: target.slots }
    let made: Made | null = null
    let failed = false
    const observer = host.telemetry?.background
    for (let tries = 0; made === null && !failed && tries < mostTries && !stop.aborted; tries++) {
      made = await inBackground(host.admission, clock, place, stop, async (turn, startedAt) => {
        const asked = { ...input, ...target, engine, ...(observer && { observer }) }
        const { title, usage, answered } = await makeTitle(asked, turn)
        failed = !answered && !turn.aborted
        return answered ? { title, usage, startedAt } : null
      })
    }
    if (made === null) return 'not-made'
    if (made.title === null) return 'unfit'
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
    return 'made'
  } catch (error) {
    // So many wait already that this one would never have its turn: nothing to report.
    if (errorCodeOf(error) !== 'too-many-requests') logger.warn({ err: error, conversationId }, 'no title was made')
    return 'not-made'
  } finally {
    cancelDeadline()
  }
}

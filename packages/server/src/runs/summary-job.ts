import { makeSummary, type SummarisedMessage, summaryTokens, type TokenEstimator } from '@reynard/agent'
import { type Db, insertSummary, listPath } from '@reynard/db'
import { errorCodeOf, type RunView } from '@reynard/protocol'
import { v7 as newId } from 'uuid'
import type { Admission } from '../admission/admission.ts'
import type { RunFilter } from '../filter/content-filter.ts'
import { findSummaryOnPath } from '../memory/summary-service.ts'
import type { RunTelemetry } from '../telemetry/telemetry.ts'
import { inBackground } from './background-turn.ts'
import type { ChangeSink, Clock, EngineTarget, RunLogger } from './ports.ts'

/** From this share of the room on, before anything is left out, the oldest turns are summarised. */
const fullShare = 0.7
/** What may stay as it is afterwards. */
const keptShare = 0.35
/**
 * The most that is read in one call, in tokens. Some engines go on reading a prompt that was given up, so one piece is all that a person
 * who comes meanwhile could wait for; and small models say more of a little.
 */
const pieceTokens = 1_200
/** What is left after so many pieces is done after the next answer. */
const mostPieces = 8
const patienceMs = 10 * 60_000

type SummaryHost = {
  db: Db
  admission: Admission
  estimator: TokenEstimator
  changes: ChangeSink
  clock: Clock
  logger: RunLogger
  filter: RunFilter
  telemetry?: RunTelemetry
}
type SummaryInput = { ownerId: string; conversationId: string; answerId: string; target: EngineTarget; view: RunView }
type PathMessage = SummarisedMessage & { id: string }

/** Whether the next question would come near to the end of the window, or over it. */
export function needsSummary({ context, usage, tokens }: Pick<RunView, 'context' | 'usage' | 'tokens'>): boolean {
  if (context === null) return false
  const room = context.budget - context.reserved
  return context.dropped.length > 0 || context.used + (usage?.completionTokens ?? tokens) >= room * fullShare
}

/**
 * Summarises the oldest turns of a conversation in the background: last in the queue, and gone as soon as a person waits. What was done
 * by then is kept, and the rest is tried again after the next answer; so is all of it where the engine fails. Never rejects.
 */
export async function runSummaryJob(host: SummaryHost, input: SummaryInput, signal: AbortSignal): Promise<void> {
  const { db, estimator, changes, clock, logger } = host
  const { ownerId, conversationId, answerId, target, view } = input
  const late = new AbortController()
  const cancelDeadline = clock.after(patienceMs, () => late.abort())
  try {
    // In a window this small a summary would take the place of what it is to save.
    if (view.context === null || view.context.budget < 4 * summaryTokens) return
    const path: PathMessage[] = (await listPath(db.kysely, answerId)).map(({ id, role, text }) => ({ id, role, text }))
    const before = await findSummaryOnPath(db, conversationId, path)
    const from = before === null ? 0 : path.findIndex(({ id }) => id === before.messageId) + 1
    const room = view.context.budget - view.context.reserved
    const size = ({ text }: PathMessage) => estimator.estimate(target.model, text)
    const pieces = piecesOf(oldTurns(path.slice(from), room * keptShare, size), Math.min(pieceTokens, room / 2), size)
    const made = await summarisePieces(
      host,
      input,
      before?.text ?? null,
      pieces,
      AbortSignal.any([signal, late.signal]),
    )
    if (made === null) return
    const now = clock.now()
    await db.commit([
      insertSummary(db.kysely, {
        id: newId(),
        owner_id: ownerId,
        conversation_id: conversationId,
        message_id: made.lastId,
        text: made.text,
        messages: path.findIndex(({ id }) => id === made.lastId) + 1,
        tokens: estimator.estimate(target.model, made.text),
        edited: 0,
        model: target.model,
        created_at: now,
        updated_at: now,
        removed_at: null,
      }),
    ])
    changes.publish(ownerId, { kind: 'conversation', conversationId })
  } catch (error) {
    // So many wait already that this one would never have its turn: nothing to report.
    if (errorCodeOf(error) !== 'too-many-requests') logger.warn({ err: error, conversationId }, 'no summary was made')
  } finally {
    cancelDeadline()
  }
}

/** Turns from the oldest on, until what is left fits into `keep` tokens. The newest one always stays. */
function oldTurns(messages: PathMessage[], keep: number, size: (message: PathMessage) => number): PathMessage[][] {
  const turns: PathMessage[][] = []
  for (const message of messages) {
    const last = turns.at(-1)
    if (message.role === 'user' || last === undefined) turns.push([message])
    else last.push(message)
  }
  let kept = 0
  let first = turns.length
  while (first > 0) {
    const tokens = turns[first - 1]!.reduce((sum, message) => sum + size(message), 0)
    if (first < turns.length && kept + tokens > keep) break
    kept += tokens
    first -= 1
  }
  return turns.slice(0, first)
}

/** Whole turns together as long as they fit; one that is too long by itself is read without its middle. */
function piecesOf(turns: PathMessage[][], most: number, size: (message: PathMessage) => number): PathMessage[][] {
  const pieces: PathMessage[][] = []
  let room = 0
  for (const turn of turns) {
    const tokens = turn.reduce((sum, message) => sum + size(message), 0)
    const last = pieces.at(-1)
    if (last !== undefined && tokens <= room) {
      last.push(...turn)
      room -= tokens
    } else {
      pieces.push(tokens <= most ? [...turn] : turn.map((message) => shortened(message, most / tokens)))
      room = most - Math.min(tokens, most)
    }
  }
  return pieces
}

function shortened(message: PathMessage, share: number): PathMessage {
  const half = Math.floor((message.text.length * share) / 2)
  const { text } = message
  return {
    ...message,
    text: `${text.slice(0, half).toWellFormed()}\n[…]\n${text.slice(text.length - half).toWellFormed()}`,
  }
}

/** Piece by piece, each in a turn of its own. As far as it came; null where that is nowhere. */
async function summarisePieces(
  { admission, clock, filter, telemetry }: SummaryHost,
  { ownerId, target }: SummaryInput,
  before: string | null,
  pieces: PathMessage[][],
  signal: AbortSignal,
): Promise<{ text: string; lastId: string } | null> {
  let made: { text: string; lastId: string } | null = null
  const { model, contextTokens, keepAlive, slots, host, capabilities } = target
  const engine = filter.chat(target.engine)
  for (const piece of pieces.slice(0, mostPieces)) {
    const lastId = piece.at(-1)?.id
    const written = await inBackground(admission, clock, { userId: ownerId, host, model, slots }, signal, (stop) =>
      makeSummary(
        {
          engine,
          model,
          contextTokens,
          before: made?.text ?? before,
          messages: piece,
          ...(keepAlive !== null && { keepAlive }),
          ...(capabilities.includes('thinking') && { think: false }),
          ...(telemetry && { observer: telemetry.background }),
        },
        stop,
      ),
    )
    if (lastId === undefined || written === null || written.text === null) return made
    made = { text: written.text, lastId }
  }
  return made
}

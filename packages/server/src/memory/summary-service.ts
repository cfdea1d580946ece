import { createTokenEstimator } from '@reynard/agent'
import { type Db, findSummary, listSummaries, type SummaryRow, updateSummary } from '@reynard/db'
import { AppError, type ConversationSummaryText } from '@reynard/protocol'
import type { ConversationService } from '../conversations/conversation-service.ts'
import type { ChangeSink, Clock } from '../runs/ports.ts'

/** What a person does with the summaries of their conversations. What belongs to somebody else is `not-found`. */
export type SummaryService = {
  update(ownerId: string, change: { id: string; text: string }): Promise<ConversationSummaryText>
  /** The turns are read again as they are, and this chat is summarised no more until that is switched on again. */
  remove(ownerId: string, id: string): Promise<void>
  /** Takes a `remove` back. */
  restore(ownerId: string, id: string): Promise<void>
}

/** A row as clients see it. */
export function toSummary(row: SummaryRow): ConversationSummaryText {
  const { id, message_id, messages, text, tokens, edited, created_at } = row
  return { id, messageId: message_id, messages, text, tokens, edited: edited === 1, createdAt: created_at }
}

/** The one that reaches furthest along a path, leaf left out: what is asked now is never summarised away. */
function summaryOnPath(
  rows: readonly SummaryRow[],
  path: readonly { id: string }[],
): { messageId: string; text: string; row: SummaryRow } | null {
  const places = new Map(path.slice(0, -1).map(({ id }, at) => [id, at]))
  let best: { row: SummaryRow; at: number } | null = null
  for (const row of rows) {
    const at = places.get(row.message_id)
    // Of two that reach as far, the newer one counts.
    if (at !== undefined && at >= (best?.at ?? 0)) best = { row, at }
  }
  return best && { messageId: best.row.message_id, text: best.row.text, row: best.row }
}

/** The summary that stands on a path, if any: one indexed query. */
export async function findSummaryOnPath(db: Db, conversationId: string, path: readonly { id: string }[]) {
  return path.length < 2 ? null : summaryOnPath(await listSummaries(db.kysely, conversationId), path)
}

type Options = { db: Db; conversations: Pick<ConversationService, 'update'>; changes: ChangeSink; clock: Clock }

/** Summaries in the database; open pages are told of each change. */
export function createSummaryService({ db, conversations, changes, clock }: Options): SummaryService {
  const estimator = createTokenEstimator()

  async function get(ownerId: string, id: string): Promise<SummaryRow> {
    const row = await findSummary(db.kysely, ownerId, id)
    if (row === undefined) throw new AppError('not-found', 'This summary is not here. It may have been removed.')
    return row
  }

  return {
    async update(ownerId, { id, text }) {
      const row = await get(ownerId, id)
      const patch = { text, tokens: estimator.estimate('', text), edited: 1, updated_at: clock.now() }
      await db.commit([updateSummary(db.kysely, id, patch)])
      changes.publish(ownerId, { kind: 'conversation', conversationId: row.conversation_id })
      return toSummary({ ...row, ...patch })
    },
    async remove(ownerId, id) {
      const { conversation_id } = await get(ownerId, id)
      await db.commit([updateSummary(db.kysely, id, { removed_at: clock.now() })])
      await conversations.update(ownerId, { id: conversation_id, settings: { summaries: false } })
    },
    async restore(ownerId, id) {
      const { conversation_id } = await get(ownerId, id)
      await db.commit([updateSummary(db.kysely, id, { removed_at: null })])
      await conversations.update(ownerId, { id: conversation_id, settings: { summaries: null } })
    },
  }
}

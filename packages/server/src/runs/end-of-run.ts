import {
  type Compilable,
  closeWaitingCalls,
  type Db,
  insertRunFigures,
  updateConversation,
  updateMessageText,
  updateRun,
} from '@reynard/db'
import type { RunView } from '@reynard/protocol'
import { countRunUsage } from './count-run-usage.ts'
import { countToolUsage } from './count-tool-usage.ts'

/** Everything that the end of a run writes: its row with the folded view, what it and its tools add to the statistics, the answer's text, and when the conversation was last active. */
export function endOfRun(
  db: Db,
  run: { ownerId: string; runId: string; conversationId: string; answerId: string; textBefore: string },
  view: RunView,
): Compilable[] {
  const endedAt = view.endedAt ?? view.createdAt
  return [
    updateRun(db.kysely, run.runId, {
      state: 'ended',
      end_reason: view.endReason,
      engine: view.engine,
      model: view.model,
      view: JSON.stringify(view),
      last_seq: view.seq,
      prompt_tokens: view.usage?.promptTokens ?? null,
      completion_tokens: view.usage?.completionTokens ?? null,
      started_at: view.startedAt,
      ended_at: endedAt,
    }),
    ...(view.toolCalls.length > 0 ? [closeWaitingCalls(db.kysely, run.runId, endedAt)] : []),
    countRunUsage(db, run.ownerId, view),
    ...countToolUsage(db, run.ownerId, view),
    insertRunFigures(db.kysely, figuresOf(run, view, endedAt)),
    updateMessageText(db.kysely, run.answerId, run.textBefore + view.text),
    updateConversation(db.kysely, run.conversationId, { updated_at: endedAt }),
  ]
}

/** What is measured of it, without a word of what was said. */
function figuresOf(run: { ownerId: string; runId: string; conversationId: string }, view: RunView, endedAt: number) {
  const { createdAt, startedAt, firstTokenAt } = view
  return {
    run_id: run.runId,
    owner_id: run.ownerId,
    conversation_id: run.conversationId,
    engine: view.engine,
    model: view.model,
    assistant: view.assistant?.id ?? null,
    assistant_name: view.assistant?.name ?? null,
    end_reason: view.endReason ?? 'interrupted',
    error_code: view.error?.code ?? null,
    prompt_tokens: view.usage?.promptTokens ?? null,
    tokens: view.usage?.completionTokens ?? view.tokens,
    created_at: createdAt,
    started_at: startedAt,
    first_token_at: firstTokenAt,
    ended_at: endedAt,
    wait_ms: startedAt === null ? null : startedAt - createdAt,
    first_token_ms: startedAt === null || firstTokenAt === null ? null : firstTokenAt - startedAt,
    duration_ms: Math.max(0, endedAt - createdAt - (view.waitedMs ?? 0)),
  }
}

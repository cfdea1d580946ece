import type { CallLedger } from '@reynard/agent'
import { beginCall, completeCall, type Db } from '@reynard/db'
import type { Clock } from './ports.ts'

type Options = {
  db: Db
  clock: Clock
  run: { runId: string; conversationId: string; ownerId: string }
  /** Files that become the assistant's own by this call; null: none. */
  ownFiles(callId: string): string[] | null
}

/**
 * Writes each effect down before it happens and after it. A call that was begun and never completed is one of which nobody knows whether
 * it took effect.
 */
export function createCallLedger({ db, clock, run, ownFiles }: Options): CallLedger {
  const { runId, conversationId, ownerId } = run
  return {
    async begin({ callId, tool }) {
      const files = ownFiles(callId)
      const row = {
        run_id: runId,
        call_id: callId,
        conversation_id: conversationId,
        owner_id: ownerId,
        tool: tool.name,
        effect: tool.effect,
        files: files === null ? null : JSON.stringify(files),
        started_at: clock.now(),
      }
      await db.commit([beginCall(db.kysely, row)])
    },
    async complete(callId, outcome) {
      await db.commit([completeCall(db.kysely, { runId, callId }, outcome, clock.now())])
    },
  }
}

import type {
  Conversation,
  ConversationSummary,
  ExportedConversations,
  listInputSchema,
  updateConversationInputSchema,
} from '@reynard/protocol'
import type { z } from 'zod'

type ListInput = z.infer<typeof listInputSchema>
type UpdateConversationInput = z.infer<typeof updateConversationInputSchema>
type ConversationPage = {
  items: ConversationSummary[]
  nextCursor: { updatedAt: number; id: string } | null
}

/** Conversations of one person; what belongs to somebody else, or is deleted, is `not-found`. */
export type ConversationService = {
  /** Newest first. The first page begins with all pinned ones. */
  list(ownerId: string, input: ListInput): Promise<ConversationPage>
  byId(ownerId: string, id: string): Promise<Conversation>
  update(ownerId: string, input: UpdateConversationInput): Promise<ConversationSummary>
  /** Hides it and stops what runs in it; it goes wholly after `undoMs`. */
  remove(ownerId: string, id: string): Promise<{ undoMs: number }>
  /** Takes a `remove` back. `not-found` once it is gone. */
  restore(ownerId: string, id: string): Promise<void>
  /** A message and everything under it. */
  removeMessage(ownerId: string, messageId: string): Promise<void>
  /** `ids` null: all of the person's own. */
  export(
    ownerId: string,
    ids: string[] | null,
    format: 'json' | 'markdown',
  ): Promise<{ filename: string; content: string }>
  /** Resolves with how many were added, under new ids, and how many were here already and were left out. */
  import(ownerId: string, exported: ExportedConversations): Promise<{ conversations: number; skipped: number }>
  /** Deletes what was removed longer than the undo time ago, now and from time to time. Returns how to stop. */
  startPurging(): () => void
}

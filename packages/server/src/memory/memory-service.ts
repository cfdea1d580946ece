import type { RecalledFact, ToolMemory } from '@reynard/agent'
import type { listMemoriesInputSchema, Memory, MemoryList } from '@reynard/protocol'
import type { z } from 'zod'

/** What one run has of its owner's memory. */
export type RunMemory = {
  /**
   * What belongs to a question, the best first, as much as a window of that many tokens has room for. Empty where nothing does, or where
   * it can't be found out; never rejects, and takes no longer than the deadline of an embedding.
   */
  recall(question: string, windowTokens: number): Promise<RecalledFact[]>
  tools: ToolMemory
}

/** Facts that people want remembered across their conversations. What belongs to somebody else, or is deleted, is `not-found`. */
export type MemoryService = {
  list(ownerId: string, input: z.infer<typeof listMemoriesInputSchema>): Promise<MemoryList>
  /** Throws `conflict` where the same is remembered, `bad-request` where there are too many. */
  create(ownerId: string, text: string): Promise<Memory>
  update(ownerId: string, change: { id: string; text: string }): Promise<Memory>
  /** Hides it from everything at once; it goes wholly after `undoMs`. */
  remove(ownerId: string, id: string): Promise<{ undoMs: number }>
  /** Takes a `remove` back. `not-found` once it is gone. */
  restore(ownerId: string, id: string): Promise<void>
  /** A person's own switch, for all chats. */
  setEnabled(ownerId: string, enabled: boolean): Promise<void>
  /** Frees what is kept to be faster. Says of how many people that was. */
  freeVectors(): number
  /** Null where memory is off: for everybody, for this person, for this chat, or because a program asks. */
  forRun(run: {
    ownerId: string
    conversationId: string
    source: 'ui' | 'api'
    off: boolean
  }): Promise<RunMemory | null>
}

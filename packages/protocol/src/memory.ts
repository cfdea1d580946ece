import { z } from 'zod'
import { idSchema } from './conversation.ts'
import { cleanLine, hasVisible } from './visible-text.ts'

/** What is remembered of a person, as they read it. Control characters and signs that turn the direction of text are taken out before. */
export const memoryTextSchema = z
  .string()
  .transform(cleanLine)
  .pipe(z.string().refine(hasVisible, 'Write what to remember.').max(1_000, 'A memory holds 1,000 characters at most.'))

/** Where a memory comes from. `conversationId` null: the chat was deleted since. */
export type MemorySource =
  | { kind: 'person' }
  | {
      kind: 'chat'
      conversationId: string | null
      conversationTitle: string | null
      messageId: string | null
      /** The person's own words that it rests on. */
      quote: string
    }

/** A fact that is remembered across conversations. Times are UTC milliseconds. */
export type Memory = { id: string; text: string; source: MemorySource; createdAt: number; updatedAt: number }

/** A memory as an answer names it: the text as the model read it. */
export const recalledMemorySchema = z.object({
  id: z.string(),
  text: z.string(),
  /** Where the person said it, while that chat was there. */
  conversationId: z.string().optional(),
  messageId: z.string().optional(),
})
export type RecalledMemory = z.infer<typeof recalledMemorySchema>

/** `query`: words that must stand in it, the last one at least as a beginning. Newest first without one. */
export const listMemoriesInputSchema = z.object({
  query: z.string().trim().max(200).default(''),
  limit: z.number().int().min(1).max(200).default(100),
  cursor: z.object({ updatedAt: z.number().int(), id: idSchema }).nullish(),
})
export const createMemoryInputSchema = z.object({ text: memoryTextSchema })
export const updateMemoryInputSchema = z.object({ id: idSchema, text: memoryTextSchema })

/** `enabled`: a person's own switch. */
export const memorySettingsSchema = z.object({ enabled: z.boolean() })

/** `total`: how many there are, whatever was asked for. `allowed`: false where the operator switched it off for everybody. */
export type MemoryList = {
  memories: Memory[]
  nextCursor: { updatedAt: number; id: string } | null
  total: number
  enabled: boolean
  allowed: boolean
}

/** What stands for the turns up to a message when the model reads the conversation. `edited`: by a person. */
export type ConversationSummaryText = {
  id: string
  /** The last message that it stands for; it belongs to every path that this message is on. */
  messageId: string
  /** How many messages it stands for. */
  messages: number
  text: string
  /** About, in tokens. */
  tokens: number
  edited: boolean
  createdAt: number
}

export const updateSummaryInputSchema = z.object({
  id: idSchema,
  text: z
    .string()
    .trim()
    .min(1, 'A summary without words says nothing. Remove it instead.')
    .max(8_000, 'A summary holds 8,000 characters at most.'),
})

import { z } from 'zod'
import { attachmentSchema } from './attachment.ts'
import { ATTACHMENT_LIMITS } from './attachment-limits.ts'
import { assistantIdSchema, conversationSettingsSchema, idSchema, modelNameSchema } from './conversation.ts'
import { MOST_MESSAGE_CHARACTERS } from './message-limits.ts'
import { type ApprovalScope, approvalScopeSchema } from './tool.ts'

/** A key made by the client: the same key gives the same ids, so a reconnect never asks twice. */
export const requestKeySchema = z.string().min(8).max(100)

export const listInputSchema = z.object({
  limit: z.number().int().min(1).max(200).default(100),
  cursor: z.object({ updatedAt: z.number().int(), id: idSchema }).nullish(),
  source: z.enum(['ui', 'api']).default('ui'),
})
const mostFiles = `A question carries ${ATTACHMENT_LIMITS.perMessage} files at most.`

/** `conversationId` null starts a new conversation. `parentId` null asks a first question (or edits the first one: a sibling). */
export const sendInputSchema = z.object({
  key: requestKeySchema,
  conversationId: idSchema.nullable(),
  parentId: idSchema.nullable(),
  text: z
    .string()
    .trim()
    .min(1, 'Write something first.')
    .max(MOST_MESSAGE_CHARACTERS, 'A message holds 200,000 characters at most. Attach what is longer as a file.'),
  model: modelNameSchema.nullish(),
  settings: conversationSettingsSchema.optional(),
  /** Uploads that come with the question, in their order. Taken once: a later question needs another upload. */
  attachments: z.array(idSchema).max(ATTACHMENT_LIMITS.perMessage, mostFiles).optional(),
  /** Files that an earlier question of the conversation came with, and this one still does: that one is being edited. */
  keep: z
    .object({
      messageId: idSchema,
      paths: z.array(attachmentSchema.shape.path).max(ATTACHMENT_LIMITS.perMessage, mostFiles),
    })
    .optional(),
})
/** A question to one assistant, whoever the conversation is with. */
export const askAssistantInputSchema = sendInputSchema.extend({ assistant: assistantIdSchema })
/** A second answer to the same question, beside `messageId`, perhaps from another model. */
export const regenerateInputSchema = z.object({
  key: requestKeySchema,
  messageId: idSchema,
  model: modelNameSchema.nullish(),
})
/** Goes on from what is there: a new run in the same answer. `askAgain`: with a call of it that nobody answered in time. */
export const continueInputSchema = z.object({
  key: requestKeySchema,
  messageId: idSchema,
  askAgain: z.object({ runId: idSchema, callId: z.string().min(1).max(200) }).optional(),
})
/** `text`: what was saved, where the content filter took something out of it, by the rules named in `redacted`. */
export type SendResult = {
  conversationId: string
  userMessageId: string
  answerId: string
  runId: string
  text?: string
  redacted?: string[]
}

/** What a person says to a call that waits. `note` goes to the model with a no. */
export const decideInputSchema = z.object({
  runId: idSchema,
  callId: z.string().min(1).max(200),
  decision: z.enum(['approved', 'denied']),
  scope: approvalScopeSchema.default('once'),
  note: z.string().trim().max(2_000).optional(),
})
/** What counts: the first answer, whoever gave it, or the end of the time for one. */
export type DecideResult = { decision: 'approved' | 'denied' | 'expired'; scope: ApprovalScope }

/** A run by its id, or by the key of what starts it: so it can be watched before its id is known. */
export type RunReference = { runId: string } | { key: string }

const watchedFrom = {
  /** The number of the last event that the watcher holds; 0 for all. */
  after: z.number().int().nonnegative().default(0),
  /** Set by the transport when it reconnects; wins over `after`. */
  lastEventId: z.string().max(20).regex(/^\d+$/).nullish(),
}
/** By a key that has started nothing, the watch waits some seconds for it. */
export const watchInputSchema = z.union([
  z.object({ runId: idSchema, ...watchedFrom }),
  z.object({ key: requestKeySchema, ...watchedFrom }),
])
export const updateConversationInputSchema = z.object({
  id: idSchema,
  title: z.string().trim().min(1).max(200).optional(),
  pinned: z.boolean().optional(),
  settings: conversationSettingsSchema.optional(),
  activeLeafId: idSchema.optional(),
  read: z.literal(true).optional(),
})
export const searchInputSchema = z.object({
  query: z.string().trim().min(1).max(200),
  limit: z.number().int().min(1).max(50).default(30),
})

/** What `chat.changes` tells every open page of the same person: read again what is named. */
export type ChatChange =
  | { kind: 'conversation'; conversationId: string }
  | { kind: 'conversation-removed'; conversationId: string }
  /** Files of its workspace. */
  | { kind: 'workspace'; conversationId: string }
  | { kind: 'run-started'; conversationId: string; runId: string; messageId: string }
  | { kind: 'memory' }
  /** Groups, and what is for whom: models, assistants and tools may be others now. */
  | { kind: 'access' }
  | { kind: 'run-ended'; conversationId: string; runId: string; messageId: string }

/** UTC milliseconds, as far as a calendar reaches: no page can show what lies beyond. */
const timeSchema = z.number().int().min(0).max(8_640_000_000_000_000)
/** `content`: the file in base64; absent where it was too large to be written down, or is not there any more. */
const exportedAttachmentSchema = attachmentSchema.extend({ content: z.base64().optional() })
/** One conversation as exported and imported (JSON). `version` 1. */
export const exportSchema = z.object({
  format: z.literal('reynard-conversations'),
  version: z.literal(1),
  conversations: z
    .array(
      z.object({
        title: z.string().max(200),
        createdAt: timeSchema,
        /** Older exports do not say. */
        pinned: z.boolean().default(false),
        settings: conversationSettingsSchema.default({}),
        activeLeafId: z.string().nullish(),
        messages: z
          .array(
            z.object({
              id: z.string().max(100),
              parentId: z.string().max(100).nullable(),
              role: z.enum(['user', 'assistant']),
              text: z.string().max(2_000_000),
              reasoning: z.string().max(2_000_000).default(''),
              model: z.string().max(300).nullish(),
              engine: z.string().max(50).nullish(),
              createdAt: timeSchema,
              attachments: z.array(exportedAttachmentSchema).max(ATTACHMENT_LIMITS.perMessage).optional(),
            }),
          )
          .max(20_000),
        summaries: z
          .array(
            z.object({
              messageId: z.string().max(100),
              text: z.string().min(1).max(8_000),
              edited: z.boolean().default(false),
              createdAt: timeSchema,
            }),
          )
          .max(1_000)
          .optional(),
      }),
    )
    .max(1_000),
})
export type ExportedConversations = z.infer<typeof exportSchema>

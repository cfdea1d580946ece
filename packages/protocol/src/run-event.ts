import { z } from 'zod'
import { errorCodeSchema } from './error-code.ts'
import { recalledMemorySchema } from './memory.ts'
import {
  approvalFactsSchema,
  approvalScopeSchema,
  sandboxLevelSchema,
  toolDisplaySchema,
  toolEffectSchema,
  toolFailureSchema,
  toolGroupSchema,
  toolTitleSchema,
} from './tool.ts'
import { workspaceChangeSchema } from './workspace.ts'

export const engineKindSchema = z.enum(['ollama', 'embedded', 'openai'])
export type EngineKind = z.infer<typeof engineKindSchema>

/** Sampling and limits as a run really used them. Temperature and topP have no unit; tokens are counted by the model. */
export const runParametersSchema = z.object({
  temperature: z.number().min(0).max(2).optional(),
  topP: z.number().min(0).max(1).optional(),
  maxTokens: z.number().int().positive().optional(),
  contextTokens: z.number().int().positive().optional(),
})
export type RunParameters = z.infer<typeof runParametersSchema>

/** Token counts as the engine reported them, and where the time went. Durations in milliseconds, absent where the engine does not say. */
export const usageSchema = z.object({
  promptTokens: z.number().int().nonnegative().optional(),
  completionTokens: z.number().int().nonnegative().optional(),
  /** Of those: what went into choosing a call, or to answer, where a model chooses from a list. */
  choosingTokens: z.number().int().nonnegative().optional(),
  loadMs: z.number().nonnegative().optional(),
  promptMs: z.number().nonnegative().optional(),
  completionMs: z.number().nonnegative().optional(),
})
export type Usage = z.infer<typeof usageSchema>

export const runEndReasonSchema = z.enum(['done', 'length', 'tool-calls', 'stopped', 'interrupted', 'failed'])
export type RunEndReason = z.infer<typeof runEndReasonSchema>

/** A message that did not fit the window. The text stays in the conversation; the model does not see it. */
export const droppedMessageSchema = z.object({ messageId: z.string(), tokens: z.number().int().nonnegative() })

const base = { seq: z.number().int().positive(), at: z.number().int() }

/**
 * What happened in a run, in the order it happened. `seq` counts 1, 2, 3 … without gaps; `at` is UTC milliseconds.
 * The list is flat and closed; a watcher that meets an unknown type skips it.
 */
export const runEventSchema = z.discriminatedUnion('type', [
  /** `position` counts from 1. `place` says where it waits: in our queue, or (found out too late) inside the engine. */
  z.object({
    ...base,
    type: z.literal('run-queued'),
    position: z.number().int().positive(),
    etaMs: z.number().int().nonnegative().nullable(),
    place: z.enum(['queue', 'engine', 'model']),
  }),
  z.object({
    ...base,
    type: z.literal('run-start'),
    engine: engineKindSchema,
    model: z.string(),
    /** Set where the model that was asked for is not there and another one answers. */
    requestedModel: z.string().optional(),
    parameters: runParametersSchema,
    /** Who answers, where it is not the bare model. */
    assistant: z.object({ id: z.string(), name: z.string() }).optional(),
    /** How the model calls tools: by its own format, or by a constrained answer that chooses one. Absent: it is given none. */
    toolMode: z.enum(['native', 'constrained']).optional(),
  }),
  z.object({ ...base, type: z.literal('model-loading'), model: z.string(), expectedMs: z.number().nullable() }),
  z.object({
    ...base,
    type: z.literal('context-fitted'),
    /** The window, in tokens, and what of it is used and kept free for the answer. Counts are estimates unless `calibrated`. */
    budget: z.number().int(),
    used: z.number().int(),
    reserved: z.number().int(),
    system: z.number().int(),
    messages: z.number().int(),
    calibrated: z.boolean(),
    dropped: z.array(droppedMessageSchema),
    /** Tokens of the tool definitions within `used`, and the tools that were left out because they had no room. */
    tools: z.number().int().nonnegative().optional(),
    toolsLeftOut: z.array(z.string()).optional(),
    /** Tokens within `used` of what was recalled, of the summary of earlier turns, and of files that came with the questions. */
    memory: z.number().int().nonnegative().optional(),
    summary: z.number().int().nonnegative().optional(),
    files: z.number().int().nonnegative().optional(),
    /** How many messages the summary stands for. They are not among `dropped`. */
    summarised: z.number().int().nonnegative().optional(),
    /** Files of the question of which the model was given a part only, in characters; `shown` 0: none of it. */
    filesCut: z
      .array(z.object({ path: z.string(), shown: z.number().int().nonnegative(), of: z.number().int().nonnegative() }))
      .optional(),
  }),
  /** What was remembered and given to the model with the question, as data. */
  z.object({ ...base, type: z.literal('memories-recalled'), memories: z.array(recalledMemorySchema) }),
  z.object({ ...base, type: z.literal('reasoning-delta'), text: z.string(), tokens: z.number().int().positive() }),
  z.object({ ...base, type: z.literal('text-delta'), text: z.string(), tokens: z.number().int().positive() }),
  z.object({
    ...base,
    type: z.literal('tool-call'),
    callId: z.string(),
    name: z.string(),
    arguments: z.record(z.string(), z.unknown()),
    /** Set where we run the call ourselves; a call that is handed to the caller has none of it. */
    run: z
      .object({
        title: toolTitleSchema,
        group: toolGroupSchema.nullable(),
        effect: toolEffectSchema,
        level: sandboxLevelSchema,
      })
      .optional(),
  }),
  /** The call waits for a person. It is denied by itself at `expiresAt`. */
  z.object({
    ...base,
    type: z.literal('approval-request'),
    callId: z.string(),
    facts: approvalFactsSchema,
    scopes: z.array(approvalScopeSchema),
    expiresAt: z.number().int(),
  }),
  z.object({
    ...base,
    type: z.literal('approval-decision'),
    callId: z.string(),
    decision: z.enum(['approved', 'denied', 'expired']),
    scope: approvalScopeSchema,
    /** What the person tells the model with it. */
    note: z.string().optional(),
  }),
  /**
   * The call began to run: everything before was waiting. `keeping`: not yet, the state of the files before it is being kept, and that
   * takes a while; it comes again without.
   */
  z.object({ ...base, type: z.literal('tool-start'), callId: z.string(), keeping: z.literal(true).optional() }),
  /** What it prints while it runs. */
  z.object({ ...base, type: z.literal('tool-output'), callId: z.string(), text: z.string() }),
  /** `content` is what the model reads; `display` what a person sees. `changed`: what differs in the workspace since before the call. */
  z.object({
    ...base,
    type: z.literal('tool-result'),
    callId: z.string(),
    content: z.string(),
    truncated: z.boolean(),
    display: toolDisplaySchema,
    changed: workspaceChangeSchema.optional(),
  }),
  /** `message` is what the model reads, and the person too. `output`: what was printed before. */
  z.object({
    ...base,
    type: z.literal('tool-error'),
    callId: z.string(),
    failure: toolFailureSchema,
    message: z.string(),
    display: toolDisplaySchema.optional(),
    changed: workspaceChangeSchema.optional(),
  }),
  z.object({ ...base, type: z.literal('usage'), ...usageSchema.shape }),
  z.object({
    ...base,
    type: z.literal('run-error'),
    code: errorCodeSchema,
    message: z.string(),
    docs: z.string().optional(),
    retryAfterMs: z.number().optional(),
  }),
  /** `by`: who stopped it, where that was not its owner in the chat. */
  z.object({
    ...base,
    type: z.literal('run-end'),
    reason: runEndReasonSchema,
    by: z.literal('admin').optional(),
  }),
])
export type RunEvent = z.infer<typeof runEventSchema>
export type RunEventType = RunEvent['type']

type WithoutEnvelope<Event> = Event extends RunEvent ? Omit<Event, 'seq' | 'at'> : never
/** An event before the run log has numbered it. */
export type NewRunEvent = WithoutEnvelope<RunEvent>

/**
 * What `chat.watch` sends. `events` continue exactly where the watcher was. `rollback`: the watcher is ahead of what survived a crash;
 * it drops everything after `seq` and goes on from there.
 */
export const watchItemSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('events'), events: z.array(runEventSchema) }),
  z.object({ kind: z.literal('rollback'), seq: z.number().int().nonnegative() }),
])
export type WatchItem = z.infer<typeof watchItemSchema>

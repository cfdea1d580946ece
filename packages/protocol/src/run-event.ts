import { z } from 'zod'
import { errorCodeSchema } from './error-code.ts'

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
  }),
  z.object({ ...base, type: z.literal('reasoning-delta'), text: z.string(), tokens: z.number().int().positive() }),
  z.object({ ...base, type: z.literal('text-delta'), text: z.string(), tokens: z.number().int().positive() }),
  z.object({
    ...base,
    type: z.literal('tool-call'),
    callId: z.string(),
    name: z.string(),
    arguments: z.record(z.string(), z.unknown()),
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
  z.object({ ...base, type: z.literal('run-end'), reason: runEndReasonSchema }),
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

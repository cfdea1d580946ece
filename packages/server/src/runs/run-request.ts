import { conversationSettingsSchema } from '@reynard/protocol'
import { z } from 'zod'

/** What is kept of an accepted request beside the messages, as JSON in `runs.request`. */
const runRequestSchema = z.object({
  model: z.string().nullable().default(null),
  /** What this request set for itself; what it left open comes from the conversation. */
  settings: conversationSettingsSchema.default({}),
  strict: z.boolean().default(false),
  tools: z
    .array(z.object({ name: z.string(), description: z.string(), parameters: z.record(z.string(), z.unknown()) }))
    .optional(),
  contextData: z.string().optional(),
  /** Who answers, where it is not the bare model. */
  assistant: z.string().optional(),
  /** Set at boot for a run that a dead process left: the last number that it had saved. */
  recoveredAfter: z.number().int().nonnegative().optional(),
})
export type RunRequest = z.infer<typeof runRequestSchema>

/** The request of a stored run; an unreadable one is an empty one. */
export function parseRunRequest(json: string): RunRequest {
  const parsed = runRequestSchema.safeParse(JSON.parse(json))
  return parsed.success ? parsed.data : runRequestSchema.parse({})
}

/** The last number saved before the crash, for a run that was ended at boot; else undefined. */
export function recoveredAfter(json: string): number | undefined {
  return json.includes('"recoveredAfter"') ? parseRunRequest(json).recoveredAfter : undefined
}

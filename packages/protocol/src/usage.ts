import { z } from 'zod'

/** The last 24 hours, 7, 30 or 365 days, to the hour; or all since the first start. */
export const USAGE_RANGES = ['day', 'week', 'month', 'year', 'all'] as const
export type UsageRange = (typeof USAGE_RANGES)[number]

/** By what usage is told apart. */
export const USAGE_KINDS = ['person', 'group', 'model', 'assistant', 'tool'] as const
export type UsageKind = (typeof USAGE_KINDS)[number]

export const usageInputSchema = z.strictObject({ range: z.enum(USAGE_RANGES) })
export const usageFileQuerySchema = usageInputSchema.extend({ by: z.enum(USAGE_KINDS) })

/** `meanMs`: how long a request that succeeded took, waiting for a person left out; null where none did. */
export type UsageCounts = {
  requests: number
  successful: number
  failed: number
  promptTokens: number
  completionTokens: number
  meanMs: number | null
}
/** `name`: '' where no model answered, or there was no assistant; null where it is not here any more. */
export type UsageRow = UsageCounts & { id: string; name: string | null }
/** Calls of a tool; `meanMs` of those that began. */
export type ToolUsageRow = {
  name: string
  group: string
  calls: number
  ran: number
  failed: number
  denied: number
  meanMs: number | null
}

/**
 * What was asked of the server, most tokens first. Whoever is in several groups counts in each. It outlives chats, and goes with the
 * people whose it was. `since`: UTC milliseconds; null: from the first start on.
 */
export type UsageReport = {
  range: UsageRange
  since: number | null
  total: UsageCounts
  person: UsageRow[]
  group: UsageRow[]
  model: UsageRow[]
  assistant: UsageRow[]
  tool: ToolUsageRow[]
}

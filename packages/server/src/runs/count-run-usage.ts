import { addRunUsage, type Compilable, type Db } from '@reynard/db'
import type { RunEndReason, RunView } from '@reynard/protocol'

const hourMs = 3_600_000

const succeeded: ReadonlySet<RunEndReason | null> = new Set(['done', 'length', 'tool-calls'])
const failed: ReadonlySet<RunEndReason | null> = new Set(['failed', 'interrupted'])

/**
 * What a run that a person or a program started adds to the statistics at its end. One that was stopped is a request that neither
 * succeeded nor failed; one that the server's stop cut off has failed. The time is that of successes, from the question to the end,
 * without what it waited for a person.
 */
export function countRunUsage({ kysely }: Db, ownerId: string, view: RunView): Compilable {
  const isSuccess = succeeded.has(view.endReason)
  const { createdAt, endedAt, waitedMs = 0, usage } = view
  return addRunUsage(kysely, {
    owner_id: ownerId,
    hour: Math.floor(createdAt / hourMs),
    model: view.model ?? '',
    assistant: view.assistant?.id ?? '',
    requests: 1,
    successful: isSuccess ? 1 : 0,
    failed: failed.has(view.endReason) ? 1 : 0,
    prompt_tokens: usage?.promptTokens ?? 0,
    completion_tokens: usage?.completionTokens ?? view.tokens,
    duration_ms: isSuccess ? Math.max(0, (endedAt ?? createdAt) - createdAt - waitedMs) : 0,
  })
}

import { addToolUsage, type Compilable, type Db } from '@reynard/db'
import type { RunView, ToolCall } from '@reynard/protocol'

const hourMs = 3_600_000
/** What nobody let happen, and what was not let happen in time. */
const denials: ReadonlySet<string> = new Set(['denied', 'expired'])

/** Under this name stands what no tool answers to: a model may think of a new one at each call. */
const unknownTool = 'unknown'

/** What the calls of a run add to the statistics: those that we were to run, not those that were handed to the caller. */
export function countToolUsage({ kysely }: Db, ownerId: string, { toolCalls, createdAt }: RunView): Compilable[] {
  const ours = toolCalls.flatMap(({ run, ...call }) => (run === null ? [] : [{ ...call, group: run.group }]))
  return [...Map.groupBy(ours, ({ name, group }) => (group === null ? unknownTool : name))].map(([tool, calls]) => {
    const sum = (of: (call: (typeof calls)[number]) => number) => calls.reduce((total, call) => total + of(call), 0)
    // What was stopped while it waited was not let happen either.
    const isDenied = ({ failure, startedAt }: Pick<ToolCall, 'failure' | 'startedAt'>) =>
      failure !== null && (denials.has(failure.failure) || (failure.failure === 'aborted' && startedAt === null))
    return addToolUsage(kysely, {
      owner_id: ownerId,
      hour: Math.floor(createdAt / hourMs),
      tool,
      tool_group: calls[0]?.group ?? '',
      calls: calls.length,
      ran: sum(({ startedAt }) => (startedAt === null ? 0 : 1)),
      failed: sum((call) => (call.failure !== null && !isDenied(call) ? 1 : 0)),
      denied: sum((call) => (isDenied(call) ? 1 : 0)),
      duration_ms: sum(({ startedAt, endedAt }) => (startedAt === null || endedAt === null ? 0 : endedAt - startedAt)),
    })
  })
}

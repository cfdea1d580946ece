import { type Db, sumRunUsage, sumToolUsage } from '@reynard/db'

/** `GET /api/ollama/admin/stats`, as the original's clients know it. Times in seconds, the rate in percent. */
export type Statistics = {
  total_requests: number
  successful_requests: number
  failed_requests: number
  average_processing_time: number
  total_tokens_generated: number
  model_usage: Record<string, number>
  assistant_usage: Record<string, number>
  tools_usage: Record<string, number>
  error_rate: number
}

/**
 * All that was counted since the first start. A request is a run that a person or a program started and that has ended; one that was
 * stopped is in the total, and neither successful nor failed. `model_usage` holds those that a model answered, `tools_usage` the calls
 * that were run, by the tool's group.
 */
export async function readStatistics({ kysely }: Db): Promise<Statistics> {
  const [runs, tools] = await Promise.all([sumRunUsage(kysely), sumToolUsage(kysely)])
  const sum = (of: (row: (typeof runs)[number]) => number) => runs.reduce((total, row) => total + of(row), 0)
  const requests = sum((row) => row.requests)
  const successful = sum((row) => row.successful)
  const failed = sum((row) => row.failed)
  const perName = (nameOf: (row: (typeof runs)[number]) => string) => {
    const named = Map.groupBy(runs, nameOf)
    named.delete('')
    return Object.fromEntries(
      [...named].map(([name, rows]) => [name, rows.reduce((total, row) => total + row.requests, 0)]),
    )
  }
  return {
    total_requests: requests,
    successful_requests: successful,
    failed_requests: failed,
    average_processing_time: successful === 0 ? 0 : rounded(sum((row) => row.durationMs) / successful / 1000),
    total_tokens_generated: sum((row) => row.completionTokens),
    model_usage: perName((row) => row.model),
    assistant_usage: perName((row) => row.assistant),
    tools_usage: Object.fromEntries(tools.flatMap(({ group, ran }) => (ran > 0 ? [[group, ran]] : []))),
    error_rate: requests === 0 ? 0 : rounded((failed / requests) * 100),
  }
}

/** To a thousandth. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000
}

import { type Db, sumToolUsage } from '@reynard/db'
import { type ToolStatistics, toolGroupSchema } from '@reynard/protocol'

const hourMs = 3_600_000

/** What was counted of calls so far, in the order in which groups are listed; a group that nobody used is not among them. */
export async function readToolStatistics(db: Db): Promise<ToolStatistics> {
  const sums = await sumToolUsage(db.kysely)
  const groups = toolGroupSchema.options.flatMap((group) => {
    const sum = sums.find((each) => each.group === group)
    if (sum === undefined) return []
    const { firstHour: _firstHour, ...counts } = sum
    return [{ ...counts, group }]
  })
  const since = sums.length === 0 ? null : Math.min(...sums.map(({ firstHour }) => firstHour)) * hourMs
  return { since, groups }
}

import {
  type Db,
  listAssistantsOfAnybody,
  listGroupMembers,
  listGroups,
  listUserNames,
  sumRunUsageSince,
  sumToolCallsSince,
} from '@reynard/db'
import { EVERYONE, type UsageCounts, type UsageRange, type UsageReport, type UsageRow } from '@reynard/protocol'
import type { AssistantKit } from '../assistants/assistant-kit.ts'
import { whenChanged } from '../console/when-changed.ts'
import type { Clock } from '../runs/ports.ts'

/** What was asked of the server, by whom and of what: for who runs it. */
export type UsageService = {
  report(range: UsageRange): Promise<UsageReport>
  /** The report as it is, then again when it has changed, at most every few seconds. */
  watch(range: UsageRange, signal: AbortSignal): AsyncGenerator<UsageReport, void>
}

type Options = { db: Db; kit: Pick<AssistantKit, 'assistants'>; clock: Clock }
type Sum = Awaited<ReturnType<typeof sumRunUsageSince>>[number]

const hourMs = 3_600_000
const hours: Record<UsageRange, number | null> = { day: 24, week: 7 * 24, month: 30 * 24, year: 365 * 24, all: null }
/** All who look at the same range share what was read so long. */
const freshMs = 4_000

/** Reads what each run added at its end (`runs/count-run-usage.ts`): nothing is counted twice, and nothing while nobody looks. */
export function createUsageService({ db, kit, clock }: Options): UsageService {
  const read = new Map<UsageRange, { at: number; report: Promise<UsageReport> }>()

  function report(range: UsageRange): Promise<UsageReport> {
    const known = read.get(range)
    if (known !== undefined && clock.now() - known.at < freshMs) return known.report
    const fresh = readReport(range)
    read.set(range, { at: clock.now(), report: fresh })
    fresh.catch(() => read.delete(range))
    return fresh
  }

  async function readReport(range: UsageRange): Promise<UsageReport> {
    const length = hours[range]
    const first = length === null ? 0 : Math.floor(clock.now() / hourMs) - length + 1
    const [sums, tools, people, groups, members] = await Promise.all([
      sumRunUsageSince(db.kysely, first),
      sumToolCallsSince(db.kysely, first),
      listUserNames(db.kysely),
      listGroups(db.kysely),
      listGroupMembers(db.kysely),
    ])
    const names = new Map(people.map(({ id, name }) => [id, name]))
    const assistants = await assistantNames(new Set(sums.map(({ assistant }) => assistant)))
    const groupsOf = Map.groupBy(members, ({ user_id }) => user_id)
    const named = new Map(groups.map(({ id, name }) => [id, name]))
    return {
      range,
      since: length === null ? null : first * hourMs,
      total: countsOf(sums),
      person: rowsBy(
        sums,
        ({ ownerId }) => [ownerId],
        (id) => names.get(id) ?? null,
      ),
      group: rowsBy(
        sums,
        ({ ownerId }) => (groupsOf.get(ownerId) ?? []).map(({ group_id }) => group_id).filter((id) => id !== EVERYONE),
        (id) => named.get(id) ?? null,
      ),
      model: rowsBy(
        sums,
        ({ model }) => [model],
        (id) => id,
      ),
      assistant: rowsBy(
        sums,
        ({ assistant }) => [assistant],
        (id) => (id === '' ? '' : (assistants.get(id) ?? null)),
      ),
      tool: tools.map(({ durationMs, ...tool }) => ({ ...tool, meanMs: mean(durationMs, tool.ran) })),
    }
  }

  async function assistantNames(ids: ReadonlySet<string>): Promise<Map<string, string>> {
    const found = new Map(kit.assistants.map(({ id, name }) => [id, name]))
    const own = [...ids].filter((id) => id !== '' && !found.has(id))
    for (const { id, definition } of await listAssistantsOfAnybody(db.kysely, own)) {
      const { name } = JSON.parse(definition) as { name?: unknown }
      if (typeof name === 'string') found.set(id, name)
    }
    return found
  }

  return {
    report,
    watch: (range, signal) => whenChanged(() => report(range), { clock, signal }),
  }
}

function rowsBy(
  sums: readonly Sum[],
  keysOf: (sum: Sum) => string[],
  nameOf: (id: string) => string | null,
): UsageRow[] {
  const found = new Map<string, Sum[]>()
  for (const sum of sums)
    for (const key of keysOf(sum)) {
      const same = found.get(key)
      if (same === undefined) found.set(key, [sum])
      else same.push(sum)
    }
  const tokens = ({ promptTokens, completionTokens }: UsageCounts) => promptTokens + completionTokens
  return [...found]
    .map(([id, same]) => ({ id, name: nameOf(id), ...countsOf(same) }))
    .toSorted(
      (one, other) =>
        tokens(other) - tokens(one) ||
        other.requests - one.requests ||
        (one.name ?? '').localeCompare(other.name ?? ''),
    )
}

function countsOf(sums: readonly Sum[]): UsageCounts {
  const sum = (of: (each: Sum) => number) => sums.reduce((total, each) => total + of(each), 0)
  const successful = sum((each) => each.successful)
  return {
    requests: sum((each) => each.requests),
    successful,
    failed: sum((each) => each.failed),
    promptTokens: sum((each) => each.promptTokens),
    completionTokens: sum((each) => each.completionTokens),
    meanMs: mean(
      sum((each) => each.durationMs),
      successful,
    ),
  }
}

function mean(total: number, count: number): number | null {
  return count === 0 ? null : Math.round(total / count)
}

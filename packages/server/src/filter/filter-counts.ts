import type { FilterCount, FilterPlace } from '@reynard/protocol'
import { z } from 'zod'
import type { Clock, RunLogger } from '../runs/ports.ts'
import type { SettingsRows } from '../settings/server-settings.ts'
import type { CompiledRule } from './compile-rules.ts'
import type { Hits } from './filter-stream.ts'

const key = 'filter-counts'
/** More than there can be rules, places and actions at a time. */
const most = 600
const saveAfterMs = 1_000

const countSchema = z.object({
  ruleId: z.string(),
  name: z.string(),
  place: z.enum(['input', 'output', 'tools']),
  action: z.enum(['block', 'redact', 'flag']),
  count: z.number().int().nonnegative(),
  lastAt: z.number(),
})

/** How often each rule did something: numbers, never what it was. Saved a second later. */
export type FilterCounts = {
  list(): FilterCount[]
  add(place: FilterPlace, hits: Hits): void
  close(): Promise<void>
}

export function openFilterCounts(
  rows: SettingsRows,
  saved: ReadonlyMap<string, string>,
  { clock, logger }: { clock: Clock; logger: RunLogger },
): FilterCounts {
  const counts = new Map<string, FilterCount>()
  for (const count of readCounts(saved.get(key))) counts.set(keyOf(count.ruleId, count.place, count.action), count)
  let cancel: (() => void) | null = null

  async function save(): Promise<void> {
    cancel?.()
    cancel = null
    try {
      await rows.put(key, JSON.stringify([...counts.values()]))
    } catch (error) {
      logger.warn({ err: error }, 'the counts of the content filter could not be saved')
    }
  }

  function count(place: FilterPlace, { id, name, action }: CompiledRule, times: number): void {
    const at = keyOf(id, place, action)
    const before = counts.get(at)?.count ?? 0
    counts.delete(at)
    counts.set(at, { ruleId: id, name, place, action, count: before + times, lastAt: clock.now() })
    const oldest = counts.keys().next()
    if (counts.size > most && oldest.done !== true) counts.delete(oldest.value)
  }

  return {
    list: () => [...counts.values()].sort((a, b) => b.lastAt - a.lastAt),
    add(place, hits) {
      if (hits.size === 0) return
      for (const [rule, times] of hits) count(place, rule, times)
      cancel ??= clock.after(saveAfterMs, () => void save())
    },
    async close() {
      if (cancel !== null) await save()
    },
  }
}

const keyOf = (ruleId: string, place: FilterPlace, action: string) => `${ruleId} ${place} ${action}`

function readCounts(text: string | undefined): FilterCount[] {
  try {
    const parsed = z.array(countSchema).safeParse(JSON.parse(text ?? '[]'))
    return parsed.success ? parsed.data : []
  } catch {
    return []
  }
}

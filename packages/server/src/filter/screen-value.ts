import type { CompiledPlace } from './compile-rules.ts'
import { type Blocked, filterText, type Hits } from './filter-stream.ts'

/** What came of a value of JSON. */
export type Screened = { value: unknown; blocked: Blocked | null; hits: Hits }

/** What a number is by itself: a card number may come as one. */
const shortestNumber = 6

/** Filters each text within a value, names of fields and long numbers too. A number that is redacted becomes text. */
export function screenJson(place: CompiledPlace, value: unknown): Screened {
  const hits: Hits = new Map()
  let blocked: Blocked | null = null

  function screenText(text: string): string {
    const result = filterText(place, text)
    for (const [rule, count] of result.hits) hits.set(rule, (hits.get(rule) ?? 0) + count)
    blocked ??= result.blocked
    return result.text
  }

  function screen(each: unknown): unknown {
    if (blocked !== null) return null
    if (typeof each === 'string') return screenText(each)
    if (typeof each === 'number' || typeof each === 'bigint') {
      const digits = String(each)
      if (digits.length < shortestNumber) return each
      const text = screenText(digits)
      return text === digits ? each : text
    }
    if (Array.isArray(each)) return each.map(screen)
    if (typeof each !== 'object' || each === null) return each
    return Object.fromEntries(Object.entries(each).map(([name, inner]) => [screenText(name), screen(inner)]))
  }

  return { value: screen(value), blocked, hits }
}

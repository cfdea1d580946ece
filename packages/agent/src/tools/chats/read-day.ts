const unitDays: Record<string, number> = { day: 1, week: 7, month: 31, year: 366 }
const numbers: Record<string, number> = { a: 1, an: 1, one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7 }

/**
 * The start of a day as models write it: a date (2026-11-16), or how long ago (7 days, two weeks ago, last week, yesterday). A span of
 * words is taken generously: "last week" begins two weeks ago. In the zone of this machine; null for what is neither.
 */
export function readDay(text: string, now: number): number | null {
  const words = text.trim().toLowerCase()
  const date = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:t.*)?$/.exec(words)
  if (date) {
    const [year, month, day] = date.slice(1).map(Number)
    const at = new Date(year!, month! - 1, day!)
    return at.getMonth() === month! - 1 ? at.getTime() : null
  }
  if (words === 'today' || words === 'now') return daysAgo(0, now)
  if (words === 'yesterday') return daysAgo(1, now)
  const last = /^(?:since |in )?(?:the )?(last|past|previous|this) (day|week|month|year)$/.exec(words)
  if (last) return daysAgo((unitDays[last[2]!] ?? 0) * (last[1] === 'last' || last[1] === 'previous' ? 2 : 1), now)
  const span = /^(?:the )?(?:last |past )?(\d{1,4}|[a-z]+) (day|week|month|year)s?(?: ago)?$/.exec(words)
  const count = span ? (numbers[span[1]!] ?? Number(span[1])) : Number.NaN
  return span && Number.isInteger(count) ? daysAgo(count * unitDays[span[2]!]!, now) : null
}

function daysAgo(days: number, now: number): number {
  const date = new Date(now)
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() - days).getTime()
}

const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })

/** A day in words that need no calendar: "Tuesday 17 November 2026, 6 days ago". */
export function dayInWords(at: number, now: number): string {
  const days = Math.round((daysAgo(0, now) - daysAgo(0, at)) / 86_400_000)
  const ago = days <= 0 ? 'today' : days === 1 ? 'yesterday' : `${days} days ago`
  return `${weekday.format(at).replace(',', '')}, ${ago}`
}

/** Numbers, sizes and times as people read them. The language of the interface is English with 24-hour times. */
const LOCALE = 'en-GB'
const count = new Intl.NumberFormat('en-US')
const clock = new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
const month = new Intl.DateTimeFormat(LOCALE, { month: 'long' })
const monthAndYear = new Intl.DateTimeFormat(LOCALE, { month: 'long', year: 'numeric' })
const dayAndMonth = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short' })
const fullDate = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short', year: 'numeric' })
const weekday = new Intl.DateTimeFormat(LOCALE, { weekday: 'long' })
const DAY_MS = 86_400_000

/** 14,210 */
export const formatCount = (value: number) => count.format(value)

/** 14:22. `at` in UTC milliseconds, shown in the machine's zone. */
export const formatTime = (at: number) => clock.format(at)

const fixed = (value: number, digits: number) =>
  new Intl.NumberFormat('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value)

/** Decimal units, as shops and hubs count: 98 MB, 0.5 GB, 2.5 GB. */
export function formatBytes(bytes: number): string {
  if (bytes >= 5e8) return `${fixed(bytes / 1e9, 1)} GB`
  if (bytes >= 1e6) return `${fixed(bytes / 1e6, 0)} MB`
  return `${fixed(bytes / 1e3, 0)} kB`
}

/** 1.15 of 2.50 GB: both in the unit of the whole. */
export function formatBytesOf(received: number, total: number): string {
  if (total >= 1e9) return `${fixed(received / 1e9, 2)} of ${fixed(total / 1e9, 2)} GB`
  return `${fixed(received / 1e6, 0)} of ${fixed(total / 1e6, 0)} MB`
}

/** 134 tokens/s, 8.5 tokens/s, 1 token/s. */
export function formatSpeed(tokensPerSecond: number): string {
  const shown = tokensPerSecond < 10 ? Math.round(tokensPerSecond * 10) / 10 : Math.round(tokensPerSecond)
  return `${formatCount(shown)} ${shown === 1 ? 'token' : 'tokens'}/s`
}

/** <1 ms, 850 ms, 9 s, 1 min 15 s, 2 h 5 min. */
export function formatDuration(ms: number): string {
  if (ms < 1) return '<1 ms'
  if (ms < 1000) return `${Math.round(ms)} ms`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return seconds % 60 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`
  return minutes % 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${Math.floor(minutes / 60)} h`
}

/** Windows are powers of two: 32,768 is 32k. Other numbers keep one digit below ten thousand: 6.1k. */
export function formatTokens(tokens: number): string {
  if (tokens < 1000) return String(tokens)
  if (tokens % 1024 === 0) return `${tokens / 1024}k`
  return tokens < 10_000 ? `${fixed(tokens / 1000, 1)}k` : `${Math.round(tokens / 1000)}k`
}

/** Midnight at the start of the day of `at`, in the machine's zone. */
function startOfDay(at: number): number {
  const date = new Date(at)
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime()
}

/** Whole days between two moments by the calendar, not by 24 hours. */
export function daysBetween(earlier: number, later: number): number {
  return Math.round((startOfDay(later) - startOfDay(earlier)) / DAY_MS)
}

/** October, or October 2025 in another year than `now`. */
export function formatMonth(at: number, now: number): string {
  return new Date(at).getFullYear() === new Date(now).getFullYear() ? month.format(at) : monthAndYear.format(at)
}

/** Wednesday within the last week, else 12 Nov, else 12 Nov 2025. */
export function formatDay(at: number, now: number): string {
  if (daysBetween(at, now) < 7) return weekday.format(at)
  return new Date(at).getFullYear() === new Date(now).getFullYear() ? dayAndMonth.format(at) : fullDate.format(at)
}

/** 14:22 for today; Yesterday, 14:22, else the day as `formatDay` says it. `at`, `now` in UTC milliseconds. */
export function formatWhen(at: number, now: number): string {
  const days = daysBetween(at, now)
  if (days <= 0) return formatTime(at)
  return days === 1 ? `Yesterday, ${formatTime(at)}` : formatDay(at, now)
}

import type { ChartSpec } from '@reynard/protocol'
import { plainText } from '../../../lib/plain-text.ts'

type X = ChartSpec['points'][number][0]

/** Where points stand from left to right, 0 to 1, and how each is called. */
export type PointAxis = { at: number[]; names: string[]; isOrdered: boolean }

const DATE = /^(\d{4})-(\d{2})(?:-(\d{2})(?:[ T](\d{2}):(\d{2}).*)?)?$/
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })
const dayOfYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })
const month = new Intl.DateTimeFormat('en-GB', { month: 'short', timeZone: 'UTC' })
const monthOfYear = new Intl.DateTimeFormat('en-GB', { month: 'short', year: 'numeric', timeZone: 'UTC' })
const minute = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
})

/** Numbers and days stand as far apart as they are; anything else, and each bar, one place after the other. */
export function pointAxis(points: ChartSpec['points'], type: ChartSpec['type']): PointAxis {
  const values = points.map(([x]) => x)
  const dates = values.map(readDate)
  const names = dates.every((date) => date !== null) ? nameDates(dates, values) : values.map(nameOf)
  const numbers = dates.every((date) => date !== null) ? dates : values
  const isOrdered = numbers.every((value) => typeof value === 'number')
  if (type !== 'bar' && isOrdered) {
    const known = numbers.filter((value) => typeof value === 'number')
    const low = known.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY)
    const high = known.reduce((one, other) => Math.max(one, other), Number.NEGATIVE_INFINITY)
    if (high > low) return { at: known.map((value) => (value - low) / (high - low)), names, isOrdered: true }
  }
  const step = type === 'bar' ? points.length : Math.max(1, points.length - 1)
  const shift = type === 'bar' ? 0.5 : points.length === 1 ? 0.5 : 0
  return { at: values.map((_, index) => (index + shift) / step), names, isOrdered: false }
}

/** UTC milliseconds; null for what is no date. */
function readDate(value: X): number | null {
  const found = typeof value === 'string' ? DATE.exec(value) : null
  if (found === null) return null
  const [year = 0, months = 1, days = 1, hours = 0, minutes = 0] = found.slice(1).map((part) => Number(part ?? 0))
  const at = Date.UTC(year, months - 1, Math.max(1, days), hours, minutes)
  return Number.isNaN(at) ? null : at
}

function nameDates(dates: readonly number[], values: readonly X[]): string[] {
  const isYears = new Set(dates.map((at) => new Date(at).getUTCFullYear())).size > 1
  const isMonths = dates.every((at) => new Date(at).getUTCDate() === 1)
  const isTimes = values.some((value) => typeof value === 'string' && value.length > 10)
  const format = isTimes ? minute : isMonths ? (isYears ? monthOfYear : month) : isYears ? dayOfYear : day
  return dates.map((at) => format.format(at))
}

/** Numbers below an axis stay as they are: 2026 may be a year. */
function nameOf(value: X): string {
  return typeof value === 'number' ? String(value).replace('-', '−') : plainText(value)
}

/** Which points have their name below: as many as fit, evenly, the first and where there is room the last. */
export function namedPoints({ at, names }: PointAxis, widthPx: number): number[] {
  const widest = names.reduce((most, name) => Math.max(most, Math.min(name.length, 18)), 1) * 6.5 + 18
  const shown: number[] = []
  const order = at.map((_, index) => index).sort((one, other) => (at[one] ?? 0) - (at[other] ?? 0))
  const most = Math.max(2, Math.min(6, Math.floor(widthPx / widest)))
  const every = Math.max(1, Math.ceil(order.length / most))
  let last = Number.NEGATIVE_INFINITY
  for (const [place, index] of order.entries()) {
    const left = (at[index] ?? 0) * widthPx
    if (place % every !== 0 || left - last < widest) continue
    shown.push(index)
    last = left
  }
  return shown
}

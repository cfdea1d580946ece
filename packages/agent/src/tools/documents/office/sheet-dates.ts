import { attribute, type OfficePackage } from './office-package.ts'

/** Formats of numbers that Excel has by itself and that are dates or times; of them 46 counts hours past a day. */
const builtInDates = [14, 15, 16, 17, 18, 19, 20, 21, 22, 45, 47]
const builtInDuration = 46

/** What a number is by its cell's style: a day of the calendar, a length of time, or just a number. */
export type DateKind = 'date' | 'duration' | null

/** Tells by a cell's style whether its number is a date or a duration. `entry`: the part with the styles. */
export async function readDateStyles(office: OfficePackage, entry: string): Promise<(style: number) => DateKind> {
  const kinds = new Map<number, DateKind>(builtInDates.map((id) => [id, 'date']))
  kinds.set(builtInDuration, 'duration')
  const styles: number[] = []
  if (!office.has(entry)) return () => null
  let isOfCells = false
  await office.read(entry, {
    open(name, tag) {
      if (name === 'numFmt') kinds.set(Number(attribute(tag, 'numFmtId')), kindOf(attribute(tag, 'formatCode') ?? ''))
      else if (name === 'cellXfs') isOfCells = true
      else if (name === 'xf' && isOfCells) styles.push(Number(attribute(tag, 'numFmtId') ?? 0))
    },
    close(name) {
      if (name === 'cellXfs') isOfCells = false
    },
  })
  return (style) => kinds.get(styles[style] ?? 0) ?? null
}

/**
 * Texts in quotes, what stands in brackets (colours, languages) and the sign behind a backslash, _ (as wide as it) and * (filled up with it) say
 * nothing; but [h], [m] and [s] count past a day.
 */
function kindOf(code: string): DateKind {
  const letters = code.replaceAll(/"[^"]*"|[\\_*]./g, '')
  if (/\[(?:h+|m+|s+)\]/i.test(letters)) return 'duration'
  return /[dmyhs]/i.test(letters.replaceAll(/\[[^\]]*\]/g, '')) ? 'date' : null
}

const dayMs = 86_400_000
/** The day of Excel that is the first of 1970, by where a workbook begins to count. */
const epochDays = { 1900: 25_569, 1904: 24_107 }
/** Up to here Excel counts from the last day of 1899, and from here on from the one before, for it takes 1900 for a leap year. */
const leapDay = 60
export type DateSystem = keyof typeof epochDays

/** A day number of Excel as an ISO date, with the time where there is one; null for what no calendar holds. */
export function serialDate(serial: number, system: DateSystem): string | null {
  const leap = system === 1900 && serial >= 1 && serial < leapDay ? 1 : 0
  const time = new Date(Math.round((serial + leap - epochDays[system]) * dayMs))
  if (!Number.isFinite(serial) || Number.isNaN(time.getTime()) || serial < 0) return null
  const iso = time.toISOString()
  if (serial < 1) return iso.slice(11, 19)
  return Number.isInteger(serial) ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${iso.slice(11, 19)}`
}

/** Days as hours, minutes and seconds: 1.5 is 36:00:00. Null for what is no number. */
export function serialDuration(days: number): string | null {
  const seconds = Math.round(Math.abs(days) * 86_400)
  if (!Number.isSafeInteger(seconds)) return null
  const two = (number: number) => String(number).padStart(2, '0')
  return `${days < 0 ? '-' : ''}${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
}

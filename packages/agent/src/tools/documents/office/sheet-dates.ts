import { attribute, type OfficePackage } from './office-package.ts'

/** Formats of numbers that Excel has by itself and that are dates or times. */
const builtInDates = new Set([14, 15, 16, 17, 18, 19, 20, 21, 22, 45, 46, 47])

/** Tells by a cell's style whether its number is a date. */
export async function readDateStyles(office: OfficePackage): Promise<(style: number) => boolean> {
  const dateFormats = new Set(builtInDates)
  const styles: number[] = []
  if (!office.has('xl/styles.xml')) return () => false
  let isOfCells = false
  await office.read('xl/styles.xml', {
    open(name, tag) {
      if (name === 'numFmt' && isDateFormat(attribute(tag, 'formatCode') ?? '')) {
        dateFormats.add(Number(attribute(tag, 'numFmtId')))
      } else if (name === 'cellXfs') isOfCells = true
      else if (name === 'xf' && isOfCells) styles.push(Number(attribute(tag, 'numFmtId') ?? 0))
    },
    close(name) {
      if (name === 'cellXfs') isOfCells = false
    },
  })
  return (style) => dateFormats.has(styles[style] ?? 0)
}

/** Texts in quotes and what stands in brackets (colours, languages) say nothing. */
function isDateFormat(code: string): boolean {
  return /[dmyhs]/i.test(code.replaceAll(/"[^"]*"|\[[^\]]*\]|\\./g, ''))
}

const dayMs = 86_400_000
/** Day 25,569 of Excel is the first of 1970. */
const epochDay = 25_569

/** A day number of Excel as an ISO date, with the time where there is one; null for what no calendar holds. */
export function serialDate(serial: number): string | null {
  const time = new Date(Math.round((serial - epochDay) * dayMs))
  if (!Number.isFinite(serial) || Number.isNaN(time.getTime()) || serial < 0) return null
  const iso = time.toISOString()
  if (serial < 1) return iso.slice(11, 19)
  return Number.isInteger(serial) ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${iso.slice(11, 19)}`
}

import { DuckDBDecimalValue, type DuckDBValue } from '@duckdb/node-api'
import type { Cell } from '../data-answer.ts'

/** A value as JSON and a table can hold it: numbers stay numbers as long as none of their digits is lost. */
export function toCell(value: DuckDBValue, characters: number): Cell {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (value instanceof DuckDBDecimalValue) return value.width <= 15 ? value.toDouble() : String(value)
  const text = String(value)
  return text.length > characters ? `${text.slice(0, characters)}…` : text
}

const formula = /^[=+\-@\t\r]/

/** A line of RFC 4180. Words that a spreadsheet would take for a formula get an apostrophe before them. */
export function toCsvLine(cells: readonly Cell[]): string {
  const fields = cells.map((cell) => {
    if (cell === null) return ''
    if (typeof cell !== 'string') return String(cell)
    const safe = formula.test(cell) ? `'${cell}` : cell
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
  })
  return `${fields.join(',')}\r\n`
}

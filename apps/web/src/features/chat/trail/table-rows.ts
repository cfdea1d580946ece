import { toolMessages } from '../../../lib/messages-tools.ts'
import { plainText } from '../../../lib/plain-text.ts'

/** A cell as a tool gives it. */
export type Cell = string | number | boolean | null
export type Sorting = { column: number; isDown: boolean }

const FIGURE = /^[-+−]?[\d.,]+ ?%?$/

/** Where every value is a figure, or missing. Such columns stand right, and their highest are what one looks for first. */
export function isFigures(rows: readonly Cell[][], column: number): boolean {
  const cells = rows.map((row) => row[column] ?? null).filter((cell) => cell !== null)
  return cells.length > 0 && cells.every((cell) => typeof cell === 'number' || FIGURE.test(String(cell)))
}

const letters = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** The rows in another order; equal ones keep theirs, what is missing comes last either way. */
export function sortRows(rows: readonly Cell[][], { column, isDown }: Sorting): Cell[][] {
  const direction = isDown ? -1 : 1
  return rows.toSorted((a, b) => {
    const [one, other] = [a[column] ?? null, b[column] ?? null]
    if (one === null || other === null) return one === other ? 0 : one === null ? 1 : -1
    if (typeof one === 'number' && typeof other === 'number') return (one - other) * direction
    return letters.compare(String(one), String(other)) * direction
  })
}

const MOST_IN_CELL = 500

/** A cell as it is shown. Numbers stay as the tool wrote them: 2026 may be a year. */
export function formatCell(cell: Cell): string {
  if (cell === null || cell === '') return toolMessages.empty
  if (typeof cell === 'number') return String(cell).replace('-', '−')
  const words = plainText(String(cell))
  return words.length > MOST_IN_CELL ? `${words.slice(0, MOST_IN_CELL)}…` : words
}

const FORMULA = /^[=+\-@\t\r]/

/** RFC 4180. Words that a spreadsheet would take for a formula get an apostrophe before them; numbers stay numbers. */
export function toCsv(columns: readonly string[], rows: readonly Cell[][]): string {
  return [columns, ...rows].map((row) => row.map(csvCell).join(',')).join('\r\n')
}

function csvCell(cell: Cell): string {
  if (cell === null) return ''
  if (typeof cell !== 'string') return String(cell)
  const safe = FORMULA.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

import type { Cell } from './data-answer.ts'

const widest = 120

/** Rows as a model reads them: one line each, cells between bars, of long ones their beginning (`most` characters). */
export function rowsAsText(columns: readonly string[], rows: readonly Cell[][], most = widest): string {
  const line = (cells: readonly Cell[]) => cells.map((cell) => cellAsText(cell, most)).join(' | ')
  return [line(columns), ...rows.map(line)].join('\n')
}

function cellAsText(cell: Cell, most: number): string {
  if (cell === null) return ''
  const text = String(cell).replaceAll(/\s+/g, ' ')
  return text.length > most ? `${text.slice(0, most)}…` : text
}

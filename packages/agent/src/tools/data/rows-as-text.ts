import type { Cell } from './data-answer.ts'

const widest = 120

/** Rows as a model reads them: one line each, cells between bars. */
export function rowsAsText(columns: readonly string[], rows: readonly Cell[][]): string {
  const line = (cells: readonly Cell[]) => cells.map(cellAsText).join(' | ')
  return [line(columns), ...rows.map(line)].join('\n')
}

function cellAsText(cell: Cell): string {
  if (cell === null) return ''
  const text = String(cell).replaceAll(/\s+/g, ' ')
  return text.length > widest ? `${text.slice(0, widest)}…` : text
}

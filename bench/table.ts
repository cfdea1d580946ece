export type Row = {
  what: string
  measured: number
  baseline?: number
  goal: number
  better: 'higher' | 'lower'
  unit: string
  digits?: number
}

const met = (row: Row) => (row.better === 'higher' ? row.measured >= row.goal : row.measured <= row.goal)

/** Prints one line per figure: measured, baseline, goal, and whether it was met. Returns the rows that missed. */
export function printTable(title: string, rows: Row[]): Row[] {
  const show = (value: number, row: Row) => `${value.toFixed(row.digits ?? 2)}${row.unit ? ` ${row.unit}` : ''}`
  console.log(`\n${title}`)
  const cells = rows.map((row) => [
    row.what,
    show(row.measured, row),
    row.baseline === undefined ? '–' : show(row.baseline, row),
    `${row.better === 'higher' ? '≥' : '≤'} ${show(row.goal, row)}`,
    met(row) ? 'met' : 'MISSED',
  ])
  const head = ['', 'measured', 'baseline', 'goal', '']
  const widths = head.map((cell, column) => Math.max(cell.length, ...cells.map((line) => line[column]?.length ?? 0)))
  for (const line of [head, ...cells]) {
    console.log(
      `  ${line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join('   ')}`,
    )
  }
  return rows.filter((row) => !met(row))
}

/** The value below which `share` of the list lies; NaN for an empty list. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export const median = (values: readonly number[]) => percentile(values, 0.5)

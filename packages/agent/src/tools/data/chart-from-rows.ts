import type { ChartSpec } from '@reynard/protocol'
import type { Cell } from './data-answer.ts'

const mostSeries = 6
const mostPoints = 2_000
const castHint = "Texts such as 1.234,5 have to be cast first: replace(replace(c, '.', ''), ',', '.')::DOUBLE."

export type ChartColumns = {
  /** Names of columns: of the first axis, of the values, and of what tells the series apart. */
  x?: string | undefined
  y?: readonly string[] | undefined
  by?: string | undefined
}
export type ChartData = Pick<ChartSpec, 'series' | 'points'> & { x: string; note: string | null }

type Rows = { columns: readonly string[]; rows: readonly Cell[][] }

/**
 * Points of a chart from the rows of a query. Without names the first column is the first axis and each column of numbers a series; where
 * words stand beside one column of numbers, each of these words is a series.
 * @throws {Error} for the model: what does not fit, and what there is
 */
export function chartFromRows({ columns, rows }: Rows, asked: ChartColumns, type: ChartSpec['type']): ChartData {
  if (rows.length === 0) throw new Error('There are no rows to draw.')
  const find = (name: string) => {
    const index = columns.findIndex((column) => column.toLowerCase() === name.toLowerCase())
    if (index < 0) throw new Error(`There is no column ${name}. There are: ${columns.join(', ')}.`)
    return index
  }
  const x = asked.x === undefined ? 0 : find(asked.x)
  const others = columns.map((_, index) => index).filter((index) => index !== x)
  const numbers = others.filter((index) => isNumbers(rows, index))
  const values = asked.y?.length ? asked.y.map(find) : numbers
  const words = others.filter((index) => !numbers.includes(index) && !values.includes(index))
  const [word] = words
  const by = asked.by === undefined ? (values.length === 1 && words.length === 1 ? word : undefined) : find(asked.by)
  if (values.length === 0)
    throw new Error(`No column holds numbers. There are: ${columns.filter(Boolean).join(', ')}. ${castHint}`)
  if (type === 'scatter' && !isNumbers(rows, x)) throw new Error('A scatter chart needs numbers on both axes.')
  const found = by === undefined ? asColumns(columns, rows, x, values) : asGroups(rows, x, values[0] ?? 0, by)
  if (!found.points.some(([, ...numbers]) => numbers.some((each) => each !== null)))
    throw new Error(
      `There is no number in ${values.map((index) => columns[index]).join(', ')}, so nothing can be drawn. ${castHint}`,
    )
  if (found.points.length > mostPoints)
    throw new Error(`That is more than ${mostPoints} points. Group them first, such as by day or month.`)
  return { ...found, x: columns[x] ?? '' }
}

function asColumns(columns: readonly string[], rows: readonly Cell[][], x: number, values: readonly number[]) {
  const kept = values.slice(0, mostSeries)
  const points = rows.map((row): ChartSpec['points'][number] => [
    toX(row[x] ?? null),
    ...kept.map((index) => toNumber(row[index] ?? null)),
  ])
  const note = values.length > kept.length ? `Only the first ${mostSeries} columns are drawn.` : null
  return { series: kept.map((index) => columns[index] ?? ''), points, note }
}

/** Each value of the column `by` becomes a series: the largest six, in the order of what they add up to. */
function asGroups(rows: readonly Cell[][], x: number, value: number, by: number) {
  const sums = new Map<string, number>()
  const points = new Map<string | number, Map<string, number | null>>()
  for (const row of rows) {
    const name = String(row[by] ?? '–')
    const number = toNumber(row[value] ?? null)
    sums.set(name, (sums.get(name) ?? 0) + Math.abs(number ?? 0))
    const place = toX(row[x] ?? null)
    const point = points.get(place) ?? new Map<string, number | null>()
    point.set(name, number)
    points.set(place, point)
  }
  const names = [...sums].sort(([, one], [, other]) => other - one).map(([name]) => name)
  const series = names.slice(0, mostSeries)
  const note = names.length > series.length ? `Only the ${mostSeries} largest of ${names.length} are drawn.` : null
  return {
    series,
    points: [...points].map(([place, point]): ChartSpec['points'][number] => [
      place,
      ...series.map((name) => point.get(name) ?? null),
    ]),
    note,
  }
}

function isNumbers(rows: readonly Cell[][], column: number): boolean {
  const cells = rows.map((row) => row[column] ?? null).filter((cell) => cell !== null)
  return cells.length > 0 && cells.every((cell) => toNumber(cell) !== null)
}

function toNumber(cell: Cell): number | null {
  if (typeof cell === 'number') return cell
  if (typeof cell !== 'string' || !/^[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?$/i.test(cell)) return null
  return Number(cell)
}

/** Midnight says nothing beside a day. */
function toX(cell: Cell): string | number {
  if (typeof cell === 'number') return cell
  return String(cell ?? '–').replace(/ 00:00:00(?:\+00)?$/, '')
}

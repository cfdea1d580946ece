import type { ChartSpec } from '@reynard/protocol'
import { z } from 'zod'
import { filePathSchema } from '../files/file-path.ts'
import { losslessFacts } from '../lossless-facts.ts'
import { defineTool, type ToolCallContext } from '../tool.ts'
import { type ChartData, chartFromRows } from './chart-from-rows.ts'
import type { Cell } from './data-answer.ts'
import { dataFile, nameTables } from './data-files.ts'
import { quoteName } from './duckdb/quote.ts'
import { selectFrom } from './query-data.ts'
import { dataTimeoutMs } from './run-data-program.ts'

const columnSchema = z.string().min(1).max(200)
const inputSchema = z.object({
  type: z.enum(['bar', 'line', 'area', 'scatter']),
  title: z.string().min(1).max(200).describe('What it shows, with its unit'),
  sql: z.string().min(1).max(20_000).optional().describe('One SELECT: first column for the x axis, then numbers'),
  path: filePathSchema.optional().describe('Or a file, with x and y as names of its columns'),
  points: z
    .array(
      z
        .array(z.union([z.string().max(200), z.number(), z.null()]))
        .min(2)
        .max(7),
    )
    .max(500)
    .optional()
    .describe('Or the points themselves: [x, value, …]'),
  x: columnSchema.optional(),
  y: z.array(columnSchema).max(6).optional().describe('Columns with values; names of the values of points'),
  by: columnSchema.optional().describe('Column whose values become one line or bar each'),
  unit: z.string().max(20).optional().describe('Behind values, such as %'),
  stacked: z.boolean().optional(),
})
type Input = z.infer<typeof inputSchema>

/** A chart in the answer, from a query, a file or a few points. What it gives is data: how it looks is the page's own. */
export const drawChart = defineTool({
  name: 'draw_chart',
  group: 'data_analysis',
  effect: 'read',
  level: 'L3',
  description:
    'Draws a chart that the person sees in the answer: bars to compare, lines over time. Give sql over the files (as in query_data, already grouped and ordered), or path with x and y, or points.',
  input: inputSchema,
  timeoutMs: dataTimeoutMs,
  title: ({ title }) => ({ running: 'Drawing a chart', done: 'Drew a chart', detail: title }),
  reads: ({ path }) => (path === undefined ? [] : [path]),
  facts: async ({ title, sql }) =>
    losslessFacts(`draw the chart ${title}`.slice(0, 300), { kind: 'command', text: sql ?? title }),
  async execute(input, context) {
    const { series, points, x, note } = await dataOf(input, context)
    const chart: ChartSpec = {
      type: input.type,
      ...(input.stacked === true && series.length > 1 && { stacked: true }),
      title: input.title,
      xLabel: x,
      yLabel: series.length === 1 ? (series[0] ?? '') : '',
      ...(input.unit !== undefined && { unit: input.unit }),
      series,
      points,
    }
    const lines = [`The person sees the chart. ${points.length} points.`, ...(note === null ? [] : [note])]
    return {
      content: [...lines, ...series.map((name, index) => describeSeries(name, index, points))].join('\n'),
      display: { kind: 'chart', chart },
    }
  },
})

async function dataOf({ sql, path, points, x, y, by, type }: Input, context: ToolCallContext): Promise<ChartData> {
  if (points !== undefined) {
    const width = Math.max(0, ...points.map((point) => point.length))
    const names = Array.from({ length: Math.max(0, width - 1) }, (_, index) => y?.[index] ?? `Value ${index + 1}`)
    const rows: Cell[][] = points.map((point) => Array.from({ length: width }, (_, index) => point[index] ?? null))
    return chartFromRows({ columns: [x ?? '', ...names], rows }, {}, type)
  }
  if (sql !== undefined) return chartFromRows(await all(sql, undefined, context), { x, y, by }, type)
  if (path === undefined) throw new Error('Give sql, or path with x and y, or points.')
  if (x === undefined || !y?.length) throw new Error('With path, x and y have to name columns of the file.')
  const [table] = nameTables([dataFile(context.session.workspace, path)])
  const columns = [x, ...y, ...(by === undefined ? [] : [by])].map(quoteName).join(', ')
  const select = `SELECT ${columns} FROM ${quoteName(table?.table ?? '')} LIMIT 10000`
  return chartFromRows(await all(select, [path], context), { x, y, by }, type)
}

/** All rows of a query, or an error: a part of them would be another chart. */
async function all(sql: string, files: string[] | undefined, context: ToolCallContext) {
  const answer = await selectFrom({ sql, files, rows: 12_000, keeps: false }, context)
  if (answer.rows.length < answer.total || answer.isCut)
    throw new Error(`The query gives ${answer.total} rows or more: group them first, such as by day or month.`)
  return answer
}

function describeSeries(name: string, index: number, points: ChartSpec['points']): string {
  const there = points.flatMap(([x, ...values]) => {
    const value = values[index]
    return typeof value === 'number' ? [{ x, value }] : []
  })
  const [first] = there
  const last = there.at(-1)
  if (first === undefined || last === undefined) return `${name}: no values`
  const lowest = there.reduce((one, other) => (other.value < one.value ? other : one))
  const highest = there.reduce((one, other) => (other.value > one.value ? other : one))
  const at = ({ x, value }: { x: string | number; value: number }) => `${value} (${x})`
  return `${name}: from ${at(first)} to ${at(last)}, lowest ${at(lowest)}, highest ${at(highest)}`
}

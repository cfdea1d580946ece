import { z } from 'zod'
import { filePathSchema } from '../files/file-path.ts'
import { losslessFacts } from '../lossless-facts.ts'
import { defineTool } from '../tool.ts'
import type { DescribedColumn } from './data-answer.ts'
import { dataFile, nameTables } from './data-files.ts'
import { rowsAsText } from './rows-as-text.ts'
import { dataTimeoutMs, runDataProgram } from './run-data-program.ts'
import { sqlName } from './sql-name.ts'

/** What is in a file of data, without reading all of it to the model. */
export const describeData = defineTool({
  name: 'describe_data',
  group: 'data_analysis',
  effect: 'read',
  level: 'L3',
  description:
    'Describes a CSV, TSV, JSON or Parquet file: columns, types, missing and distinct values, ranges, first rows. Use it before query_data.',
  input: z.object({ path: filePathSchema }),
  timeoutMs: dataTimeoutMs,
  title: ({ path }) => ({ running: 'Describing data', done: 'Described', detail: path, code: true }),
  reads: ({ path }) => [path],
  facts: async ({ path }) => losslessFacts(`describe ${path}`, { kind: 'text', text: '' }),
  async execute({ path }, context) {
    const files = nameTables([dataFile(context.session.workspace, path)])
    const answer = await runDataProgram({ kind: 'describe', files }, context)
    if (answer.kind !== 'description') throw new Error('The file could not be described.')
    const { rows, columns, sample, table } = answer
    const columnNames = ['Column', 'Type', 'Missing', 'Distinct', 'Range or values']
    const cells = columns.map((column) => [
      column.name,
      column.type,
      column.missing,
      column.distinct,
      describeValues(column),
    ])
    const more = table.columns.length - columns.length
    const lines = [
      `${table.path}: ${rows} rows, ${table.columns.length} columns. In query_data it is the table ${sqlName(table.name)}.`,
      ...(table.note === null ? [] : [table.note]),
      rowsAsText(columnNames, cells),
      ...(more > 0 ? [`… and ${more} more columns.`] : []),
      'First rows:',
      rowsAsText(sample.columns, sample.rows),
    ]
    return {
      content: lines.join('\n'),
      display: { kind: 'table', columns: columnNames, rows: cells, totalRows: table.columns.length },
    }
  },
})

function describeValues({ values, min, max, mean }: DescribedColumn): string | null {
  if (values !== null) return values.map(({ value, count }) => `${value} (${count})`).join(', ')
  if (min === null || max === null) return null
  const range = min === max ? min : `${min} to ${max}`
  return mean === null ? range : `${range}, mean ${Number(mean.toPrecision(5))}`
}

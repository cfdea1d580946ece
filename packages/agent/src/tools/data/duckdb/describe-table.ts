import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api'
import type { DescribedColumn, LoadedTable } from '../data-answer.ts'
import { toCell } from './cells.ts'
import { quoteName } from './quote.ts'

const columnsDescribed = 100
const columnsWithValues = 20
const fewValues = 12
const sampleRows = 5
const valueCharacters = 80
const exactRows = 50_000

const numbers = /^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|UINTEGER|FLOAT|DOUBLE|DECIMAL)/
const nested = /^(?:STRUCT|MAP|UNION|JSON|BLOB|BIT|VARIANT)|\]$/

/** Counts, ranges and the first rows of a table. All columns are looked at in one pass, the values of those with few in one each. */
export async function describeTable(connection: DuckDBConnection, table: LoadedTable) {
  const name = quoteName(table.name)
  const shown = table.columns.slice(0, columnsDescribed)
  const [[total = 0] = []] = await rowsOf(connection, `SELECT count(*) FROM ${name}`)
  const rows = Number(total)
  // Exact where that costs nothing: the estimate is a fifth off in small tables.
  const distinctOf =
    rows <= exactRows ? (of: string) => `count(DISTINCT ${of})` : (of: string) => `approx_count_distinct(${of})`
  const measures = shown.flatMap((column) => {
    const quoted = quoteName(column.name)
    const bounds = (end: 'min' | 'max') => `left(${end}(${quoted})::VARCHAR, ${valueCharacters})`
    const isPlain = !nested.test(column.type)
    return [
      `count(${quoted})`,
      isPlain ? distinctOf(quoted) : 'NULL',
      isPlain ? bounds('min') : 'NULL',
      isPlain ? bounds('max') : 'NULL',
      numbers.test(column.type) ? `avg(${quoted})::DOUBLE` : 'NULL',
    ]
  })
  const [found = []] = await rowsOf(connection, `SELECT ${measures.join(', ')} FROM ${name}`)
  const columns: DescribedColumn[] = []
  for (const [index, { name: column, type }] of shown.entries()) {
    const [there = 0, distinct = null, min = null, max = null, mean = null] = found.slice(index * 5, index * 5 + 5)
    const different = distinct === null ? null : Number(distinct)
    const isFew = different !== null && different > 0 && different <= fewValues && index < columnsWithValues
    columns.push({
      name: column,
      type: type.slice(0, 200),
      missing: rows - Number(there),
      // It is an estimate, which may be above what there can be.
      distinct: different === null ? null : Math.min(different, Number(there)),
      min: min === null ? null : String(min),
      max: max === null ? null : String(max),
      mean: typeof mean === 'number' && Number.isFinite(mean) ? mean : null,
      values: isFew && !numbers.test(type) ? await valuesOf(connection, name, quoteName(column)) : null,
    })
  }
  const first = await rowsOf(connection, `SELECT * FROM ${name} LIMIT ${sampleRows}`)
  const cells = first.map((row) => row.slice(0, columnsDescribed).map((value) => toCell(value, valueCharacters)))
  return { rows, columns, sample: { columns: shown.map((column) => column.name), rows: cells } }
}

async function valuesOf(connection: DuckDBConnection, table: string, column: string) {
  const value = `left(${column}::VARCHAR, ${valueCharacters})`
  const sql = `SELECT ${value}, count(*) FROM ${table} WHERE ${column} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${fewValues + 1}`
  const found = await rowsOf(connection, sql)
  return found.length > fewValues ? null : found.map(([each, count]) => ({ value: String(each), count: Number(count) }))
}

async function rowsOf(connection: DuckDBConnection, sql: string): Promise<DuckDBValue[][]> {
  return (await connection.runAndReadAll(sql)).getRows()
}

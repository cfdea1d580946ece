import type { DuckDBConnection } from '@duckdb/node-api'
import { quoteName } from './quote.ts'

/** 1234,5 and 1.234,50, also without a part behind the comma: 1.234. */
const number = String.raw`[-+]?(\d+|\d{1,3}(\.\d{3})+)(,\d+)?`
/** Wider tables are left as they are: each column costs a look at all its rows. */
const mostColumns = 300
const sampleRows = 1_000

/**
 * Makes numbers of columns of a table whose texts all are numbers with a decimal comma, as spreadsheets write them in much of the world.
 * Only where no comma parts the columns: there 1,234 may be a thousand. The table is called `name` and was read from `path`, both quoted.
 * @returns what was done, for the model, or null
 */
export async function readDecimalCommas(
  connection: DuckDBConnection,
  name: string,
  path: string,
): Promise<string | null> {
  const described = await connection.runAndReadAll(`SELECT * FROM ${name} LIMIT 0`)
  const types = described.columnTypes().map(String)
  const columns = described.columnNames()
  const texts = columns.filter((_, index) => types[index] === 'VARCHAR')
  if (texts.length === 0 || columns.length > mostColumns) return null
  // Of most files a few rows say that there is nothing to do.
  const likely = await numbersAmong(connection, texts, `(SELECT * FROM ${name} LIMIT ${sampleRows})`)
  if (likely.length === 0 || (await partedByComma(connection, path))) return null
  const numbers = await numbersAmong(connection, likely, name)
  if (numbers.length === 0) return null
  for (const column of numbers) {
    const plain = `replace(replace(nullif(trim(${quoteName(column)}), ''), '.', ''), ',', '.')`
    await connection.run(`ALTER TABLE ${name} ALTER ${quoteName(column)} TYPE DOUBLE USING ${plain}::DOUBLE`)
  }
  const points = columns.filter((_, index) => types[index] === 'DOUBLE')
  const doubt =
    points.length === 0 ? '' : ` In ${list(points)} a point was read as a decimal point: it may part thousands.`
  return `Decimal commas in ${list(numbers)} were read as numbers.${doubt}`
}

/** Those of the columns whose texts all are such numbers or empty. A sample may hold no comma yet. */
async function numbersAmong(
  connection: DuckDBConnection,
  columns: readonly string[],
  source: string,
): Promise<string[]> {
  const isSample = source.startsWith('(')
  const checks = columns.map((column) => {
    const trimmed = `trim(${quoteName(column)})`
    const isNumber = `${trimmed} = '' OR regexp_full_match(${trimmed}, '${number}')`
    const all = `coalesce(bool_and(${isNumber}), ${isSample})`
    return isSample ? all : `${all} AND coalesce(bool_or(contains(${trimmed}, ',')), false)`
  })
  const [found = []] = (await connection.runAndReadAll(`SELECT ${checks.join(', ')} FROM ${source}`)).getRows()
  return columns.filter((_, index) => found[index] === true)
}

async function partedByComma(connection: DuckDBConnection, path: string): Promise<boolean> {
  try {
    const sniffed = await connection.runAndReadAll(`SELECT Delimiter FROM sniff_csv(${path}, strict_mode = false)`)
    return sniffed.getRows()[0]?.[0] === ','
  } catch {
    // Nobody knows: then nothing is taken for a number.
    return true
  }
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 8).join(', ')
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown
}

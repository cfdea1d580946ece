import type { DuckDBConnection } from '@duckdb/node-api'
import type { DataFile, LoadedTable } from '../data-answer.ts'
import { readDecimalCommas } from './decimal-commas.ts'
import { quoteName, quoteText } from './quote.ts'

/** What is tried one after the other, with what the model is told when it was needed. */
type Reading = { source: (path: string) => string; note: string | null }

const csv = (options: string, note: string | null): Reading => ({
  // Its own 64 MB a buffer would use the memory up with a handful of files.
  source: (path) => `read_csv(${path}, buffer_size = 8388608, ${options})`,
  note,
})

const readings: Record<DataFile['format'], readonly Reading[]> = {
  csv: [
    csv('auto_detect = true', null),
    csv('sample_size = -1, strict_mode = false, null_padding = true', 'Rows of different lengths were filled up.'),
    csv("sample_size = -1, strict_mode = false, encoding = 'latin-1'", 'It is not UTF-8 and was read as Latin-1.'),
    csv('all_varchar = true, strict_mode = false, null_padding = true', 'Its columns were read as text: cast them.'),
  ],
  json: [{ source: (path) => `read_json_auto(${path})`, note: null }],
  parquet: [{ source: (path) => `read_parquet(${path})`, note: null }],
}

/**
 * Reads a file of the workspace into a table, so that queries need no file any more.
 * @throws {Error} DuckDB's words about the first way, where no way leads to a table
 */
export async function loadFile(connection: DuckDBConnection, file: DataFile): Promise<LoadedTable> {
  const name = quoteName(file.table)
  const path = quoteText(`/workspace/${file.path}`)
  let first: unknown
  for (const { source, note } of readings[file.format]) {
    try {
      await connection.run(`CREATE TABLE ${name} AS SELECT * FROM ${source(path)}`)
    } catch (error) {
      first ??= error
      continue
    }
    const commas = file.format === 'csv' ? await readDecimalCommas(connection, name, path) : null
    for (const other of file.also)
      await connection.run(`CREATE VIEW IF NOT EXISTS ${quoteName(other)} AS SELECT * FROM ${name}`)
    const described = await connection.runAndReadAll(`SELECT * FROM ${name} LIMIT 0`)
    const types = described.columnTypes()
    const columns = described.columnNames().map((column, index) => ({ name: column, type: String(types[index]) }))
    return { name: file.table, path: file.path, columns, note: [note, commas].filter(Boolean).join(' ') || null }
  }
  throw first
}

import { join } from 'node:path'
import { type DuckDBConnection, type DuckDBPreparedStatement, StatementType } from '@duckdb/node-api'
import type { Cell, DataQuestion } from '../data-answer.ts'
import { toCell, toCsvLine } from './cells.ts'
import { CsvFile } from './csv-file.ts'

/** What a query is refused for before it runs; the message is for the model. */
export class NotOneSelect extends Error {}

const columnsShown = 100
const cellCharacters = 500
/** A field of the file may be longer than one that is shown. */
const fieldCharacters = 32_000

/**
 * One statement that only reads.
 * @throws {NotOneSelect}, or DuckDB's words
 */
async function prepareSelect(connection: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement> {
  const statements = await connection.extractStatements(sql).catch((error: Error) => {
    // All that DuckDB has to say where there is no statement at all.
    if (error.message === 'Error in native callback') return null
    throw error
  })
  if (statements?.count !== 1)
    throw new NotOneSelect('Give exactly one SELECT statement. PIVOT has to name its values: ON column IN (…).')
  const prepared = await statements.prepare(0)
  const { statementType } = prepared
  if (statementType !== StatementType.SELECT && statementType !== StatementType.EXPLAIN)
    throw new NotOneSelect('Only SELECT is possible here: the tables are copies of the files, and nothing is changed.')
  return prepared
}

type Select = Extract<DataQuestion, { kind: 'select' }>

/** Runs the query and reads as much of its answer as is wanted: the first rows to show and, where there are more, all up to a bound into a file. */
export async function selectRows(connection: DuckDBConnection, { sql, rows: most, characters, rest }: Select) {
  const prepared = await prepareSelect(connection, sql)
  const result = await prepared.stream()
  const columns = result.deduplicatedColumnNames()
  const file = rest && new CsvFile(join('/workspace', rest.path))
  file?.add(toCsvLine(columns))
  const rows: Cell[][] = []
  let used = 0
  let total = 0
  let isCut = false
  for (
    let chunk = await result.fetchChunk();
    chunk && chunk.rowCount > 0 && !isCut;
    chunk = await result.fetchChunk()
  ) {
    for (const values of chunk.getRows()) {
      const isShown = rows.length === total && rows.length < most && used < characters
      isCut = rest && file ? total >= rest.rows || file.bytes >= rest.bytes : !isShown
      if (isCut) break
      total++
      file?.add(toCsvLine(values.map((value) => toCell(value, fieldCharacters))))
      if (isShown) {
        const cells = values.slice(0, columnsShown).map((value) => toCell(value, cellCharacters))
        for (const cell of cells) used += typeof cell === 'string' ? cell.length : 8
        rows.push(cells)
      } else file?.open()
    }
  }
  const restPath = rest && file?.close() ? rest.path : null
  return { columns: columns.slice(0, columnsShown), rows, total, isCut, restPath, restBytes: file?.bytes ?? 0 }
}

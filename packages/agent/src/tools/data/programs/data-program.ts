import { text } from 'node:stream/consumers'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { DataAnswer, DataQuestion, LoadedTable } from '../data-answer.ts'
import { describeTable } from '../duckdb/describe-table.ts'
import { loadFile } from '../duckdb/load-file.ts'
import { lockDatabase, openDatabase } from '../duckdb/open-database.ts'
import { NotOneSelect, selectRows } from '../duckdb/select-rows.ts'

/** Runs behind L3: loads the files, closes every way out, and only then does what it was asked. */
async function answer(question: DataQuestion, connection: DuckDBConnection): Promise<DataAnswer> {
  const tables: LoadedTable[] = []
  const failed = (stage: 'load' | 'check' | 'query', error: unknown): DataAnswer => ({
    kind: 'error',
    stage,
    message: (error instanceof Error ? error.message : String(error)).slice(0, 4_000),
    tables: tables.map((table) => ({ ...table, columns: table.columns.slice(0, 100) })),
  })
  for (const file of question.files) {
    try {
      tables.push(await loadFile(connection, file))
    } catch (error) {
      if (file.isAsked) return failed('load', `${file.path}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  await lockDatabase(connection)
  try {
    if (question.kind === 'select') return { kind: 'rows', ...(await selectRows(connection, question)), tables }
    const [table] = tables
    if (table === undefined) return failed('load', 'There is no file to describe.')
    return { kind: 'description', ...(await describeTable(connection, table)), table }
  } catch (error) {
    return failed(error instanceof NotOneSelect ? 'check' : 'query', error)
  }
}

const question: DataQuestion = JSON.parse(await text(process.stdin))
const { connection, close } = await openDatabase()
const words = JSON.stringify(await answer(question, connection))
close()
process.stdout.write(words)

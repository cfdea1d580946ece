import { DuckDBInstance } from '@duckdb/node-api'

/** DuckDB without walls and locks: shows what they are for, and makes files that only it can make. */
export async function openBareDuckDb() {
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  return {
    /** The rows of one statement, as JSON. */
    rows: async (sql: string) => JSON.stringify(await (await connection.run(sql)).getRowsJson()),
    close: () => connection.closeSync(),
  }
}

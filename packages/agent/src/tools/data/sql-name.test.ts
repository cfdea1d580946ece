import { DuckDBInstance } from '@duckdb/node-api'
import { expect, it } from 'vitest'
import { sqlName } from './sql-name.ts'

it('puts into quotes each word that DuckDB keeps for itself, and no other name that is plain', async () => {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try {
    const asked = "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category IN ('reserved', 'type_function')"
    const words = (await connection.runAndReadAll(asked)).getRows().map(([word]) => String(word))
    expect(words.length).toBeGreaterThan(80)
    expect(words.filter((word) => sqlName(word) === word)).toEqual([])
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
  expect(sqlName('Order')).toBe('"Order"')
  expect(sqlName('sales_2026')).toBe('sales_2026')
  expect(sqlName('Total "net"')).toBe('"Total ""net"""')
})

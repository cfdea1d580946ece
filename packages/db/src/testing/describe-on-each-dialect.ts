import { describe } from 'vitest'
import type { Dialect } from '../migrations/migration.ts'
import { askForPostgres } from './postgres-door.ts'

// Asked once per test file, before its suites are collected: whether there is a Postgres decides what is skipped.
const postgres = await askForPostgres()

/** The same suite on SQLite and on Postgres. Where no Postgres can be had it is skipped with the reason; with CI set that is a failure. */
export function describeOnEachDialect(name: string, suite: (dialect: Dialect) => void): void {
  describe(`${name} (sqlite)`, () => suite('sqlite'))
  if ('url' in postgres || process.env.CI) describe(`${name} (postgres)`, () => suite('postgres'))
  else describe.skip(`${name} (postgres: ${postgres.reason})`, () => suite('postgres'))
}

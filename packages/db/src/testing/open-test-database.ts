import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { Dialect } from '../migrations/migration.ts'
import { type Db, type OpenDatabaseOptions, openDatabase } from '../open-database.ts'
import { askForPostgres } from './postgres-door.ts'

/** What `openDatabase` needs for a database that nothing else uses; `remove` deletes it once it is closed. */
export type TestDatabaseSite = { dataDir: string; databaseUrl?: string; remove(): Promise<void> }

/** A fresh place: a temp folder for SQLite, and for Postgres a new database as well. */
export async function makeTestSite(dialect: Dialect): Promise<TestDatabaseSite> {
  const dataDir = mkdtempSync(join(tmpdir(), 'reynard-test-'))
  const removeFolder = () => rmSync(dataDir, { recursive: true, force: true })
  if (dialect === 'sqlite') return { dataDir, remove: async () => removeFolder() }
  const server = await askForPostgres()
  if (!('url' in server)) throw new Error(`No Postgres: ${server.reason}`)
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await execute(server.url, `create database ${name}`)
  return {
    dataDir,
    databaseUrl: withDatabase(server.url, name),
    async remove() {
      removeFolder()
      await execute(server.url, `drop database if exists ${name} with (force)`)
    },
  }
}

/** A fresh, migrated database. `close` closes it and deletes it. `site` is what a second process or a reopening needs. */
export async function openTestDatabase(
  dialect: Dialect,
  options: Omit<OpenDatabaseOptions, 'dataDir' | 'databaseUrl'> = {},
): Promise<Db & { site: TestDatabaseSite }> {
  const site = await makeTestSite(dialect)
  const db = await openDatabase({ ...options, dataDir: site.dataDir, databaseUrl: site.databaseUrl })
  return {
    ...db,
    site,
    async close() {
      await db.close()
      await site.remove()
    },
  }
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** By hand: a URL with a socket folder in its query has no host, which the URL class refuses to parse. */
function withDatabase(url: string, name: string): string {
  return url.replace(/^(postgres(?:ql)?:\/\/[^/]*)\/[^?]*/, `$1/${name}`)
}

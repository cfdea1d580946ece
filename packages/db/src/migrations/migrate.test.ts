import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { restoreDatabase } from '../backup/restore-database.ts'
import { type Db, openDatabase } from '../open-database.ts'
import { openPostgres } from '../postgres/open-postgres.ts'
import { searchMessages } from '../queries/search.ts'
import { openSqlite } from '../sqlite/open-sqlite.ts'
import { describeOnEachDialect, makeTestSite, type TestDatabaseSite } from '../testing/index.ts'
import { conversationRow, messageRow } from '../testing/sample-rows.ts'
import { foundation, LOCAL_OWNER_ID } from './0001-foundation.ts'
import { search } from './0002-search.ts'
import { latestSchema, migrations } from './index.ts'
import { migrate } from './migrate.ts'
import type { Dialect, Migration } from './migration.ts'

const allSteps = migrations.map(({ version }) => ({ version }))

function openBare(dialect: Dialect, site: TestDatabaseSite) {
  return dialect === 'sqlite' ? openSqlite(site) : openPostgres({ databaseUrl: site.databaseUrl ?? '' })
}

async function found(db: Db): Promise<string[]> {
  const hits = await searchMessages(db, { ownerId: LOCAL_OWNER_ID, query: 'before', limit: 5 })
  return hits.map(({ messageId }) => messageId)
}

describeOnEachDialect('migrations', (dialect) => {
  let site: TestDatabaseSite
  beforeEach(async () => {
    site = await makeTestSite(dialect)
  })
  afterEach(() => site.remove())

  it.each([
    [1, [foundation]],
    [2, [foundation, search]],
  ])('brings data of schema %i up to date and keeps it', async (version, earlier) => {
    const old = await openBare(dialect, site)
    await migrate({ kysely: old.kysely, dialect, migrations: earlier })
    await old.kysely
      .insertInto('conversations')
      .values(conversationRow({ id: 'c' }))
      .execute()
    await old.kysely
      .insertInto('messages')
      .values(messageRow({ id: 'm', conversation_id: 'c', text: 'from before' }))
      .execute()
    await old.close()

    const lines: string[] = []
    const db = await openDatabase({ ...site, log: (line) => lines.push(line) })
    expect(await found(db)).toEqual(['m'])
    await db.close()

    // What was there before is kept first, and is of use.
    expect(lines).toEqual([
      `Updating the database from schema ${version} to ${latestSchema}.`,
      expect.stringMatching(new RegExp(`^Saved a backup of the data at .*-schema-${version}\\.(db|jsonl\\.gz)\\.$`)),
    ])
    const [saved = ''] = readdirSync(join(site.dataDir, 'backups'))
    const elsewhere = await makeTestSite(dialect)
    await restoreDatabase({ ...elsewhere, file: join(site.dataDir, 'backups', saved) })
    const restored = await openDatabase(elsewhere)
    expect(await found(restored)).toEqual(['m'])
    await restored.close()
    await elsewhere.remove()
  })

  it('changes nothing when the backup before it can not be written', async () => {
    const old = await openBare(dialect, site)
    await migrate({ kysely: old.kysely, dialect, migrations: [foundation] })
    await old.close()
    writeFileSync(join(site.dataDir, 'backups'), 'a file where the folder should be')
    await expect(openDatabase(site)).rejects.toThrow(/backup/)
    const after = await openBare(dialect, site)
    expect(await after.kysely.selectFrom('schema_migrations').select('version').execute()).toEqual([{ version: 1 }])
    await after.close()
  })

  it('saves no backup where there is nothing to lose', async () => {
    const db = await openDatabase(site)
    await db.close()
    expect(existsSync(join(site.dataDir, 'backups'))).toBe(false)
  })

  it('leaves nothing of a step that fails', async () => {
    const bad: Migration = {
      version: 2,
      name: 'bad',
      statements: () => ['create table leftover (id integer)', 'create table users (id integer)'],
    }
    const bare = await openBare(dialect, site)
    await migrate({ kysely: bare.kysely, dialect, migrations: [foundation] })
    await expect(migrate({ kysely: bare.kysely, dialect, migrations: [foundation, bad] })).rejects.toThrow(/users/)
    await expect(sql`select * from leftover`.execute(bare.kysely)).rejects.toThrow(/leftover/)
    expect(await bare.kysely.selectFrom('schema_migrations').select('version').execute()).toEqual([{ version: 1 }])
    await bare.close()
  })

  it('leaves the data as it was when its process is killed half-way', async () => {
    await (await openDatabase(site)).close()
    const child = startProcess(migrateUntilKilled, site)
    await once(child.stdout, 'data')
    child.kill('SIGKILL')
    await once(child, 'close')

    const db = await openDatabase(site)
    const steps = await db.kysely.selectFrom('schema_migrations').select('version').orderBy('version').execute()
    expect(steps).toEqual(allSteps)
    expect(await db.kysely.selectFrom('users').select('name').execute()).toEqual([{ name: 'Owner' }])
    await expect(sql`select * from half_done`.execute(db.kysely)).rejects.toThrow(/half_done/)
    await db.close()
  })

  it('refuses data of a newer Reynard', async () => {
    const db = await openDatabase(site)
    await db.kysely.insertInto('schema_migrations').values({ version: 99, name: 'future', applied_at: 1 }).execute()
    await db.close()
    await expect(openDatabase(site)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('written by a newer Reynard (schema 99;'),
    })
  })

  it('refuses a database that is half-migrated, or not ours', async () => {
    const db = await openDatabase(site)
    await db.kysely.updateTable('schema_migrations').set({ name: 'other' }).where('version', '=', 2).execute()
    await db.close()
    await expect(openDatabase(site)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('half-migrated'),
    })

    const foreign = await makeTestSite(dialect)
    const bare = await openBare(dialect, foreign)
    await sql`create table users (id integer)`.execute(bare.kysely)
    await bare.close()
    await expect(openDatabase(foreign)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('tables named users'),
    })
    await foreign.remove()
  })

  it('is run once by two processes that start at the same time', async () => {
    const children = [startProcess(openUntilTold, site), startProcess(openUntilTold, site)]
    const closed = Promise.all(children.map((child) => once(child, 'close')))
    const reports = await Promise.all(children.map(firstLine))
    for (const child of children) child.stdin.end()
    await closed
    const opened = reports.filter((report) => report.opened)
    // One place, one server: the other is told whose it is.
    expect(opened).toHaveLength(1)
    const refused = reports.find((report) => !report.opened)
    expect(refused?.error).toContain(`Another Reynard (process ${opened[0]?.pid}`)
    const db = await openDatabase(site)
    expect(await db.kysely.selectFrom('schema_migrations').select('version').orderBy('version').execute()).toEqual(
      allSteps,
    )
    await db.close()
  })
})

describe('migrations of a file', () => {
  it('save a backup first, and keep the last five', async () => {
    const site = await makeTestSite('sqlite')
    const folder = join(site.dataDir, 'backups')
    mkdirSync(folder)
    for (let day = 1; day <= 6; day++) writeFileSync(join(folder, `2026010${day}T000000000Z-schema-1.db`), '')
    writeFileSync(join(folder, 'my-own.db'), '')
    const old = await openSqlite(site)
    await migrate({ kysely: old.kysely, dialect: 'sqlite', migrations: [foundation] })
    await old.kysely
      .insertInto('conversations')
      .values(conversationRow({ id: 'c' }))
      .execute()
    await old.close()
    const lines: string[] = []
    const db = await openDatabase({ ...site, log: (line) => lines.push(line) })
    await db.close()

    const names = readdirSync(folder).sort()
    expect(names).toHaveLength(6)
    expect(names).toContain('my-own.db')
    expect(names).not.toContain('20260102T000000000Z-schema-1.db')
    expect(lines).toEqual([
      `Updating the database from schema 1 to ${latestSchema}.`,
      expect.stringContaining('Saved a backup of the data at '),
    ])
    const saved = new DatabaseSync(join(folder, names.at(-2) ?? ''), { readOnly: true })
    expect(saved.prepare('select id from conversations').all()).toEqual([{ id: 'c' }])
    expect(saved.prepare('select max(version) as version from schema_migrations').get()).toEqual({ version: 1 })
    saved.close()
    await site.remove()
  })
})

type Child = ChildProcessByStdio<Writable, Readable, null>

const openUntilTold = new URL('../testing/open-until-told.ts', import.meta.url)
const migrateUntilKilled = new URL('../testing/migrate-until-killed.ts', import.meta.url)

function startProcess(script: URL, site: TestDatabaseSite): Child {
  return spawn(process.execPath, [fileURLToPath(script), site.dataDir, site.databaseUrl ?? ''], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
}

async function firstLine(child: Child): Promise<{ pid: number; opened: boolean; error?: string }> {
  for await (const line of createInterface(child.stdout)) return JSON.parse(line)
  throw new Error('The process ended without a word')
}

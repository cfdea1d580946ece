import { sql } from 'kysely'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { LOCAL_OWNER_ID } from '../migrations/0001-foundation.ts'
import { groups } from '../migrations/0012-groups.ts'
import { migrations } from '../migrations/index.ts'
import { migrate } from '../migrations/migrate.ts'
import { openDatabase } from '../open-database.ts'
import { openPostgres } from '../postgres/open-postgres.ts'
import { openSqlite } from '../sqlite/open-sqlite.ts'
import { describeOnEachDialect, makeTestSite, type TestDatabaseSite } from '../testing/index.ts'
import {
  deleteGroup,
  insertGroup,
  listAccessRules,
  listGroupApprovals,
  putAccessRule,
  putGroupApproval,
} from './groups.ts'

describeOnEachDialect('groups', (dialect) => {
  let site: TestDatabaseSite
  beforeEach(async () => {
    site = await makeTestSite(dialect)
  })
  afterEach(() => site.remove())

  it('leaves what was for one group alone to nobody when that group goes', async () => {
    const db = await openDatabase(site)
    const row = { id: 'g', name: 'G', name_key: 'g', description: '', created_at: 1, updated_at: 1 }
    await db.commit([
      insertGroup(db.kysely, row),
      ...putAccessRule(db.kysely, { kind: 'model', resource: 'llama3' }, ['g'], 1),
      putGroupApproval(db.kysely, { group_id: 'g', target: 'effect', name: 'write' }, 1),
    ])
    // Said anew, over what was said before.
    await db.commit(putAccessRule(db.kysely, { kind: 'model', resource: 'llama3' }, ['g'], 2))
    expect(await listAccessRules(db.kysely)).toEqual([{ kind: 'model', resource: 'llama3', groups: ['g'] }])
    await db.commit([deleteGroup(db.kysely, 'g')])
    expect(await listAccessRules(db.kysely)).toEqual([{ kind: 'model', resource: 'llama3', groups: [] }])
    expect(await listGroupApprovals(db.kysely)).toEqual([])
    await db.close()
  })

  it('takes over what was counted by days, into the first hour of each', async () => {
    const old = await (dialect === 'sqlite' ? openSqlite(site) : openPostgres({ databaseUrl: site.databaseUrl ?? '' }))
    await migrate({ kysely: old.kysely, dialect, migrations: migrations.slice(0, groups.version - 1) })
    // Days of which one is where another one comes to, as on a machine whose clock began at zero.
    const insert = async (table: string, columns: string, values: (day: number) => string) => {
      for (const day of [0, 1, 24, 20_000]) {
        const text = `insert into ${table} (${columns}) values (${values(day)})`
        await sql.raw(text).execute(old.kysely)
      }
    }
    await insert(
      'run_usage',
      'owner_id, day, model, assistant, requests, successful, failed, prompt_tokens, completion_tokens, duration_ms',
      (day) => `'${LOCAL_OWNER_ID}', ${day}, 'llama3', '', ${day + 1}, 0, 0, 0, 0, 0`,
    )
    await insert(
      'tool_usage',
      'owner_id, day, tool, tool_group, calls, ran, failed, denied, duration_ms',
      (day) => `'${LOCAL_OWNER_ID}', ${day}, 'read_file', 'file_ops', ${day + 1}, 0, 0, 0, 0`,
    )
    await old.close()

    const db = await openDatabase(site)
    const runs = await db.kysely.selectFrom('run_usage').select(['hour', 'requests as count']).orderBy('hour').execute()
    const tools = await db.kysely.selectFrom('tool_usage').select(['hour', 'calls as count']).orderBy('hour').execute()
    const expected = [0, 1, 24, 20_000].map((day) => ({ hour: day * 24, count: day + 1 }))
    expect(runs).toEqual(expected)
    expect(tools).toEqual(expected)
    await db.close()
  })
})

import { afterEach, beforeEach, expect, it } from 'vitest'
import { LOCAL_OWNER_ID } from '../migrations/0001-foundation.ts'
import { runUsage } from '../migrations/0009-run-usage.ts'
import { migrations } from '../migrations/index.ts'
import { migrate } from '../migrations/migrate.ts'
import { openDatabase } from '../open-database.ts'
import { openPostgres } from '../postgres/open-postgres.ts'
import { openSqlite } from '../sqlite/open-sqlite.ts'
import { describeOnEachDialect, makeTestSite, type TestDatabaseSite } from '../testing/index.ts'
import { conversationRow, messageRow, runRow } from '../testing/sample-rows.ts'
import { addRunUsage, sumRunUsage } from './run-usage.ts'

const dayMs = 86_400_000
const one = { owner_id: LOCAL_OWNER_ID, hour: 20_001, model: 'llama3', assistant: '' }
const counts = {
  requests: 3,
  successful: 2,
  failed: 1,
  prompt_tokens: 10,
  completion_tokens: 2 ** 33,
  duration_ms: 40,
}

describeOnEachDialect('run usage', (dialect) => {
  let site: TestDatabaseSite
  beforeEach(async () => {
    site = await makeTestSite(dialect)
  })
  afterEach(() => site.remove())

  it('adds up by hour, model and assistant', async () => {
    const db = await openDatabase(site)
    expect(await sumRunUsage(db.kysely)).toEqual([])
    await db.commit([addRunUsage(db.kysely, { ...one, ...counts })])
    await db.commit([
      addRunUsage(db.kysely, { ...one, ...counts }),
      addRunUsage(db.kysely, { ...one, ...counts, hour: 20_000 }),
      addRunUsage(db.kysely, { ...one, ...counts, assistant: 'reynard', failed: 0 }),
    ])
    const sums = { successful: 2, failed: 1, promptTokens: 10, completionTokens: 2 ** 33, durationMs: 40 }
    expect(await sumRunUsage(db.kysely)).toEqual([
      {
        model: 'llama3',
        assistant: '',
        requests: 9,
        successful: 6,
        failed: 3,
        promptTokens: 30,
        completionTokens: 3 * 2 ** 33,
        durationMs: 120,
      },
      { model: 'llama3', assistant: 'reynard', requests: 3, ...sums, failed: 0 },
    ])
    await db.close()
  })

  it('begins with the runs that are there, without titles and imports', async () => {
    const old = await (dialect === 'sqlite' ? openSqlite(site) : openPostgres({ databaseUrl: site.databaseUrl ?? '' }))
    await migrate({ kysely: old.kysely, dialect, migrations: migrations.slice(0, runUsage.version - 1) })
    const { kysely } = old
    await kysely
      .insertInto('conversations')
      .values(conversationRow({ id: 'c' }))
      .execute()
    await kysely
      .insertInto('messages')
      .values(messageRow({ id: 'm', conversation_id: 'c', role: 'assistant' }))
      .execute()
    const ended = { conversation_id: 'c', message_id: 'm', model: 'llama3', created_at: 3 * dayMs }
    const view = JSON.stringify({ assistant: { id: 'reynard', name: 'Reynard' }, tokens: 4, waitedMs: 600 })
    const rows = [
      runRow({ ...ended, id: '1', end_reason: 'done', ended_at: 3 * dayMs + 1_000, completion_tokens: 7, view }),
      runRow({ ...ended, id: '2', end_reason: 'stopped', ended_at: 3 * dayMs + 5_000, view }),
      runRow({ ...ended, id: '3', end_reason: 'failed', model: null }),
      runRow({ ...ended, id: '4', end_reason: 'done', kind: 'title', message_id: null, completion_tokens: 9 }),
      runRow({ ...ended, id: '5', end_reason: 'done', request_key: 'import:5' }),
      runRow({ ...ended, id: '6', state: 'running' }),
    ]
    await kysely.insertInto('runs').values(rows).execute()
    await old.close()

    const db = await openDatabase(site)
    expect(await sumRunUsage(db.kysely)).toEqual([
      {
        model: '',
        assistant: '',
        requests: 1,
        successful: 0,
        failed: 1,
        promptTokens: 0,
        completionTokens: 0,
        durationMs: 0,
      },
      {
        model: 'llama3',
        assistant: 'reynard',
        requests: 2,
        successful: 1,
        failed: 0,
        promptTokens: 0,
        completionTokens: 11,
        durationMs: 400,
      },
    ])
    expect(await db.kysely.selectFrom('run_usage').select('hour').distinct().execute()).toEqual([{ hour: 3 * 24 }])
    await db.close()
  })
})

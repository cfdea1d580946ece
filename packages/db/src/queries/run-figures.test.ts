import { afterEach, beforeEach, expect, it } from 'vitest'
import { LOCAL_OWNER_ID } from '../migrations/0001-foundation.ts'
import { type Db, openDatabase } from '../open-database.ts'
import { describeOnEachDialect, makeTestSite, type TestDatabaseSite } from '../testing/index.ts'
import { countRunEnds, findPercentiles, insertRunFigures, listRunFigures, sumTokensBySteps } from './run-figures.ts'

describeOnEachDialect('figures of runs', (dialect) => {
  let site: TestDatabaseSite
  let db: Db
  beforeEach(async () => {
    site = await makeTestSite(dialect)
    db = await openDatabase(site)
  })
  afterEach(async () => {
    await db.close()
    await site.remove()
  })
  const add = (id: number, more: Partial<Parameters<typeof insertRunFigures>[1]> = {}) =>
    db.commit([
      insertRunFigures(db.kysely, {
        run_id: `run-${id}`,
        owner_id: LOCAL_OWNER_ID,
        conversation_id: 'c',
        engine: 'ollama',
        model: 'fox:1b',
        assistant: null,
        assistant_name: null,
        end_reason: 'done',
        error_code: null,
        prompt_tokens: 10,
        tokens: 100,
        created_at: 1_000 * id,
        started_at: 1_000 * id,
        first_token_at: 1_000 * id,
        ended_at: 1_000 * id,
        wait_ms: id,
        first_token_ms: null,
        duration_ms: 12_345,
        ...more,
      }),
    ])

  it('are ranked to two digits, and null where nothing was measured', async () => {
    for (let id = 1; id <= 20; id += 1) await add(id)
    expect(await findPercentiles(db.kysely, 'wait_ms', 0, 1e9)).toEqual({ p50: 10, p95: 19 })
    expect(await findPercentiles(db.kysely, 'duration_ms', 0, 1e9)).toEqual({ p50: 12_000, p95: 12_000 })
    expect(await findPercentiles(db.kysely, 'first_token_ms', 0, 1e9)).toBeNull()
    expect(await findPercentiles(db.kysely, 'wait_ms', 1e9, 2e9)).toBeNull()
  })

  it('are summed by step and model, counted by their end, and written once', async () => {
    await add(1)
    await add(1, { tokens: 999 })
    await add(2, { model: 'owl:2b', end_reason: 'failed', error_code: 'engine-failed' })
    await add(11)
    const sums = await sumTokensBySteps(db.kysely, 0, 1e9, 10_000)
    expect(sums).toHaveLength(3)
    expect(sums).toEqual(
      expect.arrayContaining([
        { step: 0, model: 'fox:1b', tokens: 100 },
        { step: 0, model: 'owl:2b', tokens: 100 },
        { step: 1, model: 'fox:1b', tokens: 100 },
      ]),
    )
    expect(await countRunEnds(db.kysely, 0, 1e9)).toEqual(
      expect.arrayContaining([
        { end_reason: 'done', error_code: null, count: 2 },
        { end_reason: 'failed', error_code: 'engine-failed', count: 1 },
      ]),
    )
  })

  it('are listed newest first, page by page, by what was chosen; a sign that stands for others stands for itself', async () => {
    for (let id = 1; id <= 5; id += 1) await add(id)
    const query = { titlesOf: LOCAL_OWNER_ID, limit: 2 }
    const page = await listRunFigures(db.kysely, query)
    expect(page.map(({ run_id }) => run_id)).toEqual(['run-5', 'run-4'])
    const next = await listRunFigures(db.kysely, { ...query, before: { createdAt: 4_000, runId: 'run-4' } })
    expect(next.map(({ run_id }) => run_id)).toEqual(['run-3', 'run-2'])
    expect(await listRunFigures(db.kysely, { ...query, query: 'run%' })).toEqual([])
    expect(await listRunFigures(db.kysely, { ...query, query: 'RUN-1' })).toHaveLength(1)
    expect(await listRunFigures(db.kysely, { ...query, model: 'owl:2b' })).toEqual([])
  })
})

import { afterEach, beforeEach, expect, it } from 'vitest'
import { LOCAL_OWNER_ID } from '../migrations/0001-foundation.ts'
import type { Db } from '../open-database.ts'
import { describeOnEachDialect, openTestDatabase } from '../testing/index.ts'
import { addToolUsage, sumToolUsage } from './tool-usage.ts'

const search = { owner_id: LOCAL_OWNER_ID, hour: 20_001, tool: 'search_files', tool_group: 'search' }
const counts = { calls: 3, ran: 2, failed: 1, denied: 1, duration_ms: 40 }

describeOnEachDialect('tool usage', (dialect) => {
  let db: Db
  beforeEach(async () => {
    db = await openTestDatabase(dialect)
  })
  afterEach(() => db.close())

  it('adds up by hour and tool, and tells it by group', async () => {
    expect(await sumToolUsage(db.kysely)).toEqual([])
    await db.commit([addToolUsage(db.kysely, { ...search, ...counts })])
    await db.commit([
      addToolUsage(db.kysely, { ...search, ...counts }),
      addToolUsage(db.kysely, { ...search, hour: 20_000, tool: 'search_web', ...counts, duration_ms: 2 ** 33 }),
      addToolUsage(db.kysely, { ...search, tool: 'run_tests', tool_group: 'testing', ...counts }),
    ])
    const { duration_ms: durationMs, ...one } = counts
    expect(await sumToolUsage(db.kysely)).toEqual([
      { group: 'search', firstHour: 20_000, calls: 9, ran: 6, failed: 3, denied: 3, durationMs: 80 + 2 ** 33 },
      { group: 'testing', firstHour: 20_001, ...one, durationMs },
    ])
  })
})

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { LOCAL_OWNER_ID, openDatabase } from './index.ts'
import { describeOnEachDialect, makeTestSite, openTestDatabase, type TestDatabaseSite } from './testing/index.ts'
import { conversationRow, messageRow, runRow } from './testing/sample-rows.ts'

describeOnEachDialect('a database', (dialect) => {
  let db: Awaited<ReturnType<typeof openTestDatabase>>
  beforeEach(async () => {
    db = await openTestDatabase(dialect)
  })
  afterEach(() => db.close())

  const insertConversation = (id: string) => db.kysely.insertInto('conversations').values(conversationRow({ id }))
  const listIds = async () => {
    const rows = await db.kysely.selectFrom('conversations').select('id').orderBy('id').execute()
    return rows.map(({ id }) => id)
  }
  const count = async (table: 'messages' | 'runs' | 'run_events') => {
    const { n } = await db.kysely
      .selectFrom(table)
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow()
    return n
  }

  it('has the local owner, and reads times as numbers', async () => {
    const users = await db.kysely.selectFrom('users').selectAll().execute()
    expect(users).toMatchObject([
      { id: LOCAL_OWNER_ID, name: 'Owner', role: 'owner', email: null, created_at: expect.any(Number) },
    ])
  })

  it('commits what many callers send and fails only the caller of a bad statement', async () => {
    await db.commit([insertConversation('taken')])
    const outcomes = await Promise.allSettled([
      db.commit([insertConversation('a')]),
      db.commit([insertConversation('half'), insertConversation('taken')]),
      db.commit([insertConversation('b'), insertConversation('c')]),
      db.commit([db.kysely.insertInto('messages').values(messageRow({ id: 'm', conversation_id: 'nowhere' }))]),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected'])
    expect(outcomes[1]).toMatchObject({ reason: { code: 'conflict' } })
    expect(outcomes[3]).toMatchObject({ reason: { code: 'not-found' } })
    expect(await listIds()).toEqual(['a', 'b', 'c', 'taken'])
  })

  it('keeps the order in which commits were asked for', async () => {
    await db.commit([insertConversation('one')])
    const retitle = (from: string, to: string) =>
      db.commit([db.kysely.updateTable('conversations').set({ title: to }).where('title', '=', from)])
    const chain = Array.from({ length: 50 }, (_, index) => retitle(index === 0 ? 'A talk' : `${index - 1}`, `${index}`))
    await Promise.all(chain)
    expect(await db.kysely.selectFrom('conversations').select('title').execute()).toEqual([{ title: '49' }])
  })

  it('serves interactive transactions beside commits, and undoes one that throws', async () => {
    await db.commit([insertConversation('counter')])
    const increment = () =>
      db.kysely.transaction().execute(async (tx) => {
        await tx
          .updateTable('conversations')
          .set(({ eb }) => ({ updated_at: eb('updated_at', '+', 1) }))
          .where('id', '=', 'counter')
          .execute()
        return await tx
          .selectFrom('conversations')
          .select('updated_at')
          .where('id', '=', 'counter')
          .executeTakeFirstOrThrow()
      })
    const undone = db.kysely.transaction().execute(async (tx) => {
      await tx
        .insertInto('conversations')
        .values(conversationRow({ id: 'undone' }))
        .execute()
      throw new Error('changed my mind')
    })
    const seen = await Promise.all([
      expect(undone).rejects.toThrow('changed my mind'),
      db.commit([insertConversation('x')]),
      ...Array.from({ length: 20 }, increment),
    ])
    expect(new Set(seen.slice(2).map((row) => row?.updated_at)).size).toBe(20)
    expect(await listIds()).toEqual(['counter', 'x'])
  })

  it('lets the main thread go on while a commit is on a slow disk', async () => {
    const slow = await openTestDatabase(dialect, { commitDelayMs: 200 })
    let turns = 0
    let done = false
    const spin = () => {
      turns++
      if (!done) setImmediate(spin)
    }
    spin()
    const commits = Array.from({ length: 100 }, (_, index) =>
      slow.commit([slow.kysely.insertInto('conversations').values(conversationRow({ id: `${index}` }))]),
    )
    await Promise.all(commits)
    done = true
    // A blocked loop would turn a handful of times; a free one turns thousands.
    expect(turns).toBeGreaterThan(200)
    await slow.close()
  })

  it('gives the same request key one run only', async () => {
    await db.commit([insertConversation('c')])
    const insertRun = (id: string) =>
      db.kysely.insertInto('runs').values(runRow({ id, conversation_id: 'c', request_key: 'same' }))
    const outcomes = await Promise.allSettled([db.commit([insertRun('r1')]), db.commit([insertRun('r2')])])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
    expect(outcomes[1]).toMatchObject({ reason: { code: 'conflict' } })
  })

  it('deletes a conversation of any length with all that hangs on it', async () => {
    const length = 1_500
    const messages = Array.from({ length }, (_, index) =>
      messageRow({ id: `m${index}`, conversation_id: 'c', parent_id: index === 0 ? null : `m${index - 1}` }),
    )
    await db.commit([
      insertConversation('c'),
      db.kysely.insertInto('messages').values(messages),
      db.kysely.insertInto('runs').values(runRow({ id: 'r', conversation_id: 'c', message_id: 'm1' })),
      db.kysely.insertInto('run_events').values({ run_id: 'r', seq: 1, last_seq: 2, events: '[]', created_at: 1 }),
    ])
    await db.commit([db.kysely.deleteFrom('conversations').where('id', '=', 'c')])
    expect([await count('messages'), await count('runs'), await count('run_events')]).toEqual([0, 0, 0])
  })

  it('takes text with NUL and lone surrogates', async () => {
    await db.commit([db.kysely.insertInto('conversations').values(conversationRow({ id: 'c', title: 'a\0b\ud800c' }))])
    expect(await db.kysely.selectFrom('conversations').select('title').execute()).toEqual([
      { title: 'a\ufffdb\ufffdc' },
    ])
  })
})

describeOnEachDialect('a database that is closed or killed', (dialect) => {
  let site: TestDatabaseSite
  beforeEach(async () => {
    site = await makeTestSite(dialect)
  })
  afterEach(() => site.remove())

  it('finishes on close what it had taken, and takes no more', async () => {
    const db = await openDatabase(site)
    const insert = (id: string) => db.commit([db.kysely.insertInto('conversations').values(conversationRow({ id }))])
    const taken = Promise.all(['a', 'b', 'c'].map(insert))
    await db.close()
    await taken
    await expect(insert('late')).rejects.toMatchObject({ code: 'shutting-down' })
    const again = await openDatabase(site)
    expect(await again.kysely.selectFrom('conversations').select('id').orderBy('id').execute()).toHaveLength(3)
    await again.close()
  })

  it('has every acknowledged commit after kill -9, three times over', async () => {
    const acknowledged = new Set<string>()
    for (let round = 1; round <= 3; round++) {
      const script = fileURLToPath(new URL('./testing/commit-until-killed.ts', import.meta.url))
      const child = spawn(process.execPath, [script, `${round}`, site.dataDir, site.databaseUrl ?? ''], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      for await (const id of createInterface(child.stdout)) {
        acknowledged.add(id)
        if (acknowledged.size >= round * 150) child.kill('SIGKILL')
      }
    }
    const db = await openDatabase(site)
    const saved = await db.kysely.selectFrom('conversations').select('id').execute()
    const ids = new Set(saved.map(({ id }) => id))
    expect(acknowledged.size).toBeGreaterThanOrEqual(450)
    expect([...acknowledged].filter((id) => !ids.has(id))).toEqual([])
    await db.close()
  })
})

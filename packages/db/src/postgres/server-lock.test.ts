import pg from 'pg'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Db, openDatabase } from '../open-database.ts'
import { putSetting } from '../queries/settings.ts'
import { describeOnEachDialect, makeTestSite, type TestDatabaseSite } from '../testing/index.ts'

const lockHolders = `select pid, classid::bigint as class, objid::bigint as key, granted from pg_locks
  where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`
type Lock = { pid: number; class: string; key: string; granted: boolean }

const save = (db: Db) => db.commit([putSetting(db.kysely, { scope: '', key: 'k', value: '1', now: 1 })])

describeOnEachDialect('a database that a server has', (dialect) => {
  let site: TestDatabaseSite
  beforeEach(async () => {
    site = await makeTestSite(dialect)
  })
  afterEach(() => site.remove())

  it('is refused to a second one in a sentence that names the first, and free when that one has closed', async () => {
    const db = await openDatabase(site)
    const second = openDatabase(site)
    await expect(second).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(
        new RegExp(
          `^Another Reynard \\(process ${process.pid}.*\\) is using the .*Stop it first, or set \\w+ to another`,
        ),
      ),
    })
    await save(db)
    await db.close()
    const next = await openDatabase(site)
    await save(next)
    await next.close()
  })

  if (dialect === 'sqlite') return

  const locks = async (asker: pg.Client) => (await asker.query<Lock>(lockHolders)).rows
  const connect = async () => {
    const client = new pg.Client({ connectionString: site.databaseUrl })
    await client.connect()
    return client
  }

  it('stays that server’s when the connection that says so breaks', async () => {
    const asker = await connect()
    const db = await openDatabase(site)
    const [first] = await locks(asker)
    await asker.query('select pg_terminate_backend($1)', [first?.pid])
    await expect.poll(async () => (await locks(asker))[0]?.pid ?? first?.pid, { timeout: 10_000 }).not.toBe(first?.pid)
    await expect(openDatabase(site)).rejects.toMatchObject({ code: 'conflict' })
    await save(db)
    await db.close()
    await asker.end()
  })

  it('is given up, and nothing more saved, when another took it while the connection was broken', async () => {
    const asker = await connect()
    const db = await openDatabase(site)
    const [first] = await locks(asker)
    // Another waits in line, so that the lock is its own the moment the connection breaks.
    const other = await connect()
    const taken = other.query('select pg_advisory_lock($1::int, $2::bigint::bit(32)::int)', [first?.class, first?.key])
    await expect.poll(async () => (await locks(asker)).length, { timeout: 10_000 }).toBe(2)
    await asker.query('select pg_terminate_backend($1)', [first?.pid])
    await taken
    await db.replaced
    await other.end()

    const next = await openDatabase(site)
    await expect(save(db)).rejects.toMatchObject({ code: 'shutting-down' })
    await save(next)
    await db.close()
    await next.close()
    await asker.end()
  })
})

import { latestSchema, migrations } from '../migrations/index.ts'
import { migrate } from '../migrations/migrate.ts'
import type { Migration } from '../migrations/migration.ts'
import { openPostgres } from '../postgres/open-postgres.ts'
import { openSqlite } from '../sqlite/open-sqlite.ts'

// A process for tests to kill: prints a line when one of two further steps is done and the other under way.
const [dataDir = '', databaseUrl] = process.argv.slice(2)
const { kysely } = databaseUrl ? await openPostgres({ databaseUrl }) : await openSqlite({ dataDir })
const next = latestSchema + 1
const done: Migration = {
  version: next,
  name: 'done',
  statements: () => ['create table half_done (id integer)', `update users set name = 'half done'`],
}
const underWay: Migration = {
  version: next + 1,
  name: 'under-way',
  statements(dialect) {
    process.stdout.write('half\n')
    const endless = 'with recursive n (i) as (select 1 union all select i + 1 from n) select max(i) from n'
    // Postgres notices that nobody is there any more only when the statement has ended.
    return [dialect === 'postgres' ? 'select pg_sleep(2)' : endless, 'create table never (id integer)']
  },
}
await migrate({ kysely, dialect: databaseUrl ? 'postgres' : 'sqlite', migrations: [...migrations, done, underWay] })

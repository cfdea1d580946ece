import { AppError } from '@reynard/protocol'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../schema.ts'
import { migrations as allMigrations } from './index.ts'
import type { Dialect, Migration } from './migration.ts'

/** Any number, as long as every Reynard uses the same: the name of the migration lock on a Postgres server. */
const advisoryLockKey = 7_391_120_417

export type MigrateOptions = {
  kysely: Kysely<Database>
  dialect: Dialect
  migrations?: readonly Migration[]
  /** Called before the first change of a database that holds something. */
  backup?: (fromVersion: number) => Promise<void>
  log?: (message: string) => void
}

/**
 * Brings the schema up to date: all missing steps in one transaction, under a lock that a second process waits for. Throws AppError
 * `conflict` when the data was written by a newer Reynard, or when its list of steps is not one that this Reynard could have made.
 */
export async function migrate(options: MigrateOptions): Promise<void> {
  const { kysely, dialect, migrations = allMigrations, backup, log } = options
  const before = await appliedSteps(kysely, dialect)
  const missing = missingSteps(before, migrations)
  if (missing.length === 0) return
  const from = before.at(-1)?.version ?? 0
  if (from > 0) {
    log?.(`Updating the database from schema ${from} to ${newest(migrations)}.`)
    await backup?.(from)
  }
  await kysely.transaction().execute(async (tx) => {
    if (dialect === 'postgres') await sql`select pg_advisory_xact_lock(${sql.lit(advisoryLockKey)})`.execute(tx)
    // Read again: another process may have done the work while this one waited for the lock.
    const steps = missingSteps(await appliedSteps(tx, dialect), migrations)
    if (steps[0]?.version === 1) {
      await sql`create table schema_migrations (version integer primary key, name text not null, applied_at bigint not null)`.execute(
        tx,
      )
    }
    for (const step of steps) {
      for (const statement of step.statements(dialect)) await sql.raw(statement).execute(tx)
      const row = { version: step.version, name: step.name, applied_at: Date.now() }
      await tx.insertInto('schema_migrations').values(row).execute()
    }
  })
}

type Step = { version: number; name: string }

async function appliedSteps(db: Kysely<Database>, dialect: Dialect): Promise<Step[]> {
  const tables = await listTables(db, dialect)
  if (tables.includes('schema_migrations')) {
    return await db.selectFrom('schema_migrations').select(['version', 'name']).orderBy('version').execute()
  }
  const ours = ['users', 'conversations', 'messages', 'runs', 'run_events', 'settings'].filter((name) =>
    tables.includes(name),
  )
  if (ours.length > 0) {
    throw new AppError(
      'conflict',
      `The database already has tables named ${ours.join(', ')}, and they are not Reynard's. Give it a database of its own (DATABASE_URL, REYNARD_DATA_DIR).`,
    )
  }
  return []
}

async function listTables(db: Kysely<Database>, dialect: Dialect): Promise<string[]> {
  const query =
    dialect === 'sqlite'
      ? sql<{ name: string }>`select name from sqlite_schema where type = 'table'`
      : sql<{
          name: string
        }>`select table_name as name from information_schema.tables where table_schema = current_schema()`
  return (await query.execute(db)).rows.map(({ name }) => name)
}

/** Versions only grow; one may be left out. */
function newest(migrations: readonly Migration[]): number {
  return migrations.at(-1)?.version ?? 0
}

function missingSteps(applied: Step[], migrations: readonly Migration[]): readonly Migration[] {
  const known = newest(migrations)
  if (applied.some(({ version }) => version > known)) {
    throw new AppError(
      'conflict',
      `The data was written by a newer Reynard (schema ${applied.at(-1)?.version}; this one knows ${known}). Start the newer version, restore a backup made before the update, or set REYNARD_DATA_DIR (DATABASE_URL) to another place.`,
    )
  }
  const stray = applied.find(
    (step, index) => step.name !== migrations[index]?.name || step.version !== migrations[index].version,
  )
  if (stray) {
    throw new AppError(
      'conflict',
      `The database is half-migrated: it holds step ${stray.version} "${stray.name}" where this Reynard has "${migrations[applied.indexOf(stray)]?.name}". Restore the last backup with "npm run restore".`,
    )
  }
  return migrations.slice(applied.length)
}

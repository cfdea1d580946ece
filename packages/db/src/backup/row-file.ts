import { createReadStream, createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { AppError } from '@reynard/protocol'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../schema.ts'
import { type BackupRow, type BackupTable, backupTableNames } from './backup-tables.ts'

// A header, one line per row, and an end that counts them: a file that was cut short is noticed.
type Line =
  | { format: 'reynard-backup'; version: 1; schema: number; createdAt: number }
  | { table: BackupTable; row: BackupRow }
  | { end: true; rows: number }

const rowsPerFetch = 500

/** Writes all rows of a Postgres database, as they are at one moment, into a file of gzipped JSON lines. */
export async function writeRowFile(kysely: Kysely<Database>, path: string): Promise<void> {
  await kysely
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute((tx) => pipeline(Readable.from(linesOf(tx)), createGzip(), createWriteStream(path)))
}

async function* linesOf(tx: Kysely<Database>): AsyncGenerator<string> {
  const { schema } = await tx
    .selectFrom('schema_migrations')
    .select(({ fn }) => fn.max('version').as('schema'))
    .executeTakeFirstOrThrow()
  yield toLine({ format: 'reynard-backup', version: 1, schema, createdAt: Date.now() })
  let count = 0
  for (const table of backupTableNames) {
    const columns = await columnsOf(tx, table)
    if (columns.length === 0) continue
    await sql`declare backup_rows cursor for select ${sql.join(columns.map((name) => sql.ref(name)))} from ${sql.table(table)}`.execute(
      tx,
    )
    for (;;) {
      const { rows } = await sql<BackupRow>`fetch ${sql.lit(rowsPerFetch)} from backup_rows`.execute(tx)
      for (const row of rows) yield toLine({ table, row })
      count += rows.length
      if (rows.length < rowsPerFetch) break
    }
    await sql`close backup_rows`.execute(tx)
  }
  yield toLine({ end: true, rows: count })
}

/**
 * As the database has them, not as this Reynard's schema would: a backup made before a migration is of an earlier one. What is generated
 * (search) is left out.
 */
async function columnsOf(tx: Kysely<Database>, table: BackupTable): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`select column_name as name from information_schema.columns
    where table_schema = current_schema() and table_name = ${table} and is_generated = 'NEVER' order by ordinal_position`.execute(
    tx,
  )
  return rows.map(({ name }) => name)
}

/** U+2028 and U+2029 are fine within JSON, but Node's readline ends a line at them. */
function toLine(line: Line): string {
  return `${JSON.stringify(line).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}\n`
}

export type RowFile = { schema: number; rows: AsyncGenerator<{ table: BackupTable; row: BackupRow }> }

/** Opens such a file. Reading its rows throws an AppError where the file is cut short or is something else. */
export async function readRowFile(path: string): Promise<RowFile> {
  const lines = readLines(path)
  const { value: header } = await lines.next()
  if (!header || !('format' in header) || header.format !== 'reynard-backup' || header.version !== 1) {
    throw notABackup(path)
  }
  return { schema: header.schema, rows: rowsOf(path, lines) }
}

async function* rowsOf(path: string, lines: AsyncGenerator<Line>): RowFile['rows'] {
  let count = 0
  for await (const line of lines) {
    if ('end' in line) {
      if (line.rows === count) return
      break
    }
    if (!('table' in line) || !backupTableNames.includes(line.table)) throw notABackup(path)
    count += 1
    yield line
  }
  throw new AppError('bad-request', `The backup ${path} is cut short: ${count} rows and no end. Nothing was restored.`)
}

async function* readLines(path: string): AsyncGenerator<Line> {
  const file = createReadStream(path)
  const text = file.pipe(createGunzip())
  // A pipe does not pass errors on.
  file.on('error', (error) => text.destroy(error))
  try {
    for await (const line of createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY }))
      yield JSON.parse(line)
  } catch (error) {
    if (error instanceof SyntaxError) throw notABackup(path)
    const message = error instanceof Error ? error.message : String(error)
    throw new AppError('bad-request', `The backup ${path} can't be read (${message}). Nothing was restored.`, {
      cause: error,
    })
  } finally {
    file.destroy()
  }
}

/** What is said of a file that is no backup of ours. */
export function notABackup(path: string): AppError {
  return new AppError('bad-request', `${path} is not a Reynard backup. "npm run backup" makes one.`)
}

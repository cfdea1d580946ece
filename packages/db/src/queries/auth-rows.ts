import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Database } from '../schema.ts'

type Db = Kysely<Database>
export type AuthTable = 'users' | 'sessions' | 'accounts'
export type AuthValue = string | number | null
export type AuthRow = Record<string, AuthValue>
/** One condition on a column; all of a list must hold. */
export type AuthCondition = {
  column: string
  operator: 'eq' | 'ne' | 'lt' | 'lte' | 'gt' | 'gte' | 'in' | 'not_in'
  value: AuthValue | readonly AuthValue[]
}
type Find = { limit?: number; offset?: number; sortBy?: { column: string; direction: 'asc' | 'desc' } }

const OPERATORS = { eq: '=', ne: '<>', lt: '<', lte: '<=', gt: '>', gte: '>=' } as const

/** Rows of the tables that the authentication library keeps, by names of columns: it decides at run time what it asks for. */
export async function insertAuthRow(db: Db, table: AuthTable, row: AuthRow): Promise<AuthRow> {
  const columns = Object.keys(row)
  const { rows } =
    await sql<AuthRow>`insert into ${sql.table(table)} (${sql.join(columns.map((name) => sql.ref(name)))})
    values (${sql.join(Object.values(row))}) returning *`.execute(db)
  const [saved] = rows
  if (saved === undefined) throw new Error(`Nothing was saved into ${table}.`)
  return saved
}

/** Rows that meet all conditions. */
export async function findAuthRows(
  db: Db,
  table: AuthTable,
  where: readonly AuthCondition[],
  { limit = 100, offset = 0, sortBy }: Find = {},
): Promise<AuthRow[]> {
  const order = sortBy ? sql`order by ${sql.ref(sortBy.column)} ${sql.raw(sortBy.direction)}` : sql``
  const query = sql<AuthRow>`select * from ${sql.table(table)} ${conditions(where)} ${order} limit ${limit} offset ${offset}`
  return (await query.execute(db)).rows
}

export async function countAuthRows(db: Db, table: AuthTable, where: readonly AuthCondition[]): Promise<number> {
  const query = sql<{ count: number }>`select count(*) as count from ${sql.table(table)} ${conditions(where)}`
  return Number((await query.execute(db)).rows[0]?.count ?? 0)
}

/** Changes the rows that meet all conditions, and gives them back. */
export async function updateAuthRows(
  db: Db,
  table: AuthTable,
  where: readonly AuthCondition[],
  change: AuthRow,
): Promise<AuthRow[]> {
  const set = sql.join(Object.entries(change).map(([name, value]) => sql`${sql.ref(name)} = ${value}`))
  return (await sql<AuthRow>`update ${sql.table(table)} set ${set} ${conditions(where)} returning *`.execute(db)).rows
}

/** Deletes the rows that meet all conditions, of which there is at least one; returns how many. */
export async function deleteAuthRows(db: Db, table: AuthTable, where: readonly AuthCondition[]): Promise<number> {
  if (where.length === 0) throw new Error(`Nothing says which rows of ${table} are to go.`)
  return (await sql`delete from ${sql.table(table)} ${conditions(where)} returning id`.execute(db)).rows.length
}

function conditions(where: readonly AuthCondition[]): RawBuilder<unknown> {
  if (where.length === 0) return sql``
  return sql`where ${sql.join(where.map(condition), sql` and `)}`
}

function condition({ column, operator, value }: AuthCondition): RawBuilder<unknown> {
  const name = sql.ref(column)
  if (operator === 'in' || operator === 'not_in') {
    const values = Array.isArray(value) ? value : [value]
    if (values.length === 0) return operator === 'in' ? sql`1 = 0` : sql`1 = 1`
    return sql`${name} ${sql.raw(operator === 'in' ? 'in' : 'not in')} (${sql.join(values)})`
  }
  if (value === null) return sql`${name} ${sql.raw(operator === 'ne' ? 'is not' : 'is')} null`
  return sql`${name} ${sql.raw(OPERATORS[operator])} ${value}`
}

import {
  type AuthCondition,
  type AuthRow,
  type AuthTable,
  type AuthValue,
  countAuthRows,
  type Db,
  deleteAuthRows,
  findAuthRows,
  insertAuthRow,
  updateAuthRows,
} from '@reynard/db'
import { type CustomAdapter, createAdapterFactory } from 'better-auth/adapters'
import { hashSecret } from './hash-secret.ts'

type LibraryCondition = Parameters<CustomAdapter['findMany']>[0]['where']

/**
 * better-auth on our tables: times as milliseconds, flags as 0 and 1, and of a session's token its hash alone. It never sees a token that
 * it did not bring.
 */
export function authAdapter({ kysely }: Pick<Db, 'kysely'>) {
  const adapter: CustomAdapter = {
    async create({ model, data }) {
      const saved = await insertAuthRow(kysely, tableOf(model), hashedRow(data))
      return Object.assign({}, data, saved, shownToken(data.token_hash))
    },
    async findOne<T>({ model, where }: Parameters<CustomAdapter['findOne']>[0]) {
      const [row] = await findAuthRows(kysely, tableOf(model), conditions(where), { limit: 1 })
      const asked = where.find(({ field, operator }) => field === 'token_hash' && operator === 'eq')
      return row === undefined ? null : (Object.assign(row, shownToken(asked?.value)) as T)
    },
    async findMany<T>({ model, where, limit, offset, sortBy }: Parameters<CustomAdapter['findMany']>[0]) {
      const order = sortBy && { sortBy: { column: sortBy.field, direction: sortBy.direction } }
      const found = await findAuthRows(kysely, tableOf(model), conditions(where), { limit, offset, ...order })
      return found as T[]
    },
    async count({ model, where }) {
      return await countAuthRows(kysely, tableOf(model), conditions(where))
    },
    async update<T>({ model, where, update }: Parameters<CustomAdapter['update']>[0]) {
      const [row] = await updateAuthRows(kysely, tableOf(model), conditions(where), hashedRow(update))
      return row === undefined ? null : (row as T)
    },
    async updateMany({ model, where, update }) {
      return (await updateAuthRows(kysely, tableOf(model), conditions(where), hashedRow(update))).length
    },
    async delete({ model, where }) {
      await deleteAuthRows(kysely, tableOf(model), conditions(where))
    },
    async deleteMany({ model, where }) {
      return await deleteAuthRows(kysely, tableOf(model), conditions(where))
    },
  }
  return createAdapterFactory({
    config: {
      adapterId: 'reynard',
      supportsDates: true,
      supportsBooleans: true,
      supportsJSON: false,
      supportsNumericIds: false,
      transaction: false,
      customTransformOutput: ({ data, fieldAttributes }) => {
        if (fieldAttributes.type === 'date' && typeof data === 'number') return new Date(data)
        return fieldAttributes.type === 'boolean' ? data === 1 : data
      },
    },
    adapter: () => adapter,
  })
}

function tableOf(model: string): AuthTable {
  if (model === 'users' || model === 'sessions' || model === 'accounts') return model
  throw new Error(`There is no table ${model} for accounts.`)
}

function toColumn(value: unknown): AuthValue {
  if (value instanceof Date) return value.getTime()
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'string' || typeof value === 'number' || value === null) return value
  if (value === undefined) return null
  throw new TypeError(`A column of accounts can't hold a ${typeof value}.`)
}

function hashedRow(data: unknown): AuthRow {
  const entries = Object.entries(data ?? {}).map(([name, value]): [string, AuthValue] => [name, column(name, value)])
  return Object.fromEntries(entries)
}

function column(name: string, value: unknown): AuthValue {
  return name === 'token_hash' && typeof value === 'string' ? hashSecret(value) : toColumn(value)
}

function shownToken(token: unknown): { token_hash?: string } {
  return typeof token === 'string' ? { token_hash: token } : {}
}

function conditions(where: LibraryCondition = []): AuthCondition[] {
  return where.map(({ field, operator, value, connector }) => {
    if (connector === 'OR' || operator === 'contains' || operator === 'starts_with' || operator === 'ends_with') {
      throw new Error(`Accounts are not asked for by ${connector} ${operator}.`)
    }
    const values = Array.isArray(value) ? value.map((one) => column(field, one)) : column(field, value)
    return { column: field, operator, value: values }
  })
}

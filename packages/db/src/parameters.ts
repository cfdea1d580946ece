import type { Compilable } from 'kysely'
import type { SqliteValue, Statement } from './sqlite/sqlite-messages.ts'

/** Compiles a statement on the caller's thread, ready for either dialect. */
export function toStatement(query: Compilable): Statement {
  const { sql, parameters } = query.compile()
  return { sql, parameters: toParameters(parameters) }
}

/** The values that both dialects take. Flags become 0 and 1; a NUL, which Postgres refuses in text, becomes the replacement character. */
export function toParameters(parameters: readonly unknown[]): SqliteValue[] {
  return parameters.map(toParameter)
}

function toParameter(value: unknown): SqliteValue {
  if (typeof value === 'string') return value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value
  if (typeof value === 'number' || typeof value === 'bigint' || value === null || value instanceof Uint8Array)
    return value
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value === undefined) return null
  throw new TypeError(`A database parameter can't be of type ${typeof value}`)
}

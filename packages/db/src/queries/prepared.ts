import { type Compilable, CompiledQuery, type Kysely } from 'kysely'
import type { Database } from '../schema.ts'

const known = new WeakMap<Kysely<Database>, Map<string, string>>()

/**
 * A statement whose text was compiled once and is used again with other values: building one anew costs more than running it, and these
 * are written for every question. `values` are the parameters in the order in which `build` names them; `name` must tell apart
 * statements of different text.
 */
export function prepared(
  db: Kysely<Database>,
  name: string,
  build: () => Compilable,
  values: readonly unknown[],
): Compilable {
  const texts = known.get(db) ?? new Map<string, string>()
  known.set(db, texts)
  const sql = texts.get(name) ?? compileText(build, values)
  texts.set(name, sql)
  const compiled = CompiledQuery.raw(sql, [...values])
  return { compile: () => compiled }
}

function compileText(build: () => Compilable, values: readonly unknown[]): string {
  const { sql, parameters } = build().compile()
  const same = parameters.length === values.length && parameters.every((parameter, i) => parameter === values[i])
  if (!same) throw new Error(`The values do not fit the statement: ${sql}`)
  return sql
}

/** The columns of a row that are set, as part of a name, and their values in the same order. */
export function columnsOf(row: object): { columns: string; values: unknown[] } {
  const set = Object.entries(row).filter(([, value]) => value !== undefined)
  return { columns: set.map(([column]) => column).join(), values: set.map(([, value]) => value) }
}

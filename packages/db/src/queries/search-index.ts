import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../open-database.ts'
import type { SearchWords } from './search-words.ts'

export type Matching = { from: RawBuilder<unknown>; where: RawBuilder<unknown>; order: RawBuilder<unknown> }

/**
 * Where the dialects differ: how the index of a table is asked. `all`: every word must be there, the last at least as a beginning.
 * `any`: one of them is enough, each as a beginning; the more and the rarer, the earlier.
 */
export function matching(
  db: Db,
  table: 'conversations' | 'memories' | 'messages',
  alias: 'c' | 'm',
  { typed, literal }: Pick<SearchWords, 'typed' | 'literal'>,
  mode: 'all' | 'any' = 'all',
): Matching {
  const nothing = sql``
  const isAny = mode === 'any'
  if (literal !== null) {
    const column = sql.ref(`${alias}.${table === 'conversations' ? 'title' : 'text'}`)
    const pattern = `%${literal.toLowerCase().replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
    return { from: nothing, where: sql`lower(${column}) like ${pattern} escape '\\'`, order: sql`1` }
  }
  if (db.dialect === 'sqlite') {
    const index = sql.table(`${table}_search`)
    const match = typed
      .map((text, at) => `"${text}"${isAny || at === typed.length - 1 ? '*' : ''}`)
      .join(isAny ? ' OR ' : ' ')
    return {
      from: sql`join ${index} on ${index}.rowid = ${sql.ref(`${alias}.search_id`)}`,
      where: sql`${index} match ${match}`,
      order: sql`rank`,
    }
  }
  // Words pass through the same function as the texts did, so that both lose the same accents; what is left are letters and digits.
  // Nothing may be left (① is a number and no digit), and nothing is no query.
  const words = sql`nullif(trim(search_words(${typed.join(' ')})), '')`
  const between = isAny ? ':* | ' : ' & '
  const asked = sql`to_tsquery('simple', regexp_replace(${words}, ' +', ${between}, 'g') || ':*')`
  const column = sql.ref(`${alias}.search`)
  return { from: nothing, where: sql`${column} @@ ${asked}`, order: sql`ts_rank(${column}, ${asked}) desc` }
}

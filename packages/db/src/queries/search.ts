import type { SearchHit } from '@reynard/protocol'
import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../open-database.ts'
import { matching } from './search-index.ts'
import { asLiteral, asTypedLiteral, markSnippet, type SearchWords, toSearchWords } from './search-words.ts'

type SearchQuery = { ownerId: string; query: string; limit: number }
type Row = {
  conversation_id: string
  title: string
  id: string | null
  role: SearchHit['role']
  created_at: number
  text: string
}

/** More of a message than this is found, but no snippet is cut from what lies beyond. */
const snippetSourceLength = 200_000

/**
 * Full-text search over somebody's titles, then messages, best matches first. All words must be there, the last one at least as a
 * beginning; where that finds nothing, the query as it stands, also within words. The query is taken as words, never as syntax.
 */
export async function searchMessages(db: Db, { ownerId, query, limit }: SearchQuery): Promise<SearchHit[]> {
  const search = toSearchWords(query)
  if (!search) return []
  const hits = await find(db, ownerId, search, limit)
  if (hits.length > 0) return hits
  // A Latin word in the midst of Chinese stands without spaces, so the index has it as a part of another. This reads every text.
  const within = search.literal === null ? await find(db, ownerId, asLiteral(query), limit) : hits
  const asTyped = { ...search, literal: asTypedLiteral(query) }
  return within.length > 0 || asTyped.literal === null ? within : await find(db, ownerId, asTyped, limit)
}

async function find(db: Db, ownerId: string, search: SearchWords, limit: number): Promise<SearchHit[]> {
  const titles = await run(db, titleQuery(db, ownerId, search, limit))
  const messages = titles.length < limit ? await run(db, messageQuery(db, ownerId, search, limit - titles.length)) : []
  return [...titles, ...messages].map((row) => ({
    conversationId: row.conversation_id,
    conversationTitle: row.title,
    messageId: row.id ?? '',
    role: row.role,
    createdAt: row.created_at,
    snippet: markSnippet(row.text, search),
  }))
}

function titleQuery(db: Db, ownerId: string, search: SearchWords, limit: number): RawBuilder<Row> {
  const { from, where, order } = matching(db, 'conversations', 'c', search)
  return sql<Row>`
    select c.id as conversation_id, c.title, c.active_leaf_id as id, 'title' as role, c.updated_at as created_at, c.title as text
    from conversations c ${from}
    where ${where} and c.owner_id = ${ownerId} and c.deleted_at is null
    order by ${order}, c.updated_at desc limit ${limit}`
}

function messageQuery(db: Db, ownerId: string, search: SearchWords, limit: number): RawBuilder<Row> {
  const { from, where, order } = matching(db, 'messages', 'm', search)
  return sql<Row>`
    select m.conversation_id, c.title, m.id, m.role, m.created_at, substr(m.text, 1, ${sql.lit(snippetSourceLength)}) as text
    from messages m ${from} join conversations c on c.id = m.conversation_id
    where ${where} and c.owner_id = ${ownerId} and c.deleted_at is null
    order by ${order}, m.created_at desc limit ${limit}`
}

async function run(db: Db, query: RawBuilder<Row>): Promise<Row[]> {
  return (await query.execute(db.kysely)).rows
}

import { type Compilable, type Insertable, type Kysely, type Selectable, sql } from 'kysely'
import type { Db } from '../open-database.ts'
import { type Database, memoryColumns } from '../schema.ts'
import { matching } from './search-index.ts'
import { asLiteral, type SearchWords, toSearchWords } from './search-words.ts'

/** A memory with the title of the chat that it comes from; null where it comes from none, or the chat is deleted. */
export type MemoryRow = Selectable<Database['memories']> & { conversation_title: string | null }

type Tables = Kysely<Database>
type Key = { ownerId: string; id: string }

/** A fact to remember. */
export function insertMemory(db: Tables, row: Insertable<Database['memories']>): Compilable {
  return db.insertInto('memories').values(row)
}

/** A change to one of somebody's own; `deleted_at` takes it out of sight, null brings it back. */
export function updateMemory(
  db: Tables,
  { ownerId, id }: Key,
  patch: { text?: string; updated_at?: number; deleted_at?: number | null },
): Compilable {
  return db.updateTable('memories').set(patch).where('id', '=', id).where('owner_id', '=', ownerId)
}

/** Everything of those deleted before `before` goes. */
export function purgeMemories(db: Tables, before: number): Compilable {
  return db.deleteFrom('memories').where('deleted_at', '<=', before)
}

/** Whether there is anything to purge. */
export async function hasMemoriesToPurge(db: Tables, before: number): Promise<boolean> {
  return (
    (await db.selectFrom('memories').select('id').where('deleted_at', '<=', before).limit(1).executeTakeFirst()) !==
    undefined
  )
}

const withTitles = (db: Tables) =>
  db
    .selectFrom('memories')
    .leftJoin('conversations', (join) =>
      join.onRef('conversations.id', '=', 'memories.conversation_id').on('conversations.deleted_at', 'is', null),
    )
    .select(memoryColumns.map((column) => `memories.${column}` as const))
    .select('conversations.title as conversation_title')

/** One of somebody's own, also where its undo time runs. */
export async function findMemory(db: Tables, { ownerId, id }: Key): Promise<MemoryRow | undefined> {
  return await withTitles(db).where('memories.id', '=', id).where('memories.owner_id', '=', ownerId).executeTakeFirst()
}

/** How many somebody has. */
export async function countMemories(db: Tables, ownerId: string): Promise<number> {
  const { count } = await db
    .selectFrom('memories')
    .select(({ fn }) => fn.countAll<number | string>().as('count'))
    .where('owner_id', '=', ownerId)
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Whether somebody has any: one look into an index. */
export async function hasMemories(db: Tables, ownerId: string): Promise<boolean> {
  const found = await sql`
    select 1 from memories where owner_id = ${ownerId} and deleted_at is null limit 1`.execute(db)
  return found.rows.length > 0
}

type ListQuery = {
  ownerId: string
  limit: number
  /** Those after this one, newest first. */
  after: { updatedAt: number; id: string } | null
}

/** A page of somebody's own, the last changed first. `after`: the last one of the page before. */
export async function listMemories(db: Tables, { ownerId, limit, after }: ListQuery): Promise<MemoryRow[]> {
  return await withTitles(db)
    .where('memories.owner_id', '=', ownerId)
    .where('memories.deleted_at', 'is', null)
    .$if(after !== null, (list) =>
      list.where((is) =>
        is.or([
          is('memories.updated_at', '<', after!.updatedAt),
          is.and([is('memories.updated_at', '=', after!.updatedAt), is('memories.id', '<', after!.id)]),
        ]),
      ),
    )
    .orderBy('memories.updated_at', 'desc')
    .orderBy('memories.id', 'desc')
    .limit(limit)
    .execute()
}

type SearchQuery = { ownerId: string; query: string; limit: number }

/** As `searchMessages`: all words, the last one at least as a beginning; where that finds nothing, the query as it stands. */
export async function searchMemories(db: Db, { ownerId, query, limit }: SearchQuery): Promise<MemoryRow[]> {
  const words = toSearchWords(query)
  if (words === null) return []
  const found = await idsOf(db, ownerId, words, limit)
  const ids = found.length > 0 || words.literal !== null ? found : await idsOf(db, ownerId, asLiteral(query), limit)
  return await listMemoriesByIds(db, ownerId, ids)
}

async function idsOf(db: Db, ownerId: string, search: SearchWords, limit: number): Promise<string[]> {
  const { from, where, order } = matching(db, 'memories', 'm', search)
  const found = await sql<{ id: string }>`
    select m.id from memories m ${from}
    where ${where} and m.owner_id = ${ownerId} and m.deleted_at is null
    order by ${order}, m.updated_at desc limit ${limit}`.execute(db.kysely)
  return found.rows.map(({ id }) => id)
}

/** Those of somebody's own among `ids`, in their order. */
export async function listMemoriesByIds(db: Db, ownerId: string, ids: readonly string[]): Promise<MemoryRow[]> {
  if (ids.length === 0) return []
  const rows = await withTitles(db.kysely)
    .where('memories.owner_id', '=', ownerId)
    .where('memories.deleted_at', 'is', null)
    .where('memories.id', 'in', ids)
    .execute()
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

type Candidate = { id: string; text: string; created_at: number }
type CandidateQuery = {
  ownerId: string
  /** Beginnings of words, of letters and digits only. One of them is enough. */
  beginnings: readonly string[]
  /** Pieces of scripts without spaces: anywhere in the text. */
  pieces: readonly string[]
  limit: number
}

/** Memories that share a word with a question, the best first as the database ranks them. Whether they belong to it is for the caller to say. */
export async function findMemoryCandidates(db: Db, query: CandidateQuery): Promise<Candidate[]> {
  const { ownerId, beginnings, pieces, limit } = query
  const own = sql`m.owner_id = ${ownerId} and m.deleted_at is null`
  const found = beginnings.length === 0 ? [] : await findByBeginnings(db, own, beginnings, limit)
  if (pieces.length === 0) return found
  const anywhere = pieces.map((piece) => sql`m.text like ${`%${piece}%`}`)
  const more = await sql<Candidate>`
    select m.id, m.text, m.created_at from memories m where ${own} and (${sql.join(anywhere, sql` or `)})
    order by m.updated_at desc limit ${limit}`.execute(db.kysely)
  const known = new Set(found.map(({ id }) => id))
  return [...found, ...more.rows.filter(({ id }) => !known.has(id))]
}

async function findByBeginnings(
  db: Db,
  own: ReturnType<typeof sql>,
  beginnings: readonly string[],
  limit: number,
): Promise<Candidate[]> {
  if (db.dialect === 'sqlite') {
    const match = beginnings.map((text) => `"${text}"*`).join(' OR ')
    const { rows } = await sql<Candidate>`
      select m.id, m.text, m.created_at from memories m join memories_search on memories_search.rowid = m.search_id
      where memories_search match ${match} and ${own} order by rank limit ${limit}`.execute(db.kysely)
    return rows
  }
  const words = sql`nullif(trim(search_words(${beginnings.join(' ')})), '')`
  const asked = sql`to_tsquery('simple', regexp_replace(${words}, ' +', ':* | ', 'g') || ':*')`
  const { rows } = await sql<Candidate>`
    select m.id, m.text, m.created_at from memories m
    where m.search @@ ${asked} and ${own} order by ts_rank(m.search, ${asked}) desc limit ${limit}`.execute(db.kysely)
  return rows
}

/** Where a model places a memory, instead of where one placed it before. */
export function putMemoryVector(db: Tables, row: Insertable<Database['memory_vectors']>): Compilable {
  const { model, vector } = row
  return db
    .insertInto('memory_vectors')
    .values(row)
    .onConflict((same) => same.column('memory_id').doUpdateSet({ model, vector }))
}

/** Its text has changed: it has to be placed anew. */
export function deleteMemoryVector(db: Tables, memoryId: string): Compilable {
  return db.deleteFrom('memory_vectors').where('memory_id', '=', memoryId)
}

/** Every vector that one model made of somebody's memories. */
export async function listMemoryVectors(db: Tables, ownerId: string, model: string) {
  return await db
    .selectFrom('memory_vectors')
    .innerJoin('memories', 'memories.id', 'memory_vectors.memory_id')
    .select(['memory_vectors.memory_id', 'memory_vectors.vector'])
    .where('memories.owner_id', '=', ownerId)
    .where('memories.deleted_at', 'is', null)
    .where('memory_vectors.model', '=', model)
    .execute()
}

/** Memories that this model has not placed yet, newest first. */
export async function listMemoriesWithoutVector(db: Tables, ownerId: string, model: string, limit: number) {
  return await db
    .selectFrom('memories')
    .leftJoin('memory_vectors', (join) =>
      join.onRef('memory_vectors.memory_id', '=', 'memories.id').on('memory_vectors.model', '=', model),
    )
    .select(['memories.id', 'memories.text', 'memories.updated_at'])
    .where('memories.owner_id', '=', ownerId)
    .where('memories.deleted_at', 'is', null)
    .where('memory_vectors.memory_id', 'is', null)
    .orderBy('memories.updated_at', 'desc')
    .limit(limit)
    .execute()
}

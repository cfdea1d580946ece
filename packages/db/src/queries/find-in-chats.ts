import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../open-database.ts'
import { matching } from './search-index.ts'
import { firstMatch, type SearchWords, toSearchWords } from './search-words.ts'

/** `since`, `until`: UTC milliseconds, the second not included. `words` may be empty: then the newest. */
export type ChatsQuery = {
  ownerId: string
  /** This conversation is left out. */
  except: string
  words: string
  since: number | null
  until: number | null
  limit: number
}
/** A message of somebody's chats. `snippet`: about what was looked for, on one line. */
export type ChatsHit = {
  conversationId: string
  conversationTitle: string
  messageId: string
  role: 'user' | 'assistant'
  at: number
  snippet: string
}
type Row = {
  conversation_id: string
  title: string
  id: string
  role: ChatsHit['role']
  created_at: number
  text: string
}

const snippetLength = 400
const snippetBefore = 120
const snippetSourceLength = 200_000

/** Words that say nothing about what is looked for, where one word is enough. */
const fillers = new Set(
  'a about an and any are as at be but by can did do does for from had has have how i in is it its me my of on or our say said so tell that the then there they this to told up was we were what when where which who why will with you your der die das den dem des ein eine einen einer und oder ist war mein meine meinem meinen dein ich du wir es zu zum zur von im in mit was wann wo wer wie habe hatte über'.split(
    ' ',
  ),
)

/**
 * What was said in somebody's other chats. First what has all the words, then what has some of them, then questions that began a chat
 * whose title has some; each message once. Nothing in the words is syntax.
 */
export async function findInChats(db: Db, query: ChatsQuery): Promise<ChatsHit[]> {
  const search = toSearchWords(query.words)
  if (search === null) return newest(db, query)
  const some = withoutFillers(search)
  const hits = new Map<string, ChatsHit>()
  for (const find of [
    () => run(db, messagesQuery(db, query, search, 'all'), some),
    () => run(db, messagesQuery(db, query, some, 'any'), some),
    () => run(db, titlesQuery(db, query, some), some),
  ]) {
    if (hits.size >= query.limit) break
    for (const hit of await find()) if (!hits.has(hit.messageId)) hits.set(hit.messageId, hit)
  }
  return [...hits.values()].slice(0, query.limit)
}

/** Those that mean something, without the ending of a plural: the beginning of a word finds both. */
function withoutFillers(search: SearchWords): SearchWords {
  const meant = search.typed.filter((word) => !fillers.has(word.toLowerCase()))
  const typed = (meant.length > 0 ? meant : search.typed).map((word) =>
    /^\p{L}{4,}s$/u.test(word) ? word.slice(0, -1) : word,
  )
  return { ...search, typed }
}

const columns = sql`m.conversation_id, c.title, m.id, m.role, m.created_at, substr(m.text, 1, ${sql.lit(snippetSourceLength)}) as text`

/** What every hit must be: the owner's, in another chat that is there, of the time that is asked for. */
function mine({ ownerId, except, since, until }: ChatsQuery): RawBuilder<unknown> {
  const from = since === null ? sql`` : sql` and m.created_at >= ${since}`
  const to = until === null ? sql`` : sql` and m.created_at < ${until}`
  return sql`c.owner_id = ${ownerId} and c.deleted_at is null and c.id <> ${except} and m.text <> ''${from}${to}`
}

function messagesQuery(db: Db, query: ChatsQuery, search: SearchWords, mode: 'all' | 'any'): RawBuilder<Row> {
  const { from, where, order } = matching(db, 'messages', 'm', search, mode)
  return sql<Row>`
    select ${columns} from messages m ${from} join conversations c on c.id = m.conversation_id
    where ${where} and ${mine(query)} order by ${order}, m.created_at desc limit ${query.limit}`
}

function titlesQuery(db: Db, query: ChatsQuery, search: SearchWords): RawBuilder<Row> {
  const { from, where, order } = matching(db, 'conversations', 'c', search, 'any')
  return sql<Row>`
    select ${columns} from conversations c ${from} join messages m on m.conversation_id = c.id and m.parent_id is null and m.role = 'user'
    where ${where} and ${mine(query)} order by ${order}, m.created_at desc limit ${query.limit}`
}

function newest(db: Db, query: ChatsQuery): Promise<ChatsHit[]> {
  const rows = sql<Row>`
    select ${columns} from messages m join conversations c on c.id = m.conversation_id
    where m.role = 'user' and ${mine(query)} order by m.created_at desc limit ${query.limit}`
  return run(db, rows, null)
}

async function run(db: Db, query: RawBuilder<Row>, search: SearchWords | null): Promise<ChatsHit[]> {
  return (await query.execute(db.kysely)).rows.map((row) => ({
    conversationId: row.conversation_id,
    conversationTitle: row.title,
    messageId: row.id,
    role: row.role,
    at: row.created_at,
    snippet: snippetOf(row.text, search === null ? 0 : firstMatch(row.text, search)),
  }))
}

function snippetOf(text: string, at: number): string {
  const blank = at <= snippetBefore ? 0 : text.indexOf(' ', at - snippetBefore) + 1
  const from = Math.min(blank, at)
  const line = text
    .slice(from, from + snippetLength)
    .replaceAll(/\s+/g, ' ')
    .trim()
    .toWellFormed()
  return `${from > 0 ? '…' : ''}${line}${from + snippetLength < text.length ? '…' : ''}`
}

import type { RecalledFact } from '@reynard/agent'
import {
  countMemories,
  type Db,
  deleteMemoryVector,
  findMemory,
  findMemoryCandidates,
  hasMemories,
  insertMemory,
  listMemories,
  listMemoriesByIds,
  listSettings,
  type MemoryRow,
  putSetting,
  searchMemories,
  updateMemory,
} from '@reynard/db'
import { AppError, cleanLine, type Memory, memorySettingsSchema } from '@reynard/protocol'
import { v7 as newId } from 'uuid'
import type { ChangeSink, Clock, RunLogger } from '../runs/ports.ts'
import { findQuote } from './find-quote.ts'
import type { MemoryService } from './memory-service.ts'
import { fold, questionWords } from './question-words.ts'
import { asksForAll, rankMemories } from './rank-memories.ts'
import { createVectorRecall, type Embedder } from './vector-recall.ts'

type Options = {
  db: Db
  /** The operator's switch; read anew each time. */
  allowed(): boolean
  /** Who makes vectors, where somebody does. */
  embedder(): Embedder | null
  changes: ChangeSink
  clock: Clock
  logger: RunLogger
  undoMs: number
}

const settingKey = 'memory'
const mostPerOwner = 10_000
const mostCandidates = 200
/** An answer waits for no vector longer than this. */
const vectorMs = 300
/** What is recalled is a reminder, not a second conversation. */
const mostRecalled = 8
const mostCharacters = 2_400
const shareOfWindow = 0.1
const charactersPerToken = 4

const gone = () => new AppError('not-found', 'This memory is not here. It may have been deleted.')

function toMemory(row: MemoryRow): Memory {
  const { id, text, quote, conversation_id, conversation_title, message_id, created_at, updated_at } = row
  // While the undo time of a chat runs it is as good as gone.
  const isThere = conversation_title !== null
  const source: Memory['source'] =
    quote === null
      ? { kind: 'person' }
      : {
          kind: 'chat',
          quote,
          conversationId: isThere ? conversation_id : null,
          conversationTitle: conversation_title,
          messageId: isThere ? message_id : null,
        }
  return { id, text, source, createdAt: created_at, updatedAt: updated_at }
}

/** Keeps what people want remembered, and finds what belongs to a question. */
export function createMemoryService(options: Options): MemoryService {
  const { db, allowed, changes, clock, logger, undoMs } = options
  const { kysely } = db
  const vectors = createVectorRecall(options)
  const switches = new Map<string, boolean>()
  /** Who has none: the database is not asked again for each answer. Only this process writes memories. */
  const withoutAny = new Set<string>()
  let timesChanged = 0

  async function isEnabled(ownerId: string): Promise<boolean> {
    const known = switches.get(ownerId)
    if (known !== undefined) return known
    const row = (await listSettings(kysely, ownerId)).find(({ key }) => key === settingKey)
    const parsed = row === undefined ? undefined : memorySettingsSchema.safeParse(JSON.parse(row.value))
    const enabled = parsed?.success ? parsed.data.enabled : true
    switches.set(ownerId, enabled)
    return enabled
  }

  async function get(ownerId: string, id: string): Promise<MemoryRow> {
    const row = await findMemory(kysely, { ownerId, id })
    if (row === undefined) throw gone()
    return row
  }

  async function hasAny(ownerId: string): Promise<boolean> {
    if (withoutAny.has(ownerId)) return false
    const before = timesChanged
    const has = await hasMemories(kysely, ownerId)
    // One that was kept while this was asked counts.
    if (!has && before === timesChanged) withoutAny.add(ownerId)
    return has
  }

  const changed = (ownerId: string) => {
    timesChanged += 1
    withoutAny.delete(ownerId)
    vectors.forget(ownerId)
    vectors.place(ownerId)
    changes.publish(ownerId, { kind: 'memory' })
  }

  /** One that says the same, in whatever case. */
  async function findSame(ownerId: string, text: string): Promise<MemoryRow | undefined> {
    const near = await searchMemories(db, { ownerId, query: text.slice(0, 200), limit: 50 })
    return near.find((row) => fold(row.text) === fold(text))
  }

  type Source = { quote: string; conversationId: string; messageId: string }
  async function add(ownerId: string, text: string, source: Source | null): Promise<string> {
    if ((await countMemories(kysely, ownerId)) >= mostPerOwner) {
      throw new AppError(
        'bad-request',
        `${mostPerOwner} memories are the most. Delete some that are not true any more.`,
      )
    }
    const [id, now] = [newId(), clock.now()]
    const row = {
      id,
      owner_id: ownerId,
      text,
      quote: source?.quote ?? null,
      conversation_id: source?.conversationId ?? null,
      message_id: source?.messageId ?? null,
      created_at: now,
      updated_at: now,
      deleted_at: null,
    }
    await db.commit([insertMemory(kysely, row)])
    changed(ownerId)
    return id
  }

  /** By meaning, as far as that is known in time; a model that is slow or fails leaves it to the words. */
  async function byVectors(ownerId: string, question: string): Promise<string[]> {
    const asked = vectors.nearest(ownerId, question)
    if (asked === null) return []
    const late = Promise.withResolvers<string[]>()
    const cancel = clock.after(vectorMs, () => late.resolve([]))
    try {
      return await Promise.race([asked, late.promise])
    } catch (error) {
      logger.warn({ err: error }, 'memories were recalled by their words, since no vector could be had')
      return []
    } finally {
      cancel()
    }
  }

  async function byWords(ownerId: string, question: string): Promise<string[]> {
    const words = questionWords(question)
    if (asksForAll(fold(question.slice(0, 300)), words)) {
      return (await listMemories(kysely, { ownerId, limit: mostRecalled, after: null })).map(({ id }) => id)
    }
    if (words.beginnings.length === 0 && words.pieces.length === 0) return []
    const candidates = await findMemoryCandidates(db, { ownerId, ...words, limit: mostCandidates })
    return rankMemories(words, candidates).map(({ id }) => id)
  }

  async function recall(ownerId: string, question: string, windowTokens: number): Promise<RecalledFact[]> {
    try {
      if (!(await hasAny(ownerId))) return []
      const [near, alike] = await Promise.all([byVectors(ownerId, question), byWords(ownerId, question)])
      const ids = [...new Set([...near.filter((id) => alike.includes(id)), ...near, ...alike])].slice(0, mostRecalled)
      let room = Math.min(mostCharacters, windowTokens * shareOfWindow * charactersPerToken)
      const recalled: RecalledFact[] = []
      for (const row of await listMemoriesByIds(db, ownerId, ids)) {
        const { id, text, created_at, conversation_id, conversation_title, message_id } = row
        if (text.length > room) continue
        room -= text.length
        recalled.push({
          id,
          text,
          createdAt: created_at,
          ...(conversation_title !== null && conversation_id !== null && { conversationId: conversation_id }),
          ...(conversation_title !== null && message_id !== null && { messageId: message_id }),
        })
      }
      return recalled
    } catch (error) {
      logger.warn({ err: error }, 'nothing was recalled')
      return []
    }
  }

  return {
    freeVectors: vectors.forgetAll,
    async list(ownerId, { query, limit, cursor }) {
      const [total, enabled] = await Promise.all([countMemories(kysely, ownerId), isEnabled(ownerId)])
      const rows =
        query === ''
          ? await listMemories(kysely, { ownerId, limit: limit + 1, after: cursor ?? null })
          : await searchMemories(db, { ownerId, query, limit })
      const page = rows.slice(0, limit)
      const last = page.at(-1)
      return {
        memories: page.map(toMemory),
        nextCursor: rows.length > limit && last !== undefined ? { updatedAt: last.updated_at, id: last.id } : null,
        total,
        enabled,
        allowed: allowed(),
      }
    },
    async create(ownerId, text) {
      if ((await findSame(ownerId, text)) !== undefined) throw new AppError('conflict', 'This is remembered already.')
      return toMemory(await get(ownerId, await add(ownerId, text, null)))
    },
    async update(ownerId, { id, text }) {
      if ((await get(ownerId, id)).deleted_at !== null) throw gone()
      await db.commit([
        updateMemory(kysely, { ownerId, id }, { text, updated_at: clock.now() }),
        deleteMemoryVector(kysely, id),
      ])
      changed(ownerId)
      return toMemory(await get(ownerId, id))
    },
    async remove(ownerId, id) {
      if ((await get(ownerId, id)).deleted_at !== null) throw gone()
      await db.commit([updateMemory(kysely, { ownerId, id }, { deleted_at: clock.now() })])
      changed(ownerId)
      return { undoMs }
    },
    async restore(ownerId, id) {
      await get(ownerId, id)
      await db.commit([updateMemory(kysely, { ownerId, id }, { deleted_at: null })])
      changed(ownerId)
    },
    async setEnabled(ownerId, enabled) {
      const value = JSON.stringify({ enabled })
      await db.commit([putSetting(kysely, { scope: ownerId, key: settingKey, value, now: clock.now() })])
      switches.set(ownerId, enabled)
      changes.publish(ownerId, { kind: 'memory' })
    },
    async forRun({ ownerId, conversationId, source, off }) {
      if (source === 'api' || off || !allowed() || !(await isEnabled(ownerId))) return null
      return {
        recall: (question, windowTokens) => recall(ownerId, question, windowTokens),
        tools: {
          findQuote: (quote) => findQuote(db, conversationId, quote),
          async keep({ text, quote, messageId }) {
            const clean = cleanLine(text)
            if ((await findSame(ownerId, clean)) !== undefined) return 'known'
            await add(ownerId, clean, { quote, conversationId, messageId })
            return 'kept'
          },
        },
      }
    },
  }
}

import {
  type ConversationListRow,
  type Db,
  deleteSubtree,
  findConversation,
  findDeletedConversation,
  findMessage,
  hasAssistantsToPurge,
  hasMemoriesToPurge,
  hasSummariesToPurge,
  listConversationIds,
  listConversations,
  listDeletedConversationIds,
  listMessages,
  listRuns,
  listSubtreeIds,
  listSummaries,
  type MessageRow,
  purgeAssistants,
  purgeConversations,
  purgeMemories,
  purgeSummaries,
  updateConversation,
} from '@reynard/db'
import { AppError, type Conversation, type ExportedConversations, type RunView } from '@reynard/protocol'
import type { ToolSessions } from '../assistants/tool-sessions.ts'
import { toSummary } from '../memory/summary-service.ts'
import type { ProjectService } from '../projects/project-service.ts'
import { parseSettings } from '../runs/plan-runs.ts'
import type { ChangeSink, Clock, RunLogger } from '../runs/ports.ts'
import type { RunService } from '../runs/run-service.ts'
import { viewOfRun } from '../runs/saved-run.ts'
import type { AttachmentService } from '../uploads/attachment-service.ts'
import { exportRoom } from '../uploads/exported-files.ts'
import type { ConversationService } from './conversation-service.ts'
import { exportName, importStatements, toExported, toMarkdown } from './export-conversations.ts'
import { findNew } from './find-new.ts'
import { summarize } from './summarize.ts'

export type ConversationServiceOptions = {
  db: Db
  runs: Pick<RunService, 'liveView' | 'stopWithin' | 'waitsFor'>
  projects: Pick<ProjectService, 'of' | 'stop'>
  /** The workspaces of conversations. */
  files: Pick<ToolSessions, 'remove'>
  attachments: Pick<AttachmentService, 'list' | 'take' | 'place' | 'contents'>
  changes: ChangeSink
  clock: Clock
  logger: RunLogger
  /** How long a deleted conversation can be had back, in milliseconds. */
  undoMs: number
}

const mostPinned = 200
const purgeEveryMs = 60_000

/** Where the eye goes when the leaf on screen is deleted: the newest message below the nearest sibling, else the parent. */
function leafBeside(messages: MessageRow[], removed: ReadonlySet<string>, at: MessageRow): string | null {
  const left = messages.filter((message) => !removed.has(message.id))
  let leaf = left.findLast((message) => message.parent_id === at.parent_id)?.id
  for (let child = leaf; child !== undefined; child = left.findLast((message) => message.parent_id === child)?.id) {
    leaf = child
  }
  return leaf ?? at.parent_id
}

/** Lists, reads, changes, deletes, exports and imports conversations. */
export function createConversationService(options: ConversationServiceOptions): ConversationService {
  const { db, runs, files, attachments, changes, clock, logger, undoMs } = options
  const { kysely } = db

  async function get(ownerId: string, id: string): Promise<ConversationListRow> {
    const row = await findConversation(kysely, ownerId, id)
    if (row === undefined) throw new AppError('not-found', 'This conversation is not here. It may have been deleted.')
    return row
  }

  const changing = new Map<string, Promise<unknown>>()
  /** A change is made of what is there, so those of one conversation take turns: the later one would undo the earlier. */
  async function inTurn<Result>(id: string, change: () => Promise<Result>): Promise<Result> {
    const turn = (changing.get(id) ?? Promise.resolve()).then(change, change)
    changing.set(id, turn)
    try {
      return await turn
    } finally {
      if (changing.get(id) === turn) changing.delete(id)
    }
  }

  async function read(ownerId: string, id: string): Promise<Conversation> {
    const row = await get(ownerId, id)
    const [messages, runRows, attached, summaries] = await Promise.all([
      listMessages(kysely, id),
      listRuns(kysely, id),
      attachments.list(id),
      listSummaries(kysely, id),
    ])
    const views = new Map<string, RunView[]>()
    for (const run of runRows) {
      if (run.message_id === null) continue
      const view = runs.liveView(run.id) ?? (await viewOfRun(db, run))
      const of = views.get(run.message_id)
      if (of === undefined) views.set(run.message_id, [view])
      else of.push(view)
    }
    return {
      ...summarize(row, runs.waitsFor(row.id)),
      settings: parseSettings(row.settings),
      activeLeafId: row.active_leaf_id,
      ...(summaries.length > 0 && { summaries: summaries.map(toSummary) }),
      project: await options.projects.of(ownerId, id),
      messages: messages.map((message) => ({
        id: message.id,
        conversationId: id,
        parentId: message.parent_id,
        role: message.role,
        text: message.text,
        createdAt: message.created_at,
        ...(attached.has(message.id) && { attachments: attached.get(message.id) }),
        runs: views.get(message.id) ?? [],
      })),
    }
  }

  /** With the files of questions, as far as one file holds them. */
  async function exported(conversations: Conversation[]): Promise<ExportedConversations['conversations']> {
    const room = exportRoom()
    const all: ExportedConversations['conversations'] = []
    for (const conversation of conversations) {
      const hasFiles = conversation.messages.some((message) => message.attachments !== undefined)
      all.push(toExported(conversation, hasFiles ? await attachments.contents(conversation, room) : new Map()))
    }
    return all
  }

  /** Something was purged, and the database's own files still hold it. */
  let leavesTraces = false

  async function purge(): Promise<void> {
    const before = clock.now() - undoMs
    try {
      const ids = await listDeletedConversationIds(kysely, before)
      if (ids.length > 0 || (await hasAssistantsToPurge(kysely, before))) {
        // Files first: without its row nobody would know of a folder that is left.
        await files.remove(ids)
        await db.commit([purgeConversations(kysely, before), purgeAssistants(kysely, before)])
        leavesTraces = true
      }
      if ((await hasMemoriesToPurge(kysely, before)) || (await hasSummariesToPurge(kysely, before))) {
        await db.commit([purgeMemories(kysely, before), purgeSummaries(kysely, before)])
        leavesTraces = true
      }
      if (leavesTraces) leavesTraces = !(await db.forgetDeleted())
    } catch (error) {
      logger.warn({ err: error }, 'what was deleted could not be purged; trying again later')
    }
  }

  return {
    async list(ownerId, { limit, cursor, source }) {
      const query = { ownerId, source, limit }
      const pinned = cursor
        ? []
        : await listConversations(kysely, { ...query, limit: mostPinned, pinned: true, after: null })
      // One more than asked for tells whether there is a next page.
      const rows = await listConversations(kysely, { ...query, limit: limit + 1, pinned: false, after: cursor ?? null })
      const page = rows.slice(0, limit)
      const last = page.at(-1)
      return {
        items: [...pinned, ...page].map((row) => summarize(row, runs.waitsFor(row.id))),
        nextCursor: rows.length > limit && last !== undefined ? { updatedAt: last.updated_at, id: last.id } : null,
      }
    },
    byId: read,
    update: (ownerId, { id, title, pinned, settings, activeLeafId, read: seen }) =>
      inTurn(id, async () => {
        const row = await get(ownerId, id)
        if (activeLeafId !== undefined && (await findMessage(kysely, ownerId, activeLeafId))?.conversation_id !== id) {
          throw new AppError('not-found', 'This message is not in the conversation. It may have been deleted.')
        }
        const patch = {
          ...(title !== undefined && { title, title_source: 'person' as const }),
          ...(pinned !== undefined && { pinned: pinned ? 1 : 0 }),
          ...(settings !== undefined && { settings: JSON.stringify({ ...parseSettings(row.settings), ...settings }) }),
          ...(activeLeafId !== undefined && { active_leaf_id: activeLeafId }),
          ...(seen && { read_at: Math.max(clock.now(), row.updated_at) }),
        }
        if (Object.keys(patch).length === 0) return summarize(row, runs.waitsFor(id))
        await db.commit([updateConversation(kysely, id, patch)])
        changes.publish(ownerId, { kind: 'conversation', conversationId: id })
        return summarize({ ...row, ...patch }, runs.waitsFor(id))
      }),
    async remove(ownerId, id) {
      await get(ownerId, id)
      await db.commit([updateConversation(kysely, id, { deleted_at: clock.now() })])
      changes.publish(ownerId, { kind: 'conversation-removed', conversationId: id })
      options.projects.stop(id)
      await runs.stopWithin(id, null)
      return { undoMs }
    },
    async restore(ownerId, id) {
      const row = await findDeletedConversation(kysely, ownerId, id)
      // Back already (a second click, another tab): as wished.
      if (row === undefined) await get(ownerId, id)
      else await db.commit([updateConversation(kysely, id, { deleted_at: null })])
      changes.publish(ownerId, { kind: 'conversation', conversationId: id })
    },
    async removeMessage(ownerId, messageId) {
      const message = await findMessage(kysely, ownerId, messageId)
      if (message === undefined) throw new AppError('not-found', 'This message is not here. It may have been deleted.')
      const conversationId = message.conversation_id
      const removed = new Set(await listSubtreeIds(kysely, messageId))
      await runs.stopWithin(conversationId, removed)
      const row = await get(ownerId, conversationId)
      const onScreen = row.active_leaf_id !== null && removed.has(row.active_leaf_id)
      const leaf = onScreen
        ? leafBeside(await listMessages(kysely, conversationId), removed, message)
        : row.active_leaf_id
      await db.commit([
        deleteSubtree(kysely, messageId),
        updateConversation(kysely, conversationId, { active_leaf_id: leaf }),
      ])
      changes.publish(ownerId, { kind: 'conversation', conversationId })
    },
    async export(ownerId, ids, format) {
      const wanted = ids ?? (await listConversationIds(kysely, ownerId))
      const conversations: Conversation[] = []
      for (const id of wanted) conversations.push(await read(ownerId, id))
      const name = exportName(conversations, clock.now())
      if (format === 'markdown') {
        return { filename: `${name}.md`, content: conversations.map(toMarkdown).join('\n---\n\n') }
      }
      const whole: ExportedConversations = {
        format: 'reynard-conversations',
        version: 1,
        conversations: await exported(conversations),
      }
      return { filename: `${name}.json`, content: JSON.stringify(whole, null, 2) }
    },
    async import(ownerId, { conversations }) {
      const fresh = await findNew(db, ownerId, conversations)
      const all: ReturnType<typeof importStatements>[] = []
      for (const each of fresh) {
        const files = await attachments.take(
          ownerId,
          each.messages.flatMap((message) => message.attachments ?? []),
        )
        all.push(importStatements(db, ownerId, each, files, clock.now()))
      }
      // Together: either the whole file is here afterwards, or nothing of it.
      await db.commit(all.flatMap(({ statements }) => statements))
      for (const { conversationId } of all) await attachments.place(ownerId, conversationId)
      // One is enough for pages to read their lists again.
      const first = all[0]
      if (first !== undefined) changes.publish(ownerId, { kind: 'conversation', conversationId: first.conversationId })
      return { conversations: all.length, skipped: conversations.length - all.length }
    },
    startPurging() {
      let cancel = () => {}
      let stopped = false
      const next = async () => {
        await purge()
        if (!stopped) cancel = clock.after(Math.max(1_000, Math.min(purgeEveryMs, undoMs)), () => void next())
      }
      void next()
      return () => {
        stopped = true
        cancel()
      }
    },
  }
}

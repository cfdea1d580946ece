import { createTokenEstimator } from '@reynard/agent'
import {
  type Compilable,
  type Db,
  insertAttachment,
  insertConversation,
  insertMessage,
  insertRun,
  insertSummary,
} from '@reynard/db'
import {
  AppError,
  type Conversation,
  type ExportedConversations,
  emptyRunView,
  engineKindSchema,
  type Message,
  type RunView,
} from '@reynard/protocol'
import { v7 as newId } from 'uuid'
import type { ImportedFile } from '../uploads/exported-files.ts'

type Exported = ExportedConversations['conversations'][number]

/** The messages from the first question down to the leaf on screen. */
function activePath(conversation: Conversation): Message[] {
  const byId = new Map(conversation.messages.map((message) => [message.id, message]))
  const path: Message[] = []
  let at = byId.get(conversation.activeLeafId ?? '') ?? conversation.messages.at(-1)
  while (at !== undefined) {
    path.unshift(at)
    at = at.parentId === null ? undefined : byId.get(at.parentId)
  }
  return path
}

const TITLE_CHARACTERS = 60

/** The name of the file, without its ending: a single chat is known by its title, in letters and digits that any file system takes. */
export function exportName(conversations: Conversation[], now: number): string {
  const [only] = conversations.length === 1 ? conversations : []
  const words = only?.title.normalize('NFC').match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  const title = [...words.join('-')].slice(0, TITLE_CHARACTERS).join('').replace(/-$/, '')
  return `${title || 'reynard'}-${new Date(now).toISOString().slice(0, 10)}`
}

/** All branches, as `import` reads them. `contents`: of files, by path, in base64. */
export function toExported(conversation: Conversation, contents: ReadonlyMap<string, string>): Exported {
  return {
    title: conversation.title,
    createdAt: conversation.createdAt,
    pinned: conversation.pinned,
    settings: conversation.settings,
    activeLeafId: conversation.activeLeafId,
    messages: conversation.messages.map((message) => {
      const last = message.runs.at(-1)
      return {
        id: message.id,
        parentId: message.parentId,
        role: message.role,
        text: message.text,
        reasoning: message.runs.map((run) => run.reasoning).join(''),
        model: last?.model ?? null,
        engine: last?.engine ?? null,
        createdAt: message.createdAt,
        ...(message.attachments && {
          attachments: message.attachments.map((file) => {
            const content = contents.get(file.path)
            return { ...file, ...(content !== undefined && { content }) }
          }),
        }),
      }
    }),
    ...(conversation.summaries && {
      summaries: conversation.summaries.map(({ messageId, text, edited, createdAt }) => ({
        messageId,
        text,
        edited,
        createdAt,
      })),
    }),
  }
}

/** The path on screen, to be read by people. */
export function toMarkdown(conversation: Conversation): string {
  const parts = activePath(conversation).map((message) => {
    const model = message.runs.at(-1)?.model
    const who = message.role === 'user' ? 'You' : model ? `Answer (${model})` : 'Answer'
    const files = message.attachments?.map(({ path }) => `- ${path}`).join('\n')
    return `## ${who}\n\n${message.text.trim()}\n${files === undefined ? '' : `\nFiles:\n${files}\n`}`
  })
  const date = new Date(conversation.createdAt).toISOString().slice(0, 10)
  return `# ${conversation.title}\n\n${date}\n\n${parts.join('\n')}`
}

/** A run that stands for an imported answer, so that its model and reasoning are shown. */
function importedRun(message: Exported['messages'][number], runId: string): RunView {
  const engine = engineKindSchema.safeParse(message.engine)
  return {
    ...emptyRunView(runId, message.createdAt),
    phase: 'ended',
    engine: engine.success ? engine.data : null,
    model: message.model ?? null,
    reasoning: message.reasoning,
    text: message.text,
    endReason: 'done',
    endedAt: message.createdAt,
  }
}

/**
 * Rows for one imported conversation, with ids of its own. Throws `bad-request` where a message follows one that is missing or comes later
 * than itself, since such a tree has no beginning.
 */
export function importStatements(
  db: Db,
  ownerId: string,
  exported: Exported,
  files: ReadonlyMap<string, ImportedFile>,
  now: number,
): { conversationId: string; statements: Compilable[] } {
  const { kysely } = db
  const conversationId = newId()
  const ids = new Map<string, string>()
  /** How many messages stand on the way to each, itself included. */
  const depths = new Map<string, number>()
  const estimator = createTokenEstimator()
  const statements: Compilable[] = []
  const placed = new Set<string>()
  let updatedAt = exported.createdAt
  for (const message of exported.messages) {
    const parentId = message.parentId === null ? null : ids.get(message.parentId)
    if (parentId === undefined || ids.has(message.id)) {
      throw new AppError('bad-request', `"${exported.title}" can't be read: its messages do not follow each other.`)
    }
    const id = newId()
    ids.set(message.id, id)
    depths.set(message.id, 1 + (message.parentId === null ? 0 : (depths.get(message.parentId) ?? 0)))
    updatedAt = Math.max(updatedAt, message.createdAt)
    statements.push(
      insertMessage(kysely, {
        id,
        conversation_id: conversationId,
        parent_id: parentId,
        role: message.role,
        text: message.text,
        created_at: message.createdAt,
      }),
    )
    for (const [position, { path: before }] of (message.attachments ?? []).entries()) {
      const file = files.get(before)
      if (file === undefined || message.role !== 'user') continue
      const { path, bytes, mediaType, kind, uploadId } = file
      // Several questions may have the same file; it is placed once.
      const isFirst = !placed.has(path)
      placed.add(path)
      statements.push(
        insertAttachment(kysely, {
          message_id: id,
          position,
          conversation_id: conversationId,
          path,
          bytes,
          media_type: mediaType,
          kind,
          upload_id: isFirst ? uploadId : null,
        }),
      )
    }
    if (message.role !== 'assistant') continue
    const runId = newId()
    const view = importedRun(message, runId)
    statements.push(
      insertRun(kysely, {
        id: runId,
        conversation_id: conversationId,
        message_id: id,
        owner_id: ownerId,
        kind: 'answer',
        request_key: `import:${runId}`,
        state: 'ended',
        end_reason: view.endReason,
        engine: view.engine,
        model: view.model,
        request: '{}',
        view: JSON.stringify(view),
        last_seq: 0,
        prompt_tokens: null,
        completion_tokens: null,
        created_at: message.createdAt,
        started_at: null,
        ended_at: message.createdAt,
      }),
    )
  }
  for (const { messageId, text, edited, createdAt } of exported.summaries ?? []) {
    const id = ids.get(messageId)
    // One of a message that is not in the file stands for nothing.
    if (id === undefined) continue
    statements.push(
      insertSummary(kysely, {
        id: newId(),
        owner_id: ownerId,
        conversation_id: conversationId,
        message_id: id,
        text,
        messages: depths.get(messageId) ?? 1,
        tokens: estimator.estimate('', text),
        edited: edited ? 1 : 0,
        model: null,
        created_at: createdAt,
        updated_at: createdAt,
        removed_at: null,
      }),
    )
  }
  const leaf = exported.activeLeafId ?? exported.messages.at(-1)?.id
  const conversation = insertConversation(kysely, {
    id: conversationId,
    owner_id: ownerId,
    title: exported.title,
    title_source: 'person',
    pinned: exported.pinned ? 1 : 0,
    source: 'ui',
    settings: JSON.stringify(exported.settings),
    active_leaf_id: leaf === undefined ? null : (ids.get(leaf) ?? null),
    created_at: exported.createdAt,
    updated_at: updatedAt,
    read_at: now,
    deleted_at: null,
  })
  return { conversationId, statements: [conversation, ...statements] }
}

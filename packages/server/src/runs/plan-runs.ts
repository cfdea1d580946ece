import { titleFromPrompt } from '@reynard/agent'
import {
  type Db,
  findConversation,
  findMessage,
  insertConversation,
  insertMessage,
  insertRun,
  type MessageRow,
  updateConversation,
} from '@reynard/db'
import { AppError, type ConversationSettings, conversationSettingsSchema } from '@reynard/protocol'
import { v7 as newId } from 'uuid'
import type { SendOptions } from './ports.ts'
import { loadPath, type RunPlan } from './run-plan.ts'
import type { RunRequest } from './run-request.ts'
import type { ContinueInput, RegenerateInput, SendInput } from './run-service.ts'

/** Settings as stored; unreadable ones count as none. */
export function parseSettings(json: string): ConversationSettings {
  const parsed = conversationSettingsSchema.safeParse(JSON.parse(json))
  return parsed.success ? parsed.data : {}
}

async function conversationOf(db: Db, ownerId: string, id: string) {
  const row = await findConversation(db.kysely, ownerId, id)
  if (row === undefined) throw new AppError('not-found', 'This conversation is not here. It may have been deleted.')
  return row
}

async function answerOf(db: Db, ownerId: string, messageId: string): Promise<MessageRow & { parent_id: string }> {
  const row = await findMessage(db.kysely, ownerId, messageId)
  if (row === undefined) throw new AppError('not-found', 'This message is not here. It may have been deleted.')
  const { parent_id } = row
  if (row.role !== 'assistant' || parent_id === null)
    throw new AppError('bad-request', 'This message is not an answer.')
  return { ...row, parent_id }
}

function runRow(plan: Omit<RunPlan, 'statements' | 'loadPath'>) {
  return {
    id: plan.runId,
    conversation_id: plan.conversationId,
    message_id: plan.answerId,
    owner_id: plan.ownerId,
    kind: plan.kind,
    request_key: plan.requestKey,
    state: 'queued' as const,
    end_reason: null,
    engine: null,
    model: plan.request.model,
    request: JSON.stringify(plan.request),
    view: null,
    last_seq: 0,
    prompt_tokens: null,
    completion_tokens: null,
    created_at: plan.createdAt,
    started_at: null,
    ended_at: null,
  }
}

/** Postgres holds no NUL in text, and nobody types one. */
const clean = (text: string) => text.replaceAll('\0', '')

/** A question and its answer to come: in a new conversation, under an answer, or (`parentId` null) as a first question beside others. */
export async function planSend(
  db: Db,
  ownerId: string,
  input: SendInput,
  options: SendOptions,
  now: number,
): Promise<RunPlan> {
  const text = clean(input.text)
  const conversation = input.conversationId === null ? null : await conversationOf(db, ownerId, input.conversationId)
  if (input.parentId !== null) {
    const parent = await findMessage(db.kysely, ownerId, input.parentId)
    if (conversation === null || parent === undefined || parent.conversation_id !== conversation.id) {
      throw new AppError('not-found', 'The message that this one follows is not here. It may have been deleted.')
    }
    if (parent.role !== 'assistant') throw new AppError('bad-request', 'A question follows an answer, not a question.')
  }

  // A new conversation remembers the model that it was begun with.
  const begun = conversation === null && input.model ? { model: input.model } : {}
  const settings: ConversationSettings = { ...input.settings, ...begun }
  const conversationId = conversation?.id ?? newId()
  const userMessageId = newId()
  const answerId = newId()
  const source = conversation?.source ?? options.source ?? 'ui'
  const conversationSettings = conversation === null ? settings : parseSettings(conversation.settings)
  const request: RunRequest = {
    model: input.model ?? settings.model ?? conversationSettings.model ?? null,
    settings,
    strict: options.strict ?? false,
    ...(options.tools !== undefined && { tools: options.tools }),
    ...(options.contextData !== undefined && { contextData: options.contextData }),
  }
  const plan = {
    conversationId,
    userMessageId,
    answerId,
    runId: newId(),
    ownerId,
    kind: 'answer' as const,
    source,
    requestKey: input.key,
    request,
    conversationSettings,
    textBefore: '',
    titleFor: conversation === null && source === 'ui' ? text : null,
    questionCharacters: text.length + (options.contextData?.length ?? 0),
    createdAt: now,
  }
  const { kysely } = db
  return {
    ...plan,
    loadPath: async () => [...(await loadPath(db, input.parentId)), { id: userMessageId, role: 'user', text }],
    statements: [
      conversation === null
        ? insertConversation(kysely, {
            id: conversationId,
            owner_id: ownerId,
            title: titleFromPrompt(text),
            title_source: 'prompt',
            pinned: 0,
            source,
            settings: JSON.stringify(settings),
            active_leaf_id: answerId,
            created_at: now,
            updated_at: now,
            read_at: now,
            deleted_at: null,
          })
        : updateConversation(kysely, conversationId, { active_leaf_id: answerId, updated_at: now, read_at: now }),
      insertMessage(kysely, {
        id: userMessageId,
        conversation_id: conversationId,
        parent_id: input.parentId,
        role: 'user',
        text,
        created_at: now,
      }),
      insertMessage(kysely, {
        id: answerId,
        conversation_id: conversationId,
        parent_id: userMessageId,
        role: 'assistant',
        text: '',
        created_at: now,
      }),
      insertRun(kysely, runRow(plan)),
    ],
  }
}

/** A second answer beside one that is there. */
export async function planRegenerate(db: Db, ownerId: string, input: RegenerateInput, now: number): Promise<RunPlan> {
  const beside = await answerOf(db, ownerId, input.messageId)
  const conversation = await conversationOf(db, ownerId, beside.conversation_id)
  const conversationSettings = parseSettings(conversation.settings)
  const plan = {
    conversationId: conversation.id,
    userMessageId: beside.parent_id,
    answerId: newId(),
    runId: newId(),
    ownerId,
    kind: 'answer' as const,
    source: conversation.source,
    requestKey: input.key,
    request: { model: input.model ?? conversationSettings.model ?? null, settings: {}, strict: false },
    conversationSettings,
    textBefore: '',
    titleFor: null,
    questionCharacters: 0,
    createdAt: now,
  }
  return {
    ...plan,
    loadPath: () => loadPath(db, beside.parent_id),
    statements: [
      updateConversation(db.kysely, conversation.id, { active_leaf_id: plan.answerId, updated_at: now, read_at: now }),
      insertMessage(db.kysely, {
        id: plan.answerId,
        conversation_id: conversation.id,
        parent_id: beside.parent_id,
        role: 'assistant',
        text: '',
        created_at: now,
      }),
      insertRun(db.kysely, runRow(plan)),
    ],
  }
}

/** A further run in an answer that was stopped, interrupted, cut by its length, or broken off by a failure. */
export async function planContinue(
  db: Db,
  ownerId: string,
  input: ContinueInput,
  model: string | null,
  now: number,
): Promise<RunPlan> {
  const answer = await answerOf(db, ownerId, input.messageId)
  const conversation = await conversationOf(db, ownerId, answer.conversation_id)
  const conversationSettings = parseSettings(conversation.settings)
  const plan = {
    conversationId: conversation.id,
    userMessageId: answer.parent_id,
    answerId: answer.id,
    runId: newId(),
    ownerId,
    kind: 'continue' as const,
    source: conversation.source,
    requestKey: input.key,
    request: { model: model ?? conversationSettings.model ?? null, settings: {}, strict: false },
    conversationSettings,
    textBefore: answer.text,
    titleFor: null,
    questionCharacters: 0,
    createdAt: now,
  }
  return {
    ...plan,
    loadPath: () => loadPath(db, answer.id),
    statements: [
      updateConversation(db.kysely, conversation.id, { active_leaf_id: answer.id, updated_at: now, read_at: now }),
      insertRun(db.kysely, runRow(plan)),
    ],
  }
}

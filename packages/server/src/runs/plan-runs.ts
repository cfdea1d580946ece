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
import type { AssistantService, RunAssistant } from '../assistants/assistant-service.ts'
import type { PermittedModels } from '../groups/permitted-models.ts'
import type { AttachmentService } from '../uploads/attachment-service.ts'
import { loadPath, loadPathWithSteps, type RunPath } from './load-path.ts'
import type { SendOptions } from './ports.ts'
import type { RunPlan } from './run-plan.ts'
import type { RunRequest } from './run-request.ts'
import type { ContinueInput, RegenerateInput, SendInput } from './run-service.ts'

/** What plans are made from. */
export type PlanHost = {
  db: Db
  assistants: Pick<AssistantService, 'forRun'>
  attachments: Pick<AttachmentService, 'plan'>
  /** Refuses a model that is not for whoever asks. */
  models: Pick<PermittedModels, 'check'>
}

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

/** What a bare model reads; an assistant reads what its tools did as well. */
function pathTo(
  db: Db,
  leafId: string | null,
  run: { runId: string; conversationId: string; assistant: RunAssistant | null },
): Promise<RunPath> {
  return run.assistant === null ? loadPath(db, leafId) : loadPathWithSteps(db, leafId, run)
}

/** Postgres holds no NUL in text, and nobody types one. */
const clean = (text: string) => text.replaceAll('\0', '')

/** A question and its answer to come: in a new conversation, under an answer, or (`parentId` null) as a first question beside others. */
export async function planSend(
  { db, assistants, attachments, models }: PlanHost,
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
  // Null is said on purpose: the bare model, this time.
  const wanted = settings.assistant === undefined ? (conversationSettings.assistant ?? null) : settings.assistant
  const found = wanted === null ? null : await assistants.forRun(ownerId, wanted)
  const assistant = found !== null && options.withoutTools === true ? { ...found, tools: [] } : found
  const request: RunRequest = {
    model: input.model ?? settings.model ?? conversationSettings.model ?? assistant?.model ?? null,
    settings,
    strict: options.strict ?? false,
    ...(options.tools !== undefined && { tools: options.tools }),
    ...(options.contextData !== undefined && { contextData: options.contextData }),
    ...(assistant !== null && { assistant: assistant.id }),
  }
  models.check(ownerId, request.model)
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
    assistant,
    conversationSettings,
    textBefore: '',
    titleFor: source === 'ui' && (conversation === null || lacksTitle(conversation)) ? text : null,
    questionCharacters: text.length + (options.contextData?.length ?? 0),
    createdAt: now,
  }
  const { kysely } = db
  const question = { conversationId, isNew: conversation === null, messageId: userMessageId }
  const files = hasFiles(input) ? await attachments.plan(ownerId, question, input) : null
  return {
    ...plan,
    isFirst: conversation === null,
    ...(files !== null && { files }),
    async loadPath() {
      const path = await pathTo(db, input.parentId, plan)
      return { ...path, messages: [...path.messages, { id: userMessageId, role: 'user', text }] }
    },
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
      ...(files?.statements ?? []),
    ],
  }
}

/** Called by a question still: the model had no turn to name it, or its first answer did not come to its end. */
const lacksTitle = ({ title_source }: { title_source: string }) => title_source === 'prompt'

function hasFiles({ attachments, keep }: SendInput): boolean {
  return (attachments?.length ?? 0) + (keep?.paths.length ?? 0) > 0
}

/** A second answer beside one that is there. */
export async function planRegenerate(
  { db, assistants, models }: PlanHost,
  ownerId: string,
  input: RegenerateInput,
  now: number,
): Promise<RunPlan> {
  const beside = await answerOf(db, ownerId, input.messageId)
  const conversation = await conversationOf(db, ownerId, beside.conversation_id)
  const conversationSettings = parseSettings(conversation.settings)
  const { assistant: wanted = null } = conversationSettings
  const assistant = wanted === null ? null : await assistants.forRun(ownerId, wanted)
  const model = input.model ?? conversationSettings.model ?? assistant?.model ?? null
  models.check(ownerId, model)
  const plan = {
    conversationId: conversation.id,
    userMessageId: beside.parent_id,
    answerId: newId(),
    runId: newId(),
    ownerId,
    kind: 'answer' as const,
    source: conversation.source,
    requestKey: input.key,
    request: {
      model,
      settings: {},
      strict: false,
      ...(assistant !== null && { assistant: assistant.id }),
    },
    assistant,
    conversationSettings,
    textBefore: '',
    titleFor: null,
    questionCharacters: 0,
    createdAt: now,
  }
  return {
    ...plan,
    loadPath: () => pathTo(db, beside.parent_id, plan),
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
  { db, assistants, models }: PlanHost,
  ownerId: string,
  input: ContinueInput,
  before: { model: string | null; assistant: string | null; beginWith?: NonNullable<RunPlan['beginWith']> },
  now: number,
): Promise<RunPlan> {
  const answer = await answerOf(db, ownerId, input.messageId)
  const conversation = await conversationOf(db, ownerId, answer.conversation_id)
  const conversationSettings = parseSettings(conversation.settings)
  const assistant = before.assistant === null ? null : await assistants.forRun(ownerId, before.assistant)
  const { beginWith } = before
  if (beginWith !== undefined && !assistant?.tools.some(({ name }) => name === beginWith.name)) {
    throw new AppError('unsupported', 'This tool is not available any more, so there is nothing to ask about.')
  }
  const model = before.model ?? conversationSettings.model ?? null
  models.check(ownerId, model)
  const plan = {
    conversationId: conversation.id,
    userMessageId: answer.parent_id,
    answerId: answer.id,
    runId: newId(),
    ownerId,
    kind: 'continue' as const,
    source: conversation.source,
    requestKey: input.key,
    request: {
      model,
      settings: {},
      strict: false,
      ...(assistant !== null && { assistant: assistant.id }),
    },
    assistant,
    conversationSettings,
    textBefore: answer.text,
    titleFor: null,
    questionCharacters: 0,
    createdAt: now,
    ...(beginWith !== undefined && { beginWith }),
  }
  return {
    ...plan,
    loadPath: () => pathTo(db, answer.id, plan),
    statements: [
      updateConversation(db.kysely, conversation.id, { active_leaf_id: answer.id, updated_at: now, read_at: now }),
      insertRun(db.kysely, runRow(plan)),
    ],
  }
}

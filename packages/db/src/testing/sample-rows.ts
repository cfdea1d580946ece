import type { Insertable } from 'kysely'
import { LOCAL_OWNER_ID } from '../migrations/0001-foundation.ts'
import type { Database } from '../schema.ts'

/** Rows for tests, complete but for what the test is about. */
export function conversationRow(
  over: Partial<Insertable<Database['conversations']>> & { id: string },
): Insertable<Database['conversations']> {
  return {
    owner_id: LOCAL_OWNER_ID,
    title: 'A talk',
    title_source: 'prompt',
    pinned: 0,
    source: 'ui',
    settings: '{}',
    active_leaf_id: null,
    created_at: 1_000,
    updated_at: 1_000,
    read_at: 0,
    deleted_at: null,
    ...over,
  }
}

export function messageRow(
  over: Partial<Insertable<Database['messages']>> & { id: string; conversation_id: string },
): Insertable<Database['messages']> {
  return { parent_id: null, role: 'user', text: 'Hello', created_at: 1_000, ...over }
}

export function runRow(
  over: Partial<Insertable<Database['runs']>> & { id: string; conversation_id: string },
): Insertable<Database['runs']> {
  return {
    message_id: null,
    owner_id: LOCAL_OWNER_ID,
    kind: 'answer',
    request_key: over.id,
    state: 'ended',
    end_reason: null,
    engine: null,
    model: null,
    request: '{}',
    view: null,
    last_seq: 0,
    prompt_tokens: null,
    completion_tokens: null,
    created_at: 1_000,
    started_at: null,
    ended_at: null,
    ...over,
  }
}

export function waitingCallRow(over: { run_id: string; call_id: string; conversation_id: string }) {
  return { owner_id: LOCAL_OWNER_ID, tool: 'write_file', effect: 'write' as const, expires_at: 9_000, ...over }
}

export function memoryRow(
  over: Partial<Insertable<Database['memories']>> & { id: string },
): Insertable<Database['memories']> {
  return {
    owner_id: LOCAL_OWNER_ID,
    text: 'My project is called Foxglove',
    quote: null,
    conversation_id: null,
    message_id: null,
    created_at: 1_000,
    updated_at: 1_000,
    deleted_at: null,
    ...over,
  }
}

export function summaryRow(
  over: Partial<Insertable<Database['summaries']>> & { id: string; conversation_id: string; message_id: string },
): Insertable<Database['summaries']> {
  return {
    owner_id: LOCAL_OWNER_ID,
    text: 'They spoke of foxes.',
    messages: 2,
    tokens: 9,
    edited: 0,
    model: null,
    created_at: 1_000,
    updated_at: 1_000,
    removed_at: null,
    ...over,
  }
}

export function projectRow(
  over: Partial<Insertable<Database['projects']>> & { conversation_id: string },
): Insertable<Database['projects']> {
  return {
    owner_id: LOCAL_OWNER_ID,
    kind: 'zip',
    name: 'shop',
    source: 'shop.zip',
    folder_id: null,
    state: 'ready',
    problem: null,
    base: null,
    created_at: 1_000,
    ...over,
  }
}

export function auditRow(
  over: Partial<Insertable<Database['audit_entries']>> & { id: string },
): Insertable<Database['audit_entries']> {
  return {
    at: 1_000,
    action: 'sign-in',
    outcome: 'done',
    actor_kind: 'person',
    actor_id: LOCAL_OWNER_ID,
    credential: null,
    address: null,
    subject_id: null,
    object_kind: null,
    object_id: null,
    object_name: null,
    details: '{}',
    ...over,
  }
}

import type { ColumnType, Generated } from 'kysely'

/** UTC milliseconds. Postgres holds it as bigint, read back as a number. */
type Millis = number
/** JSON as text in both dialects: nothing in the database looks into it. */
type Json = string
type Flag = ColumnType<number, number, number>

export interface Database {
  users: {
    id: string
    name: string
    role: 'owner' | 'admin' | 'user'
    created_at: Millis
    /** In lower case; null: cannot sign in (the owner of local mode, or somebody who was removed). */
    email: Generated<string | null>
    email_verified: Generated<number>
    image: Generated<string | null>
    updated_at: Generated<Millis>
    removed_at: Generated<Millis | null>
  }
  /** How somebody proves who they are: `provider_id` 'credential' has the hash of a password. */
  accounts: {
    id: string
    user_id: string
    provider_id: string
    account_id: string
    password: string | null
    access_token: string | null
    refresh_token: string | null
    id_token: string | null
    access_token_expires_at: Millis | null
    refresh_token_expires_at: Millis | null
    scope: string | null
    created_at: Millis
    updated_at: Millis
  }
  sessions: {
    id: string
    user_id: string
    token_hash: string
    ip_address: string | null
    user_agent: string | null
    created_at: Millis
    updated_at: Millis
    expires_at: Millis
  }
  /** Keys for programs. `prefix`: the beginning of the key, to tell it by; `scopes`: JSON. */
  api_keys: {
    id: string
    user_id: string
    name: string
    prefix: string
    secret_hash: string
    scopes: Json
    created_at: Millis
    expires_at: Millis | null
    last_used_at: Millis | null
  }
  /** Links that are good once: to come in with a role, or to set a new password. A used one is gone. */
  access_links: {
    id: string
    kind: 'invite' | 'reset'
    token_hash: string
    role: 'owner' | 'admin' | 'user' | null
    user_id: string | null
    created_by: string
    created_at: Millis
    expires_at: Millis
  }
  /** Tries to sign in since the window began, by address and by account (hashed). */
  sign_in_attempts: { subject: string; attempts: number; resets_at: Millis }
  conversations: {
    id: string
    owner_id: string
    title: string
    title_source: 'prompt' | 'model' | 'person'
    pinned: Flag
    source: 'ui' | 'api'
    settings: Json
    active_leaf_id: string | null
    created_at: Millis
    updated_at: Millis
    read_at: Millis
    /** Set while the undo time runs; then the row goes wholly. */
    deleted_at: Millis | null
  }
  messages: {
    id: string
    conversation_id: string
    parent_id: string | null
    role: 'user' | 'assistant'
    /** What search sees. An answer's is written when each of its runs ends. */
    text: string
    created_at: Millis
  }
  runs: {
    id: string
    conversation_id: string
    /** The answer it writes; null for a background job such as a title. */
    message_id: string | null
    owner_id: string
    kind: 'answer' | 'continue' | 'title'
    /** The client's key; unique with the owner. The same key gives the same ids. */
    request_key: string
    state: 'queued' | 'running' | 'ended'
    end_reason: string | null
    engine: string | null
    model: string | null
    /** The request as it was accepted (for a retry), and the folded RunView once ended. */
    request: Json
    view: Json | null
    last_seq: number
    prompt_tokens: number | null
    completion_tokens: number | null
    created_at: Millis
    started_at: Millis | null
    ended_at: Millis | null
  }
  /** Events in segments as they were flushed: `events` is a JSON array holding numbers `seq` to `last_seq` without gaps. */
  run_events: { run_id: string; seq: number; last_seq: number; events: Json; created_at: Millis }
  /** Calls of tools that somebody was asked about, or that have an effect: written before it, completed after it. */
  tool_calls: {
    run_id: string
    call_id: string
    conversation_id: string
    owner_id: string
    tool: string
    effect: 'read' | 'write' | 'execute' | 'network'
    state: 'waiting' | 'approved' | 'denied' | 'expired' | 'begun' | 'done' | 'failed'
    /** How far the answer reaches, and what the person said with it; null until there is one. */
    scope: 'once' | 'conversation' | null
    note: string | null
    /** Paths of the workspace that are the assistant's own once this call is done. */
    files: Json | null
    expires_at: Millis | null
    decided_at: Millis | null
    started_at: Millis | null
    ended_at: Millis | null
  }
  /** People who are given something together. 'everyone' has all people in it, and no rows of members. `name_key`: in lower case. */
  groups: {
    id: string
    name: string
    name_key: string
    description: string
    created_at: Millis
    updated_at: Millis
  }
  group_members: { group_id: string; user_id: string; added_at: Millis }
  /** What is not for everybody: for the groups of its grants alone, and for nobody where there are none. */
  access_rules: { kind: 'model' | 'assistant' | 'tool' | 'tool-group'; resource: string; updated_at: Millis }
  access_grants: { kind: 'model' | 'assistant' | 'tool' | 'tool-group'; resource: string; group_id: string }
  /** Tools, or effects of tools, that people of a group are asked about each time. */
  group_approval_rules: {
    group_id: string
    target: 'tool' | 'effect'
    name: string
    rule: 'ask'
    created_at: Millis
  }
  /** Calls of tools by hour (since 1970): `ran` of them began, `duration_ms` is of those together. Kept when the chats go. */
  tool_usage: {
    owner_id: string
    hour: number
    tool: string
    tool_group: string
    calls: number
    ran: number
    failed: number
    denied: number
    duration_ms: Millis
  }
  /**
   * What people and programs asked, by hour (since 1970), model and assistant ('' where there was none): `duration_ms` is of what
   * succeeded. Kept when the chats go.
   */
  run_usage: {
    owner_id: string
    hour: number
    model: string
    assistant: string
    requests: number
    successful: number
    failed: number
    prompt_tokens: number
    completion_tokens: number
    duration_ms: Millis
  }
  /** What is measured of each run that has ended, without a word of it. Kept when the chats go; times and durations in milliseconds. */
  run_figures: {
    run_id: string
    owner_id: string
    conversation_id: string
    engine: string | null
    model: string | null
    assistant: string | null
    assistant_name: string | null
    end_reason: string
    error_code: string | null
    prompt_tokens: number | null
    tokens: number
    created_at: Millis
    started_at: Millis | null
    first_token_at: Millis | null
    ended_at: Millis
    /** From the question to the slot; from the slot to the first word; all, without waits for a person. */
    wait_ms: Millis | null
    first_token_ms: Millis | null
    duration_ms: Millis
  }
  /** A tool that somebody allowed for all of a conversation. */
  approval_rules: { owner_id: string; conversation_id: string; tool: string; created_at: Millis }
  /** Those that people made; what comes with the server is code. */
  assistants: {
    id: string
    owner_id: string
    definition: Json
    created_at: Millis
    updated_at: Millis
    /** Set while the undo time runs; then the row goes wholly. */
    deleted_at: Millis | null
  }
  /** Files that came with questions. They lie in the conversation's workspace; `upload_id` is set until they do. */
  attachments: {
    message_id: string
    position: number
    conversation_id: string
    path: string
    bytes: number
    media_type: string
    kind: 'image' | 'text' | 'document' | 'data' | 'archive' | 'other'
    upload_id: string | null
  }
  /** Facts that somebody wants remembered across conversations. */
  memories: {
    id: string
    owner_id: string
    text: string
    /** The person's own words that it rests on, and where they stand; null where it was added by hand, or the chat is gone. */
    quote: string | null
    conversation_id: string | null
    message_id: string | null
    created_at: Millis
    updated_at: Millis
    /** Set while the undo time runs; then the row goes wholly. */
    deleted_at: Millis | null
  }
  /** A memory as an embedding model places it: signed bytes in base64. Made anew where it is missing, so no backup holds it. */
  memory_vectors: { memory_id: string; model: string; vector: string }
  /** What a model reads instead of the messages up to `message_id`, on every path that this one is on. */
  summaries: {
    id: string
    owner_id: string
    conversation_id: string
    message_id: string
    text: string
    /** How many messages it stands for, and about how many tokens it takes. */
    messages: number
    tokens: number
    edited: Flag
    model: string | null
    created_at: Millis
    updated_at: Millis
    removed_at: Millis | null
  }
  /** Folders of this machine, by their real path. */
  project_folders: { id: string; owner_id: string; path: string; created_at: Millis }
  /** What a conversation works on. */
  projects: {
    conversation_id: string
    owner_id: string
    kind: 'zip' | 'git' | 'folder'
    name: string
    /** The archive's name, the address, or the folder's path. */
    source: string
    /** Null for a folder that is registered no more. */
    folder_id: string | null
    state: 'importing' | 'ready' | 'failed'
    /** Why it failed, for people. */
    problem: string | null
    /** The commit that it came with. */
    base: string | null
    created_at: Millis
  }
  /** `scope` is a user id, or '' for the whole server. */
  settings: { scope: string; key: string; value: Json; updated_at: Millis }
  /** Who did what when from where. Only ever added to; people by id alone, and without a foreign key. `details`: JSON. */
  audit_entries: {
    id: string
    at: Millis
    action: string
    outcome: 'done' | 'refused' | 'failed'
    actor_kind: 'person' | 'key' | 'visitor' | 'server'
    actor_id: string | null
    /** `session:…` or `key:…`, by its id. */
    credential: string | null
    address: string | null
    subject_id: string | null
    object_kind: string | null
    object_id: string | null
    object_name: string | null
    details: Json
  }
  /** One row: entries from `since` on can't be deleted. 0 but for the moment in which the log is trimmed. */
  audit_keep: { id: number; since: Millis }
  /** One row. Each restore counts it up, so that a server that runs on the data of before notices and writes no more. */
  database_epoch: { id: number; epoch: number }
  schema_migrations: { version: number; name: string; applied_at: Millis }
}

/** What a conversation is; the table also holds what search derives from it. */
export const conversationColumns = [
  'id',
  'owner_id',
  'title',
  'title_source',
  'pinned',
  'source',
  'settings',
  'active_leaf_id',
  'created_at',
  'updated_at',
  'read_at',
  'deleted_at',
] as const satisfies readonly (keyof Database['conversations'])[]

/** What an attached file is: what queries read and what a backup keeps. */
export const attachmentColumns = [
  'message_id',
  'position',
  'conversation_id',
  'path',
  'bytes',
  'media_type',
  'kind',
  'upload_id',
] as const satisfies readonly (keyof Database['attachments'])[]

/** What a memory is; the table also holds what search derives from it. */
export const memoryColumns = [
  'id',
  'owner_id',
  'text',
  'quote',
  'conversation_id',
  'message_id',
  'created_at',
  'updated_at',
  'deleted_at',
] as const satisfies readonly (keyof Database['memories'])[]

/** What a tool's call is: what queries read and what a backup keeps. */
export const toolCallColumns = [
  'run_id',
  'call_id',
  'conversation_id',
  'owner_id',
  'tool',
  'effect',
  'state',
  'scope',
  'note',
  'files',
  'expires_at',
  'decided_at',
  'started_at',
  'ended_at',
] as const satisfies readonly (keyof Database['tool_calls'])[]

import { attachmentColumns, conversationColumns, type Database, memoryColumns, toolCallColumns } from '../schema.ts'

/** What a backup holds, parents before children. What is not here is derived (search, vectors) or belongs to the place (schema, epoch). */
export const backupTables = {
  users: ['id', 'name', 'role', 'created_at'],
  conversations: conversationColumns,
  messages: ['id', 'conversation_id', 'parent_id', 'role', 'text', 'created_at'],
  attachments: attachmentColumns,
  runs: [
    'id',
    'conversation_id',
    'message_id',
    'owner_id',
    'kind',
    'request_key',
    'state',
    'end_reason',
    'engine',
    'model',
    'request',
    'view',
    'last_seq',
    'prompt_tokens',
    'completion_tokens',
    'created_at',
    'started_at',
    'ended_at',
  ],
  run_events: ['run_id', 'seq', 'last_seq', 'events', 'created_at'],
  tool_calls: toolCallColumns,
  approval_rules: ['owner_id', 'conversation_id', 'tool', 'created_at'],
  assistants: ['id', 'owner_id', 'definition', 'created_at', 'updated_at', 'deleted_at'],
  memories: memoryColumns,
  summaries: [
    'id',
    'owner_id',
    'conversation_id',
    'message_id',
    'text',
    'messages',
    'tokens',
    'edited',
    'model',
    'created_at',
    'updated_at',
    'removed_at',
  ],
  settings: ['scope', 'key', 'value', 'updated_at'],
} as const satisfies { [Table in keyof Database]?: readonly (keyof Database[Table])[] }

export type BackupTable = keyof typeof backupTables
export type BackupRow = Record<string, string | number | null>

/** The names of `backupTables`, parents before children. */
export const backupTableNames: readonly BackupTable[] = [
  'users',
  'conversations',
  'messages',
  'attachments',
  'runs',
  'run_events',
  'tool_calls',
  'approval_rules',
  'assistants',
  'memories',
  'summaries',
  'settings',
]

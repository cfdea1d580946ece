import type { Migration } from './migration.ts'

/** A deleted assistant can be had back for a while, as a conversation can. */
export const assistantUndo: Migration = {
  version: 6,
  name: 'assistant-undo',
  statements: () => ['alter table assistants add column deleted_at bigint'],
}

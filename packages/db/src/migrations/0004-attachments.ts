import type { Migration } from './migration.ts'

/** Files that came with questions. `upload_id` is set until the file lies in the workspace; an upload belongs to one question only. */
export const attachments: Migration = {
  version: 4,
  name: 'attachments',
  statements: () => [
    `create table attachments (
      message_id text not null references messages (id) on delete cascade,
      position integer not null,
      conversation_id text not null references conversations (id) on delete cascade,
      path text not null,
      bytes bigint not null,
      media_type text not null,
      kind text not null check (kind in ('image', 'text', 'document', 'data', 'archive', 'other')),
      upload_id text,
      primary key (message_id, position)
    )`,
    'create index attachments_conversation on attachments (conversation_id)',
    'create unique index attachments_upload on attachments (upload_id) where upload_id is not null',
  ],
}

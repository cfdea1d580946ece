import { searchKey } from './0001-foundation.ts'
import { searchIndex } from './0002-search.ts'
import type { Migration } from './migration.ts'

/** Facts that are remembered across conversations, with what finds them again, and what stands for earlier turns of a conversation. */
export const memory: Migration = {
  version: 5,
  name: 'memory',
  statements: (dialect) => [
    `create table memories (
      ${searchKey(dialect)}
      owner_id text not null references users (id) on delete cascade,
      text text not null,
      quote text,
      conversation_id text references conversations (id) on delete set null,
      message_id text references messages (id) on delete set null,
      created_at bigint not null,
      updated_at bigint not null,
      deleted_at bigint
    )`,
    'create index memories_owner on memories (owner_id, deleted_at, updated_at, id)',
    'create index memories_conversation on memories (conversation_id)',
    'create index memories_message on memories (message_id)',
    ...searchIndex(dialect, 'memories', 'text'),

    `create table memory_vectors (
      memory_id text primary key references memories (id) on delete cascade,
      model text not null,
      vector text not null
    )`,

    `create table summaries (
      id text primary key,
      owner_id text not null references users (id) on delete cascade,
      conversation_id text not null references conversations (id) on delete cascade,
      message_id text not null references messages (id) on delete cascade,
      text text not null,
      messages integer not null,
      tokens integer not null,
      edited integer not null,
      model text,
      created_at bigint not null,
      updated_at bigint not null,
      removed_at bigint
    )`,
    'create index summaries_conversation on summaries (conversation_id)',
    'create index summaries_message on summaries (message_id)',
  ],
}

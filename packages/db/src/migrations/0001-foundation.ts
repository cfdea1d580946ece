import type { Dialect, Migration } from './migration.ts'

/** The person who uses a server without accounts. The id never changes: whatever is made in local mode belongs to it. */
export const LOCAL_OWNER_ID = '00000000-0000-7000-8000-000000000001'

/** Users, conversations, messages, runs, run events, settings. Both dialects take the same text: SQLite reads bigint as an integer. */
export const foundation: Migration = {
  version: 1,
  name: 'foundation',
  statements: (dialect) => [
    `create table users (
      id text primary key,
      name text not null,
      role text not null check (role in ('owner', 'admin', 'user')),
      created_at bigint not null
    )`,
    `insert into users (id, name, role, created_at) values ('${LOCAL_OWNER_ID}', 'Owner', 'owner', ${Date.now()})`,

    // No reference from active_leaf_id to messages: the first message is written after its conversation, and both point at each other.
    `create table conversations (
      ${searchKey(dialect)}
      owner_id text not null references users (id) on delete cascade,
      title text not null,
      title_source text not null check (title_source in ('prompt', 'model', 'person')),
      pinned integer not null default 0 check (pinned in (0, 1)),
      source text not null check (source in ('ui', 'api')),
      settings text not null default '{}',
      active_leaf_id text,
      created_at bigint not null,
      updated_at bigint not null,
      read_at bigint not null default 0,
      deleted_at bigint
    )`,
    'create index conversations_list on conversations (owner_id, source, pinned desc, updated_at desc, id desc)',
    'create index conversations_deleted on conversations (deleted_at) where deleted_at is not null',

    // A parent is checked but does not cascade: SQLite stops a cascade at a depth of 1,000, and a conversation may be longer. Delete a
    // message with everything under it in one statement. A restore defers the check: it does not sort children after their parents.
    `create table messages (
      ${searchKey(dialect)}
      conversation_id text not null references conversations (id) on delete cascade,
      parent_id text references messages (id) deferrable initially immediate,
      role text not null check (role in ('user', 'assistant')),
      text text not null,
      created_at bigint not null
    )`,
    'create index messages_conversation on messages (conversation_id, created_at, id)',
    'create index messages_parent on messages (parent_id)',

    `create table runs (
      id text primary key,
      conversation_id text not null references conversations (id) on delete cascade,
      message_id text references messages (id) on delete cascade,
      owner_id text not null references users (id) on delete cascade,
      kind text not null check (kind in ('answer', 'continue', 'title')),
      request_key text not null,
      state text not null check (state in ('queued', 'running', 'ended')),
      end_reason text,
      engine text,
      model text,
      request text not null,
      view text,
      last_seq integer not null default 0,
      prompt_tokens integer,
      completion_tokens integer,
      created_at bigint not null,
      started_at bigint,
      ended_at bigint,
      constraint runs_request_key unique (owner_id, request_key)
    )`,
    'create index runs_conversation on runs (conversation_id, created_at, id)',
    'create index runs_message on runs (message_id, created_at, id)',
    'create index runs_state on runs (state, created_at)',
    'create index runs_model on runs (engine, model, ended_at)',

    `create table run_events (
      run_id text not null references runs (id) on delete cascade,
      seq integer not null,
      last_seq integer not null check (last_seq >= seq),
      events text not null,
      created_at bigint not null,
      primary key (run_id, seq)
    )`,

    `create table settings (
      scope text not null,
      key text not null,
      value text not null,
      updated_at bigint not null,
      primary key (scope, key)
    )`,

    // One row. A restore counts it up within its transaction; a server that was started on an earlier number writes no more.
    'create table database_epoch (id integer primary key check (id = 1), epoch integer not null)',
    'insert into database_epoch (id, epoch) values (1, 1)',
  ],
}

/** SQLite's full-text index points at rows by a number of their own: one that is not declared may change when the file is compacted. */
export function searchKey(dialect: Dialect): string {
  return dialect === 'sqlite' ? 'search_id integer primary key, id text not null unique,' : 'id text primary key,'
}

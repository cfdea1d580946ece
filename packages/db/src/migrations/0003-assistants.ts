import type { Migration } from './migration.ts'

/** The ledger of tool calls, the rules by which a person no longer needs to be asked, and assistants that people made. */
export const assistants: Migration = {
  version: 3,
  name: 'assistants',
  statements: () => [
    `create table tool_calls (
      run_id text not null references runs (id) on delete cascade,
      call_id text not null,
      conversation_id text not null references conversations (id) on delete cascade,
      owner_id text not null references users (id) on delete cascade,
      tool text not null,
      effect text not null check (effect in ('read', 'write', 'execute', 'network')),
      state text not null check (state in ('waiting', 'approved', 'denied', 'expired', 'begun', 'done', 'failed')),
      scope text check (scope in ('once', 'conversation')),
      note text,
      files text,
      expires_at bigint,
      decided_at bigint,
      started_at bigint,
      ended_at bigint,
      primary key (run_id, call_id)
    )`,
    'create index tool_calls_conversation on tool_calls (conversation_id)',

    `create table approval_rules (
      owner_id text not null references users (id) on delete cascade,
      conversation_id text not null references conversations (id) on delete cascade,
      tool text not null,
      created_at bigint not null,
      primary key (conversation_id, tool, owner_id)
    )`,

    `create table assistants (
      id text primary key,
      owner_id text not null references users (id) on delete cascade,
      definition text not null,
      created_at bigint not null,
      updated_at bigint not null
    )`,
    'create index assistants_owner on assistants (owner_id, created_at, id)',
  ],
}

import type { Migration } from './migration.ts'

/** What tools were called for, counted by day: it outlives the conversations. */
export const toolUsage: Migration = {
  version: 8,
  name: 'tool-usage',
  statements: () => [
    `create table tool_usage (
      owner_id text not null references users (id) on delete cascade,
      day bigint not null,
      tool text not null,
      tool_group text not null,
      calls bigint not null,
      ran bigint not null,
      failed bigint not null,
      denied bigint not null,
      duration_ms bigint not null,
      primary key (owner_id, day, tool)
    )`,
  ],
}

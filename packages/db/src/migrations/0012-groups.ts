import type { Migration } from './migration.ts'

/**
 * People in groups, and what is for some groups alone. What no row of `access_rules` names is for everybody; one that is named there is
 * for the groups of its grants, and for nobody where it has none. Everybody is a group of its own, whose members are never listed.
 *
 * What was used is counted by hours from here on. Of before only days are known: they stand in the first hour of their day.
 */
export const groups: Migration = {
  version: 12,
  name: 'groups',
  statements: () => [
    `create table groups (
      id text primary key,
      name text not null,
      name_key text not null unique,
      description text not null,
      created_at bigint not null,
      updated_at bigint not null
    )`,
    `insert into groups (id, name, name_key, description, created_at, updated_at)
      values ('everyone', 'Everyone', 'everyone', '', 0, 0)`,
    `create table group_members (
      group_id text not null references groups (id) on delete cascade,
      user_id text not null references users (id) on delete cascade,
      added_at bigint not null,
      primary key (group_id, user_id)
    )`,
    'create index group_members_user on group_members (user_id)',

    `create table access_rules (
      kind text not null check (kind in ('model', 'assistant', 'tool', 'tool-group')),
      resource text not null,
      updated_at bigint not null,
      primary key (kind, resource)
    )`,
    `create table access_grants (
      kind text not null,
      resource text not null,
      group_id text not null references groups (id) on delete cascade,
      primary key (kind, resource, group_id),
      foreign key (kind, resource) references access_rules (kind, resource) on delete cascade
    )`,
    'create index access_grants_group on access_grants (group_id)',

    `create table group_approval_rules (
      group_id text not null references groups (id) on delete cascade,
      target text not null check (target in ('tool', 'effect')),
      name text not null,
      rule text not null check (rule in ('ask')),
      created_at bigint not null,
      primary key (group_id, target, name)
    )`,

    ...['run_usage', 'tool_usage'].flatMap((table) => [
      `alter table ${table} rename column day to hour`,
      // In two steps, so that no row comes to where another one still is.
      `update ${table} set hour = -(hour * 24) - 1`,
      `update ${table} set hour = -hour - 1`,
      `create index ${table}_hour on ${table} (hour)`,
    ]),
  ],
}

import type { Migration } from './migration.ts'

/** Folders of this machine that their owner registered, and which project each chat works on. */
export const projects: Migration = {
  version: 7,
  name: 'projects',
  statements: () => [
    `create table project_folders (
      id text primary key,
      owner_id text not null references users (id) on delete cascade,
      path text not null,
      created_at bigint not null
    )`,
    'create unique index project_folders_path on project_folders (owner_id, path)',
    `create table projects (
      conversation_id text primary key references conversations (id) on delete cascade,
      owner_id text not null references users (id) on delete cascade,
      kind text not null check (kind in ('zip', 'git', 'folder')),
      name text not null,
      source text not null,
      folder_id text references project_folders (id) on delete set null,
      state text not null check (state in ('importing', 'ready', 'failed')),
      problem text,
      base text,
      created_at bigint not null
    )`,
    'create index projects_folder on projects (folder_id)',
  ],
}

import type { Migration } from './migration.ts'

/**
 * Who may sign in and by what: passwords, sessions, keys for programs, one-time links. Of each secret only its hash is kept. The owner of
 * local mode gets an address and a password when the first account is made, and stays the same row.
 */
export const accounts: Migration = {
  version: 11,
  name: 'accounts',
  statements: () => [
    'alter table users add column email text',
    'alter table users add column email_verified integer not null default 0',
    'alter table users add column image text',
    'alter table users add column updated_at bigint not null default 0',
    'alter table users add column removed_at bigint',
    'create unique index users_email on users (email)',

    `create table accounts (
      id text primary key,
      user_id text not null references users (id) on delete cascade,
      provider_id text not null,
      account_id text not null,
      password text,
      access_token text,
      refresh_token text,
      id_token text,
      access_token_expires_at bigint,
      refresh_token_expires_at bigint,
      scope text,
      created_at bigint not null,
      updated_at bigint not null,
      constraint accounts_provider unique (provider_id, account_id)
    )`,
    'create index accounts_user on accounts (user_id)',

    `create table sessions (
      id text primary key,
      user_id text not null references users (id) on delete cascade,
      token_hash text not null unique,
      ip_address text,
      user_agent text,
      created_at bigint not null,
      updated_at bigint not null,
      expires_at bigint not null
    )`,
    'create index sessions_user on sessions (user_id, created_at)',
    'create index sessions_expiry on sessions (expires_at)',

    `create table api_keys (
      id text primary key,
      user_id text not null references users (id) on delete cascade,
      name text not null,
      prefix text not null,
      secret_hash text not null unique,
      scopes text not null,
      created_at bigint not null,
      expires_at bigint,
      last_used_at bigint
    )`,
    'create index api_keys_user on api_keys (user_id, created_at)',

    // An invitation has a role and no person yet; a link for a new password has the person.
    `create table access_links (
      id text primary key,
      kind text not null check (kind in ('invite', 'reset')),
      token_hash text not null unique,
      role text check (role in ('owner', 'admin', 'user')),
      user_id text references users (id) on delete cascade,
      created_by text not null references users (id) on delete cascade,
      created_at bigint not null,
      expires_at bigint not null,
      check ((kind = 'invite') = (role is not null) and (kind = 'reset') = (user_id is not null))
    )`,
    'create index access_links_user on access_links (user_id)',
    'create index access_links_created_by on access_links (created_by)',

    `create table sign_in_attempts (
      subject text primary key,
      attempts integer not null,
      resets_at bigint not null
    )`,
  ],
}

import type { Dialect, Migration } from './migration.ts'

/**
 * Who did what when from where. Rows are only ever added: the database itself refuses to change one, and to delete one that is not older
 * than `audit_keep.since`, which only the trimming of the log raises, for as long as its own transaction lasts. People stand in it by id
 * and without a foreign key: what somebody did stays when they go.
 */
export const audit: Migration = {
  version: 13,
  name: 'audit',
  statements: (dialect) => [
    `create table audit_entries (
      id text primary key,
      at bigint not null,
      action text not null,
      outcome text not null check (outcome in ('done', 'refused', 'failed')),
      actor_kind text not null check (actor_kind in ('person', 'key', 'visitor', 'server')),
      actor_id text,
      credential text,
      address text,
      subject_id text,
      object_kind text,
      object_id text,
      object_name text,
      details text not null
    )`,
    'create index audit_entries_at on audit_entries (at, id)',
    'create index audit_entries_actor on audit_entries (actor_id, at)',
    'create index audit_entries_subject on audit_entries (subject_id, at)',
    'create index audit_entries_action on audit_entries (action, at)',
    'create table audit_keep (id integer primary key check (id = 1), since bigint not null)',
    'insert into audit_keep (id, since) values (1, 0)',
    ...guards(dialect),
  ],
}

const refusal = 'the audit log is append-only'

function guards(dialect: Dialect): string[] {
  if (dialect === 'sqlite') {
    return [
      `create trigger audit_entries_no_update before update on audit_entries
        begin select raise(abort, '${refusal}'); end`,
      `create trigger audit_entries_no_delete before delete on audit_entries
        when old.at >= (select since from audit_keep where id = 1)
        begin select raise(abort, '${refusal}'); end`,
    ]
  }
  return [
    `create function refuse_audit_change() returns trigger language plpgsql as $$
      begin
        if tg_op = 'DELETE' then
          if old.at < (select since from audit_keep where id = 1) then return old; end if;
        end if;
        raise exception '${refusal}';
      end $$`,
    `create trigger audit_entries_no_change before update or delete on audit_entries
      for each row execute function refuse_audit_change()`,
    `create trigger audit_entries_no_truncate before truncate on audit_entries
      for each statement execute function refuse_audit_change()`,
  ]
}

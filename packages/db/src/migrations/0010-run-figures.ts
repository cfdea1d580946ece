import type { Dialect, Migration } from './migration.ts'

/** A whole number out of a run's view, where no column holds it. */
const numberInView = (dialect: Dialect, name: string) =>
  dialect === 'sqlite' ? `cast(json_extract(view, '$.${name}') as integer)` : `cast(view::json ->> '${name}' as bigint)`
const textInView = (dialect: Dialect, ...path: string[]) =>
  dialect === 'sqlite' ? `json_extract(view, '$.${path.join('.')}')` : `(view::json #>> '{${path.join()}}')`

/**
 * What is measured of each run that has ended, without a word of it: narrow rows, so that a month of them is summed in milliseconds. They
 * outlive the chats. Begins with what the runs say that are there; titles and imported chats are not counted.
 */
export const runFigures: Migration = {
  version: 10,
  name: 'run-figures',
  statements: (dialect) => [
    `create table run_figures (
      run_id text primary key,
      owner_id text not null references users (id) on delete cascade,
      conversation_id text not null,
      engine text,
      model text,
      assistant text,
      assistant_name text,
      end_reason text not null,
      error_code text,
      prompt_tokens integer,
      tokens integer not null,
      created_at bigint not null,
      started_at bigint,
      first_token_at bigint,
      ended_at bigint not null,
      wait_ms bigint,
      first_token_ms bigint,
      duration_ms bigint not null
    )`,
    `insert into run_figures
      select id, owner_id, conversation_id, engine, model,
        ${textInView(dialect, 'assistant', 'id')}, ${textInView(dialect, 'assistant', 'name')},
        coalesce(end_reason, 'interrupted'), ${textInView(dialect, 'error', 'code')}, prompt_tokens,
        coalesce(completion_tokens, ${numberInView(dialect, 'tokens')}, 0),
        created_at, started_at, ${numberInView(dialect, 'firstTokenAt')}, coalesce(ended_at, created_at),
        started_at - created_at, ${numberInView(dialect, 'firstTokenAt')} - started_at,
        coalesce(ended_at, created_at) - created_at - coalesce(${numberInView(dialect, 'waitedMs')}, 0)
      from runs
      where state = 'ended' and kind <> 'title' and request_key not like 'import:%'`,
    'create index run_figures_ended on run_figures (ended_at)',
    'create index run_figures_created on run_figures (created_at, run_id)',
  ],
}

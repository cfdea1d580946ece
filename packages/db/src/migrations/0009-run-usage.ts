import type { Dialect, Migration } from './migration.ts'

/** What of a run's view is in no column of its own. */
const inView = (dialect: Dialect, ...path: string[]) =>
  dialect === 'sqlite' ? `json_extract(view, '$.${path.join('.')}')` : `(view::json #>> '{${path.join()}}')`

/**
 * What was asked, counted by day, model and assistant: it outlives the conversations, and is small where runs are many. Begins with what
 * the runs say that are there; titles and imported chats were asked by nobody here.
 */
export const runUsage: Migration = {
  version: 9,
  name: 'run-usage',
  statements: (dialect) => [
    `create table run_usage (
      owner_id text not null references users (id) on delete cascade,
      day bigint not null,
      model text not null,
      assistant text not null,
      requests bigint not null,
      successful bigint not null,
      failed bigint not null,
      prompt_tokens bigint not null,
      completion_tokens bigint not null,
      duration_ms bigint not null,
      primary key (owner_id, day, model, assistant)
    )`,
    `insert into run_usage
      select owner_id, created_at / 86400000, coalesce(model, ''), coalesce(${inView(dialect, 'assistant', 'id')}, ''), count(*),
        sum(case when end_reason in ('done', 'length', 'tool-calls') then 1 else 0 end),
        sum(case when end_reason in ('failed', 'interrupted') then 1 else 0 end),
        sum(coalesce(prompt_tokens, 0)),
        sum(coalesce(completion_tokens, cast(${inView(dialect, 'tokens')} as integer), 0)),
        sum(case when end_reason in ('done', 'length', 'tool-calls')
          then coalesce(ended_at, created_at) - created_at - coalesce(cast(${inView(dialect, 'waitedMs')} as bigint), 0)
          else 0 end)
      from runs
      where state = 'ended' and kind <> 'title' and request_key not like 'import:%'
      group by 1, 2, 3, 4`,
    // Sums are read off it without sorting (100,000 rows in 12 ms instead of 50). Postgres sorts nothing for them, and would write more.
    ...(dialect === 'sqlite'
      ? [
          'create index run_usage_sums on run_usage (model, assistant, requests, successful, failed, prompt_tokens, completion_tokens, duration_ms)',
        ]
      : []),
  ],
}

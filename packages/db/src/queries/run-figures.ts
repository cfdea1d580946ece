import { type Compilable, type Insertable, type Kysely, type Selectable, sql } from 'kysely'
import type { Database } from '../schema.ts'
import { columnsOf, prepared } from './prepared.ts'

type Db = Kysely<Database>
export type RunFiguresRow = Selectable<Database['run_figures']>

/** Written with the end of a run. A commit that is tried again, because nobody knows whether it was saved, changes nothing. */
export function insertRunFigures(db: Db, row: Insertable<Database['run_figures']>): Compilable {
  const { columns, values } = columnsOf(row)
  const build = () =>
    db
      .insertInto('run_figures')
      .values(row)
      .onConflict((same) => same.column('run_id').doNothing())
  return prepared(db, `insert run figures ${columns}`, build, values)
}

/** How runs ended that did so from `from` on, and before `until`. */
export async function countRunEnds(db: Db, from: number, until: number) {
  const rows = await db
    .selectFrom('run_figures')
    .select((is) => ['end_reason', 'error_code', is.fn.countAll<number | string>().as('count')])
    .where('ended_at', '>=', from)
    .where('ended_at', '<', until)
    .groupBy(['end_reason', 'error_code'])
    .execute()
  // Postgres gives back counts as text.
  return rows.map((row) => ({ ...row, count: Number(row.count) }))
}

type Measured = 'wait_ms' | 'first_token_ms' | 'duration_ms'

/**
 * The nearest rank of 50 and of 95 in 100, in milliseconds, of runs that ended within; null where none was measured. To two digits, cut
 * off: counted by those, a month of runs takes a few milliseconds where sorting it takes many.
 */
export async function findPercentiles(
  db: Db,
  column: Measured,
  from: number,
  until: number,
): Promise<{ p50: number; p95: number } | null> {
  const value = sql.ref(column)
  const { rows } = await sql<{ value: number | string; count: number | string }>`
    select case
        when ${value} < 100 then ${value}
        when ${value} < 1000 then ${value} / 10 * 10
        when ${value} < 10000 then ${value} / 100 * 100
        when ${value} < 100000 then ${value} / 1000 * 1000
        else ${value} / 10000 * 10000
      end as value, count(*) as count
    from run_figures where ended_at >= ${from} and ended_at < ${until} and ${value} is not null
    group by 1 order by 1`.execute(db)
  const counted = rows.map((row) => ({ value: Number(row.value), count: Number(row.count) }))
  const total = counted.reduce((sum, { count }) => sum + count, 0)
  const atRank = (percent: number) => {
    let seen = 0
    for (const { value, count } of counted) {
      seen += count
      if (seen * 100 >= total * percent) return value
    }
    return 0
  }
  return total === 0 ? null : { p50: atRank(50), p95: atRank(95) }
}

/** Tokens of runs by model and by the step that they ended in; steps count from `from`. */
export async function sumTokensBySteps(db: Db, from: number, until: number, stepMs: number) {
  const step = sql<number | string>`(ended_at - ${sql.lit(from)}) / ${sql.lit(stepMs)}`
  const rows = await db
    .selectFrom('run_figures')
    .select((is) => [step.as('step'), 'model', is.fn.sum<number | string>('tokens').as('tokens')])
    .where('ended_at', '>=', from)
    .where('ended_at', '<', until)
    .where('tokens', '>', 0)
    .groupBy([sql`1`, 'model'])
    .execute()
  return rows.map((row) => ({ step: Number(row.step), model: row.model, tokens: Number(row.tokens) }))
}

/** When runs wrote that ended from `from` on, the newest ones. */
export async function listWriting(db: Db, from: number, limit: number) {
  return await db
    .selectFrom('run_figures')
    .select(['model', 'tokens', 'first_token_at', 'ended_at'])
    .where('ended_at', '>=', from)
    .where('first_token_at', 'is not', null)
    .orderBy('ended_at', 'desc')
    .limit(limit)
    .execute()
}

export type RunFiguresQuery = {
  userId?: string
  model?: string
  assistant?: string
  endReason?: string
  since?: number
  /** Part of the owner's name or of a run's id; of a title only in chats of `titlesOf`. */
  query?: string
  titlesOf: string
  before?: { createdAt: number; runId: string }
  limit: number
}

/** Runs that have ended, newest first, with whose they are. `title` null: the chat is gone, or not of `titlesOf`. */
export async function listRunFigures(db: Db, wanted: RunFiguresQuery) {
  const { userId, model, assistant, endReason, since, query, titlesOf, before, limit } = wanted
  const part = `%${(query ?? '').toLowerCase().replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`
  const like = (column: string) => sql<boolean>`lower(${sql.ref(column)}) like ${part} escape '\\'`
  return await db
    .selectFrom('run_figures as run')
    .innerJoin('users', 'users.id', 'run.owner_id')
    .leftJoin('conversations as chat', (join) =>
      join.onRef('chat.id', '=', 'run.conversation_id').on('chat.owner_id', '=', titlesOf),
    )
    .selectAll('run')
    .select(['users.name as user_name', 'chat.title', 'chat.source'])
    .$if(userId !== undefined, (list) => list.where('run.owner_id', '=', userId!))
    .$if(model !== undefined, (list) => list.where('run.model', '=', model!))
    .$if(assistant !== undefined, (list) => list.where('run.assistant', '=', assistant!))
    .$if(endReason !== undefined, (list) => list.where('run.end_reason', '=', endReason!))
    .$if(since !== undefined, (list) => list.where('run.created_at', '>=', since!))
    .$if(query !== undefined && query !== '', (list) =>
      list.where((is) => is.or([like('users.name'), like('run.run_id'), like('chat.title')])),
    )
    .$if(before !== undefined, (list) =>
      list.where((is) =>
        is.or([
          is('run.created_at', '<', before!.createdAt),
          is.and([is('run.created_at', '=', before!.createdAt), is('run.run_id', '<', before!.runId)]),
        ]),
      ),
    )
    .orderBy('run.created_at', 'desc')
    .orderBy('run.run_id', 'desc')
    .limit(limit)
    .execute()
}

/** Each model and each assistant that a run has ended with since `since`. */
export async function listRunChoices(db: Db, since: number) {
  const of = (column: 'model' | 'assistant') =>
    db
      .selectFrom('run_figures')
      .select(column)
      .distinct()
      .where('ended_at', '>=', since)
      .where(column, 'is not', null)
      .orderBy(column)
      .limit(100)
      .execute()
  const [models, assistants] = await Promise.all([of('model'), of('assistant')])
  return {
    models: models.flatMap(({ model }) => model ?? []),
    assistants: assistants.flatMap(({ assistant }) => assistant ?? []),
  }
}

/** What people are called. */
export async function listUserNames(db: Db): Promise<{ id: string; name: string }[]> {
  return await db.selectFrom('users').select(['id', 'name']).orderBy('name').limit(1_000).execute()
}

/** A run, whoever it belongs to: for who runs the server. */
export async function findRunOfAnybody(db: Db, id: string) {
  return await db
    .selectFrom('runs')
    .innerJoin('conversations as chat', 'chat.id', 'runs.conversation_id')
    .selectAll('runs')
    .select(['chat.title', 'chat.source'])
    .where('runs.id', '=', id)
    .executeTakeFirst()
}

/** Titles and sources of somebody's own chats. */
export async function listTitles(db: Db, ownerId: string, ids: readonly string[]) {
  if (ids.length === 0) return []
  return await db
    .selectFrom('conversations')
    .select(['id', 'title'])
    .where('owner_id', '=', ownerId)
    .where('id', 'in', ids)
    .execute()
}

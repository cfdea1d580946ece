import { type Kysely, sql } from 'kysely'
import type { Db } from '../open-database.ts'
import type { Database } from '../schema.ts'

const hourMs = 3_600_000

/** Who asks for one of these names: assistants by theirs, chats and the people whose they are by number. Deleted ones are not counted. */
export async function findModelUses(db: Db, names: readonly string[]) {
  const modelIn = (column: string) =>
    db.dialect === 'sqlite'
      ? sql<string | null>`json_extract(${sql.ref(column)}, '$.model')`
      : sql<string | null>`(${sql.ref(column)}::json ->> 'model')`
  const nameIn =
    db.dialect === 'sqlite'
      ? sql<string | null>`json_extract(definition, '$.name')`
      : sql<string | null>`(definition::json ->> 'name')`
  const [assistants, chats] = await Promise.all([
    db.kysely
      .selectFrom('assistants')
      .select(nameIn.as('name'))
      .where('deleted_at', 'is', null)
      .where(modelIn('definition'), 'in', names)
      .orderBy('updated_at', 'desc')
      .limit(50)
      .execute(),
    db.kysely
      .selectFrom('conversations')
      .select((is) => [
        is.fn.countAll<number | string>().as('chats'),
        is.fn.count<number | string>('owner_id').distinct().as('people'),
      ])
      .where('deleted_at', 'is', null)
      .where(modelIn('settings'), 'in', names)
      .executeTakeFirstOrThrow(),
  ])
  // Postgres gives back counts as text.
  return {
    assistants: assistants.flatMap(({ name }) => name ?? []),
    chats: Number(chats.chats),
    people: Number(chats.people),
  }
}

/** When each model was asked last, in UTC milliseconds: the hour out of what is counted by hour, the moment out of that hour's runs. */
export async function listLastUses(db: Kysely<Database>): Promise<Map<string, number>> {
  const hours = await db
    .selectFrom('run_usage')
    .select((is) => ['model', is.fn.max<number | string>('hour').as('hour')])
    .groupBy('model')
    .execute()
  const found = await Promise.all(
    hours.map(async ({ model, hour }): Promise<[string, number]> => {
      const from = Number(hour) * hourMs
      const last = await db
        .selectFrom('run_figures')
        .select('created_at')
        .where('model', '=', model)
        .where('created_at', '>=', from)
        .where('created_at', '<', from + hourMs)
        .orderBy('created_at', 'desc')
        .limit(1)
        .executeTakeFirst()
      return [model, last?.created_at ?? from]
    }),
  )
  return new Map(found)
}

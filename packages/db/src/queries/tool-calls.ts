import type { Compilable, Insertable, Kysely, Selectable } from 'kysely'
import { type Database, toolCallColumns } from '../schema.ts'

export type ToolCallRow = Selectable<Database['tool_calls']>

type Db = Kysely<Database>
type CallKey = { runId: string; callId: string }

/** Writes down a call that waits for a person. Again the same: after a lost connection nobody knows whether the first try was saved. */
export function insertWaitingCall(db: Db, row: Omit<Insertable<Database['tool_calls']>, 'state'>): Compilable {
  return db
    .insertInto('tool_calls')
    .values({ ...row, state: 'waiting' })
    .onConflict((same) => same.columns(['run_id', 'call_id']).doNothing())
}

/** Writes down that a call is about to take effect, whether or not somebody was asked before. */
export function beginCall(db: Db, row: Omit<Insertable<Database['tool_calls']>, 'state'>): Compilable {
  return db
    .insertInto('tool_calls')
    .values({ ...row, state: 'begun' })
    .onConflict((same) =>
      same.columns(['run_id', 'call_id']).doUpdateSet((is) => ({
        state: 'begun',
        started_at: is.ref('excluded.started_at'),
        files: is.ref('excluded.files'),
      })),
    )
}

/** The answer of a person, or the end of the time for one; only a call that waits takes it. */
export function decideCall(
  db: Db,
  { runId, callId }: CallKey,
  decided: {
    state: 'approved' | 'denied' | 'expired'
    scope: 'once' | 'conversation'
    note: string | null
    at: number
  },
): Compilable {
  const { at, ...set } = decided
  return db
    .updateTable('tool_calls')
    .set({ ...set, decided_at: at })
    .where('run_id', '=', runId)
    .where('call_id', '=', callId)
    .where('state', '=', 'waiting')
}

/** A call that was begun came to its end. */
export function completeCall(db: Db, { runId, callId }: CallKey, state: 'done' | 'failed', at: number): Compilable {
  return db
    .updateTable('tool_calls')
    .set({ state, ended_at: at })
    .where('run_id', '=', runId)
    .where('call_id', '=', callId)
    .where('state', '=', 'begun')
}

/** A run that ends leaves no call waiting. What was begun stays so: whether it took effect is not known. */
export function closeWaitingCalls(db: Db, runId: string, at: number): Compilable {
  return db
    .updateTable('tool_calls')
    .set({ state: 'failed', ended_at: at })
    .where('run_id', '=', runId)
    .where('state', 'in', ['waiting', 'approved'])
}

/** Calls of one run, of which some were asked about or had an effect. */
export async function listToolCalls(db: Db, runId: string): Promise<ToolCallRow[]> {
  return await db
    .selectFrom('tool_calls')
    .select(toolCallColumns)
    .where('run_id', '=', runId)
    .orderBy('call_id')
    .execute()
}

/** One of somebody's own. */
export async function findToolCall(db: Db, ownerId: string, { runId, callId }: CallKey) {
  return await db
    .selectFrom('tool_calls')
    .select(toolCallColumns)
    .where('run_id', '=', runId)
    .where('call_id', '=', callId)
    .where('owner_id', '=', ownerId)
    .executeTakeFirst()
}

/** Whether a call of a tool waits for a person in a conversation, or has its yes and was not begun. */
export async function isToolWaiting(db: Db, conversationId: string, tool: string): Promise<boolean> {
  const row = await db
    .selectFrom('tool_calls')
    .select('call_id')
    .where('conversation_id', '=', conversationId)
    .where('tool', '=', tool)
    .where('state', 'in', ['waiting', 'approved'])
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Files that the assistant of a conversation made, as the calls that made them say. */
export async function listMadeFiles(db: Db, conversationId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('tool_calls')
    .select('files')
    .where('conversation_id', '=', conversationId)
    .where('state', '=', 'done')
    .where('files', 'is not', null)
    .execute()
  return rows.flatMap(({ files }): string[] => JSON.parse(files ?? '[]'))
}

/**
 * Files and folders that a person has brought: whatever an assistant once made under such a path, beneath or above it, is theirs from now
 * on. Paths that some file system takes for one, by case or by how their letters are composed, are one.
 */
export async function disownFiles(db: Db, conversationId: string, paths: readonly string[]): Promise<Compilable[]> {
  if (paths.length === 0) return []
  const brought = paths.map(folded)
  const rows = await db
    .selectFrom('tool_calls')
    .select(['run_id', 'call_id', 'files'])
    .where('conversation_id', '=', conversationId)
    .where('files', 'is not', null)
    .execute()
  return rows.flatMap(({ run_id, call_id, files }) => {
    const made: string[] = JSON.parse(files ?? '[]')
    const left = made.filter((path) => !brought.some((theirs) => touches(folded(path), theirs)))
    if (left.length === made.length) return []
    return db
      .updateTable('tool_calls')
      .set({ files: JSON.stringify(left) })
      .where('run_id', '=', run_id)
      .where('call_id', '=', call_id)
  })
}

const folded = (path: string) => path.normalize('NFC').toLowerCase()

const touches = (one: string, other: string) =>
  one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`)

/** Nothing in a conversation's workspace is the assistant's own any more: a person has put something else there. */
export function disownAllFiles(db: Db, conversationId: string): Compilable {
  return db.updateTable('tool_calls').set({ files: null }).where('conversation_id', '=', conversationId)
}

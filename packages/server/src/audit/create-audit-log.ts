import {
  type AuditQuery,
  type AuditRow,
  countAuditEntriesBefore,
  type Db,
  insertAuditEntry,
  listAuditEntries,
  listUserNames,
  type NamedAuditRow,
  trimAuditEntries,
} from '@reynard/db'
import {
  AUDIT_ACTIONS,
  AUDIT_GROUPS,
  type AuditAction,
  type AuditEntry,
  type AuditFilter,
  type AuditPage,
  isAuditAction,
} from '@reynard/protocol'
import { v7 as newId } from 'uuid'
import { z } from 'zod'
import { whenChanged } from '../console/when-changed.ts'
import { currentRequest } from '../logging/request-context.ts'
import type { Clock } from '../runs/ports.ts'
import type { AuditActor, AuditFacts, AuditLog } from './audit-log.ts'
import { cleanText, shownValue } from './clean-details.ts'
import { createFold } from './fold-repeats.ts'

const DAY_MS = 24 * 60 * 60_000
const FIRST_PAGE = 50
const ROWS_PER_READ = 500

type Options = {
  db: Db
  clock: Clock
  /** Entries are kept this long. */
  keptDays: () => number
}

const theServer: AuditActor = { kind: 'server', userId: null, credential: null, address: null }

/** The audit log of one server. */
export function createAuditLog({ db, clock, keptDays }: Options): AuditLog {
  const fold = createFold(clock)

  function rowOf<Action extends AuditAction>(action: Action, facts: AuditFacts<Action>): AuditRow {
    const { outcome = 'done', subject = null, object, details = {}, by = whoAsks() } = facts
    const allowed: readonly string[] = AUDIT_ACTIONS[action].details
    const said = Object.entries(details).filter(([name, value]) => allowed.includes(name) && value !== undefined)
    return {
      id: newId(),
      at: clock.now(),
      action,
      outcome,
      actor_kind: by.kind,
      actor_id: by.userId,
      credential: by.credential,
      address: by.address,
      subject_id: subject,
      object_kind: object?.kind ?? null,
      object_id: object?.id ?? null,
      object_name: object?.name === undefined ? null : cleanText(object.name),
      details: JSON.stringify(Object.fromEntries(said.map(([name, value]) => [name, shownValue(value)]))),
    }
  }
  const log: Pick<AuditLog, 'entry' | 'record' | 'list'> = {
    entry: (action, facts = {}) => insertAuditEntry(db.kysely, rowOf(action, facts)),
    record: (action, facts = {}) => db.commit([log.entry(action, facts)]),
    async list({ cursor, limit, ...filter }) {
      const [rows, people] = await Promise.all([
        listAuditEntries(db.kysely, { ...queryOf(filter), before: cursor, limit: limit + 1 }),
        listUserNames(db.kysely),
      ])
      const entries = rows.slice(0, limit).flatMap(entryOf)
      const last = rows[limit - 1]
      const nextCursor = rows.length > limit && last ? { at: Number(last.at), id: last.id } : null
      return { entries, nextCursor, people }
    },
  }

  return {
    ...log,
    together: (act, tell) =>
      db.kysely.transaction().execute(async (tx) => {
        const result = await act(tx)
        const entry = tell(result)
        if (entry !== null) await tx.executeQuery(entry.compile())
        return result
      }),
    async around(action, facts, act) {
      try {
        const result = await act()
        await log.record(action, facts)
        return result
      } catch (error) {
        await log.record(action, { ...facts, outcome: 'failed' })
        throw error
      }
    },
    async recordRepeated(action, key, facts = {}) {
      const tries = fold(`${action} ${key}`)
      if (tries !== null) await log.record(action, { ...facts, details: { ...facts.details, tries } })
    },
    watch: (filter, signal) =>
      whenChanged((): Promise<AuditPage> => log.list({ ...filter, limit: FIRST_PAGE }), { clock, signal }),
    async *readAll(filter) {
      let before: AuditQuery['before']
      for (;;) {
        const rows = await listAuditEntries(db.kysely, { ...queryOf(filter), before, limit: ROWS_PER_READ })
        if (rows.length > 0) yield rows.flatMap(entryOf)
        const last = rows[ROWS_PER_READ - 1]
        if (last === undefined) return
        before = { at: Number(last.at), id: last.id }
      }
    },
    async trim() {
      const days = keptDays()
      const before = clock.now() - days * DAY_MS
      const entries = await countAuditEntriesBefore(db.kysely, before)
      if (entries === 0) return 0
      const entry = log.entry('audit-trim', { details: { entries, days }, by: theServer })
      await db.commit([...trimAuditEntries(db.kysely, before), entry])
      return entries
    },
  }
}

/** Whoever asks in the request that goes on. */
function whoAsks(): AuditActor {
  const request = currentRequest()
  if (request === undefined) return theServer
  const { userId, credential, address } = request
  const kind = userId === null ? 'visitor' : credential?.startsWith('key:') ? 'key' : 'person'
  return { kind, userId, credential, address }
}

function queryOf({ group, query, ...filter }: AuditFilter): Omit<AuditQuery, 'limit'> {
  const actions = Object.keys(AUDIT_ACTIONS).filter(isAuditAction)
  const wanted = query?.toLowerCase() ?? ''
  return {
    ...filter,
    query,
    ...(group !== undefined && { actions: actions.filter((action) => AUDIT_ACTIONS[action].group === group) }),
    queryActions: actions.filter((action) => {
      const { words, group: of } = AUDIT_ACTIONS[action]
      return [action, words, AUDIT_GROUPS[of]].some((text) => text.toLowerCase().includes(wanted))
    }),
  }
}

const detailsSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))

/** One of an action that this Reynard does not know, of a newer one, is left out. */
function entryOf(row: NamedAuditRow): AuditEntry[] {
  const { action } = row
  if (!isAuditAction(action)) return []
  const person = (id: string | null, name: string | null) => (id === null ? null : { id, name })
  return [
    {
      id: row.id,
      at: Number(row.at),
      action,
      group: AUDIT_ACTIONS[action].group,
      outcome: row.outcome,
      actorKind: row.actor_kind,
      actor: person(row.actor_id, row.actor_name),
      address: row.address,
      subject: person(row.subject_id, row.subject_name),
      object: row.object_kind === null ? null : { kind: row.object_kind, id: row.object_id, name: row.object_name },
      details: detailsSchema.parse(JSON.parse(row.details)),
    },
  ]
}

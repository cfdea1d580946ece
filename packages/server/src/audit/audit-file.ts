import { AUDIT_ACTIONS, AUDIT_GROUPS, type AuditEntry, type AuditPerson } from '@reynard/protocol'
import { csvCell } from '../http/csv-cell.ts'

const COLUMNS = [
  'time',
  'who',
  'who_id',
  'as',
  'from',
  'did',
  'action',
  'group',
  'outcome',
  'about',
  'about_id',
  'object',
  'object_id',
  'details',
] as const

/** A line of JSON for each entry. */
export function toJsonLines(entries: readonly AuditEntry[]): string {
  return entries.map((entry) => `${JSON.stringify({ ...entry, at: new Date(entry.at).toISOString() })}\n`).join('')
}

export const CSV_HEAD = `${COLUMNS.join(',')}\r\n`

/** A line of CSV for each entry (RFC 4180). */
export function toCsv(entries: readonly AuditEntry[]): string {
  return entries.map((entry) => `${cellsOf(entry).map(csvCell).join(',')}\r\n`).join('')
}

function cellsOf(entry: AuditEntry): string[] {
  const { at, actor, actorKind, address, action, group, outcome, subject, object, details } = entry
  return [
    new Date(at).toISOString(),
    nameOf(actor),
    actor?.id ?? '',
    actorKind,
    address ?? '',
    AUDIT_ACTIONS[action].words,
    action,
    AUDIT_GROUPS[group],
    outcome,
    nameOf(subject),
    subject?.id ?? '',
    object?.name ?? object?.kind ?? '',
    object?.id ?? '',
    Object.keys(details).length === 0 ? '' : JSON.stringify(details),
  ]
}

const nameOf = (person: AuditPerson | null) => (person === null ? '' : (person.name ?? 'Deleted person'))

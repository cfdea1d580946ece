import type { AuditEntry } from '@reynard/protocol'
import { auditMessages as text } from '../../lib/messages-audit.ts'

/** Who did it, as people call them. */
export function actorName({ actor, actorKind }: AuditEntry): string {
  if (actorKind === 'server') return text.server
  if (actor === null) return text.visitor
  const name = actor.name ?? text.deleted
  return actorKind === 'key' ? `${name}, ${text.byKey}` : name
}

/** What an entry is about, by name: a person, a setting, a model. Empty where its words say all. */
export function objectName({ subject, object }: AuditEntry): string {
  if (subject !== null) return subject.name ?? text.deleted
  return object?.name ?? ''
}

/** What it says besides, in one line. */
export function detailWords({ details }: AuditEntry): string {
  const { from, to, ...others } = details
  const change = 'from' in details || 'to' in details ? [text.change(valueWords(from), valueWords(to))] : []
  const said = Object.entries(others).flatMap(([name, value]) =>
    value === null ? [] : (text.detail(name, value) ?? []),
  )
  return [...change, ...said].join(', ')
}

function valueWords(value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined || value === '') return text.emptyValue
  return value === true ? 'on' : value === false ? 'off' : String(value)
}

'use client'
import { AUDIT_GROUPS, type AuditGroup } from '@reynard/protocol'
import { useId, useRef } from 'react'
import { Input, Select } from '../../components/field.tsx'
import { SearchField } from '../../components/search-field.tsx'
import { useShortcut } from '../../lib/keys.ts'
import { auditMessages as text } from '../../lib/messages-audit.ts'

/** '' : any. Days as the browser's own field writes them, `2026-11-24`. */
export type AuditChoices = { query: string; personId: string; group: AuditGroup | ''; from: string; to: string }
export const NO_CHOICES: AuditChoices = { query: '', personId: '', group: '', from: '', to: '' }

const GROUPS = Object.entries(AUDIT_GROUPS) as [AuditGroup, string][]
const CHOICE = 'max-w-44 max-sm:max-w-none max-sm:min-w-36 max-sm:flex-1'

type AuditFiltersProps = {
  choices: AuditChoices
  people: readonly { id: string; name: string }[]
  onChange: (choices: AuditChoices) => void
}

/** Which entries are listed. `/` goes to the field. */
export function AuditFilters({ choices, people, onChange }: AuditFiltersProps) {
  const field = useRef<HTMLInputElement>(null)
  useShortcut('find-in-admin', () => field.current?.focus())
  const set = (patch: Partial<AuditChoices>) => onChange({ ...choices, ...patch })
  return (
    <section aria-label={text.filters} className="flex flex-wrap items-center gap-2 px-7 pt-3 pb-2 max-sm:px-4">
      <SearchField
        ref={field}
        label={text.find}
        value={choices.query}
        className="w-64 max-sm:w-full"
        onChange={(query) => set({ query })}
      />
      {people.length > 1 && (
        <Select
          aria-label={text.person}
          value={choices.personId}
          className={CHOICE}
          onChange={(event) => set({ personId: event.target.value })}
        >
          <option value="">{text.anyPerson}</option>
          {people.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      )}
      <Select
        aria-label={text.group}
        value={choices.group}
        className={CHOICE}
        onChange={(event) => set({ group: GROUPS.find(([group]) => group === event.target.value)?.[0] ?? '' })}
      >
        <option value="">{text.anyGroup}</option>
        {GROUPS.map(([group, words]) => (
          <option key={group} value={group}>
            {words}
          </option>
        ))}
      </Select>
      <Day label={text.from} value={choices.from} most={choices.to} onChange={(from) => set({ from })} />
      <Day label={text.to} value={choices.to} least={choices.from} onChange={(to) => set({ to })} />
    </section>
  )
}

type DayProps = { label: string; value: string; least?: string; most?: string; onChange: (value: string) => void }

function Day({ label, value, least, most, onChange }: DayProps) {
  const id = useId()
  return (
    <span className="flex items-center gap-1.5 max-sm:flex-1">
      <label htmlFor={id} className="text-xs text-ink-3">
        {label}
      </label>
      <Input
        id={id}
        type="date"
        value={value}
        min={least || undefined}
        max={most || undefined}
        className="max-sm:w-full"
        onChange={(event) => onChange(event.target.value)}
      />
    </span>
  )
}

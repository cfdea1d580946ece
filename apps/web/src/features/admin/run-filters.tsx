'use client'
import { type ReactNode, useRef } from 'react'
import { Select } from '../../components/field.tsx'
import { SearchField } from '../../components/search-field.tsx'
import { useShortcut } from '../../lib/keys.ts'
import { adminMessages } from '../../lib/messages-admin.ts'
import type { RunFilter, useRunList } from './use-run-list.ts'

const text = adminMessages
const STATES = ['done', 'length', 'stopped', 'interrupted', 'failed'] as const
const TIMES = ['any', 'hour', 'day', 'week'] as const

type RunFiltersProps = {
  filter: RunFilter
  choices: ReturnType<typeof useRunList>['choices']
  onChange: (filter: RunFilter) => void
}

/** Which runs are listed. `/` goes to the field. Choices of one are left out. */
export function RunFilters({ filter, choices, onChange }: RunFiltersProps) {
  const field = useRef<HTMLInputElement>(null)
  useShortcut('find-in-admin', () => field.current?.focus())
  const set = (patch: Partial<RunFilter>) => onChange({ ...filter, ...patch })
  return (
    <section aria-label={text.findLabel} className="flex flex-wrap items-center gap-2 px-7 pt-3 pb-2 max-sm:px-4">
      <SearchField
        ref={field}
        label={text.find}
        value={filter.query}
        className="w-60 max-sm:w-full"
        onChange={(query) => set({ query })}
      />
      <Choice label={text.state} value={filter.state} onChange={(value) => set({ state: stateOf(value) })}>
        <option value="">{text.anyState}</option>
        <option value="live">{text.liveOnly}</option>
        {STATES.map((state) => (
          <option key={state} value={state}>
            {text.end(state)}
          </option>
        ))}
      </Choice>
      {choices.models.length > 1 && (
        <Choice label={text.model} value={filter.model} onChange={(model) => set({ model })}>
          <option value="">{text.anyModel}</option>
          {choices.models.map((model) => (
            <option key={model}>{model}</option>
          ))}
        </Choice>
      )}
      {choices.users.length > 1 && (
        <Choice label={text.user} value={filter.userId} onChange={(userId) => set({ userId })}>
          <option value="">{text.anyUser}</option>
          {choices.users.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Choice>
      )}
      {choices.assistants.length > 0 && (
        <Choice label={text.assistant} value={filter.assistant} onChange={(assistant) => set({ assistant })}>
          <option value="">{text.anyAssistant}</option>
          {choices.assistants.map((id) => (
            <option key={id} value={id}>
              {id}
            </option>
          ))}
        </Choice>
      )}
      <Choice
        label={text.when}
        value={filter.time}
        onChange={(value) => set({ time: TIMES.find((time) => time === value) ?? 'any' })}
      >
        {TIMES.map((time) => (
          <option key={time} value={time}>
            {time === 'any' ? text.anyTime : text.times[time]}
          </option>
        ))}
      </Choice>
    </section>
  )
}

const stateOf = (value: string): RunFilter['state'] =>
  value === 'live' ? 'live' : (STATES.find((state) => state === value) ?? '')

type ChoiceProps = { label: string; value: string; onChange: (value: string) => void; children: ReactNode }

function Choice({ label, value, onChange, children }: ChoiceProps) {
  return (
    <Select
      aria-label={label}
      value={value}
      className="max-w-44 max-sm:max-w-none max-sm:min-w-36 max-sm:flex-1"
      onChange={(event) => onChange(event.target.value)}
    >
      {children}
    </Select>
  )
}

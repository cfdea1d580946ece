'use client'
import type { FilterAction, FilterPlace, FilterRule } from '@reynard/protocol'
import { useId } from 'react'
import { Field, Input, TextArea } from '../../components/field.tsx'
import { Segments } from '../../components/segments.tsx'
import { filterMessages as text } from '../../lib/messages-filter.ts'
import { SwitchField } from '../settings/switch-field.tsx'
import type { RuleErrors } from './check-rule.ts'

const PLACES: readonly FilterPlace[] = ['input', 'output', 'tools']
const ACTIONS: readonly FilterAction[] = ['redact', 'block', 'flag']
const KINDS = ['pattern', 'words'] as const

type RuleEditorProps = { rule: FilterRule; errors: RuleErrors; onChange: (rule: FilterRule) => void }

/** All of one rule. What is wrong stands at its field. */
export function RuleEditor({ rule, errors, onChange }: RuleEditorProps) {
  const set = (change: Partial<FilterRule>) => onChange({ ...rule, ...change })
  const { match } = rule
  return (
    <div className="grid gap-5 border-t border-line p-4">
      <Field label={text.name} error={errors.name ?? null}>
        {(parts) => (
          <Input
            {...parts}
            autoFocus={rule.name === ''}
            maxLength={60}
            value={rule.name}
            onChange={(event) => set({ name: event.target.value })}
          />
        )}
      </Field>
      <Choice label={text.kind}>
        <Segments
          label={text.kind}
          value={match.kind}
          options={KINDS.map((value) => ({ value, label: text.kinds[value] }))}
          onChange={(kind) => {
            if (kind === match.kind) return
            set({ match: kind === 'pattern' ? { kind, pattern: '' } : { kind, words: [] } })
          }}
        />
      </Choice>
      {match.kind === 'pattern' ? (
        <Field label={text.pattern} help={text.patternHelp} error={errors.match ?? null}>
          {(parts) => (
            <Input
              {...parts}
              spellCheck={false}
              autoComplete="off"
              autoCapitalize="off"
              maxLength={1_000}
              value={match.pattern}
              onChange={(event) => set({ match: { kind: 'pattern', pattern: event.target.value } })}
              className="font-mono"
            />
          )}
        </Field>
      ) : (
        <Field label={text.words} help={text.wordsHelp} error={errors.match ?? null}>
          {(parts) => (
            <TextArea
              {...parts}
              spellCheck={false}
              value={match.words.join('\n')}
              onChange={(event) => set({ match: { kind: 'words', words: event.target.value.split('\n') } })}
            />
          )}
        </Field>
      )}
      <SwitchField
        label={text.ignoreCase}
        help={text.ignoreCaseHelp}
        checked={rule.ignoreCase}
        onChange={(ignoreCase) => set({ ignoreCase })}
      />
      <Places places={rule.places} error={errors.places ?? null} onChange={(places) => set({ places })} />
      <Choice label={text.action} help={text.actionHelp[rule.action]}>
        <Segments
          label={text.action}
          value={rule.action}
          options={ACTIONS.map((value) => ({ value, label: text.actions[value] }))}
          onChange={(action) => set({ action })}
        />
      </Choice>
      <Field label={text.window} help={text.windowHelp} error={errors.window ?? null}>
        {(parts) => (
          <Input
            {...parts}
            inputMode="numeric"
            className="w-24 tabular-nums"
            value={Number.isNaN(rule.window) ? '' : String(rule.window)}
            onChange={(event) => {
              const digits = event.target.value.replaceAll(/\D/g, '').slice(0, 4)
              set({ window: digits === '' ? Number.NaN : Number(digits) })
            }}
          />
        )}
      </Field>
    </div>
  )
}

function Choice({ label, help, children }: { label: string; help?: string; children: React.ReactNode }) {
  return (
    <div className="grid justify-items-start gap-1.5">
      <span className="text-md font-mid" aria-hidden>
        {label}
      </span>
      {children}
      {help && <p className="text-xs text-ink-3">{help}</p>}
    </div>
  )
}

type PlacesProps = { places: readonly FilterPlace[]; error: string | null; onChange: (places: FilterPlace[]) => void }
function Places({ places, error, onChange }: PlacesProps) {
  const id = useId()
  return (
    <fieldset className="grid gap-1.5" aria-describedby={error ? id : undefined}>
      <legend className="mb-1.5 text-md font-mid">{text.places}</legend>
      {PLACES.map((place) => (
        <label key={place} className="flex min-h-6 items-center gap-2 text-sm touch:min-h-11">
          <input
            type="checkbox"
            className="size-4 accent-ink"
            aria-invalid={error ? true : undefined}
            checked={places.includes(place)}
            onChange={(event) =>
              onChange(PLACES.filter((each) => (each === place ? event.target.checked : places.includes(each))))
            }
          />
          {text.placeNames[place]}
        </label>
      ))}
      {error && (
        <p id={id} className="text-xs text-danger">
          {error}
        </p>
      )}
    </fieldset>
  )
}

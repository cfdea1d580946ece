'use client'
import type { OperatorSettings, OperatorSettingsView } from '@reynard/protocol'
import { Switch } from '../../components/switch.tsx'
import { rulesMessages } from '../../lib/messages-rules.ts'
import { serverSettingsMessages } from '../../lib/messages-settings.ts'
import { NumberField } from '../settings/number-field.tsx'
import { useSavedAfterPause } from '../settings/use-saved.ts'

const text = rulesMessages

const BOUNDS = [
  { name: 'turnSteps', label: text.steps, help: text.stepsHelp, low: 1, high: 200 },
  { name: 'turnCalls', label: text.calls, help: text.callsHelp, low: 1, high: 1_000 },
  { name: 'turnMinutes', label: text.minutes, help: text.minutesHelp, low: 1, high: 1_440, unit: text.minutesUnit },
  { name: 'turnTokens', label: text.tokens, help: text.tokensHelp, low: 256, high: 4_194_304, unit: text.tokensUnit },
  {
    name: 'workspaceMegabytes',
    label: text.megabytes,
    help: text.megabytesHelp,
    low: 1,
    high: 1_048_576,
    unit: text.megabytesUnit,
  },
  { name: 'workspaceFiles', label: text.files, help: text.filesHelp, low: 100, high: 1_000_000 },
] as const
const SWITCHES = [
  { name: 'assistants', label: text.assistants, help: text.assistantsHelp },
  { name: 'tools', label: text.tools, help: text.toolsHelp },
  { name: 'apiTools', label: text.apiTools, help: text.apiToolsHelp },
] as const

type AnswerBoundsProps = { view: OperatorSettingsView; onChange: (changes: Partial<OperatorSettings>) => void }

/** Whether assistants and tools are there at all, also for programs, how far one answer may go, and what its workspace holds. Each change counts from the next answer on. */
export function AnswerBounds({ view, onChange }: AnswerBoundsProps) {
  return (
    <div className="grid gap-5">
      {SWITCHES.map(({ name, label, help }) => (
        <fieldset
          key={name}
          disabled={view.fromEnvironment.includes(name)}
          className="flex min-w-0 items-start gap-4 disabled:opacity-60"
        >
          <label htmlFor={`switch-${name}`} className="min-w-0 flex-1">
            <span className="block text-md font-mid">{label}</span>
            <span className="block text-xs text-ink-3">{lockedBy(view, name) ?? help}</span>
          </label>
          <Switch
            id={`switch-${name}`}
            checked={view.saved[name] ?? view.inherited[name]}
            onCheckedChange={(on) => onChange({ [name]: on })}
          />
        </fieldset>
      ))}
      <div className="grid gap-5 sm:grid-cols-2">
        {BOUNDS.map((bound) => (
          <Bound key={bound.name} {...bound} view={view} onChange={onChange} />
        ))}
      </div>
    </div>
  )
}

/** Why it can't be changed here; null where it can. */
function lockedBy(view: OperatorSettingsView, name: keyof OperatorSettings): string | null {
  const variable = view.settings.find((setting) => setting.name === name)?.variable ?? null
  return view.fromEnvironment.includes(name) && variable !== null ? serverSettingsMessages.locked(variable) : null
}

type BoundProps = AnswerBoundsProps & {
  name: (typeof BOUNDS)[number]['name']
  label: string
  help: string
  low: number
  high: number
  unit?: string
}
function Bound({ name, view, onChange, help, ...field }: BoundProps) {
  const save = useSavedAfterPause((value: number | null) => onChange({ [name]: value }))
  return (
    <fieldset disabled={view.fromEnvironment.includes(name)} className="min-w-0 disabled:opacity-60">
      <NumberField
        {...field}
        whole
        help={lockedBy(view, name) ?? `${help} ${text.range(field.low, field.high)}`}
        value={view.saved[name]}
        fallback={view.inherited[name]}
        origin={view.fromEnvironment.includes(name) ? 'environment' : 'default'}
        onChange={save}
      />
    </fieldset>
  )
}

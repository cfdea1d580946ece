'use client'
import type { OperatorSettings, OperatorSettingsView } from '@reynard/protocol'
import { Switch } from '../../components/switch.tsx'
import { rulesMessages } from '../../lib/messages-rules.ts'
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
        <div key={name} className="flex items-start gap-4">
          <label htmlFor={`switch-${name}`} className="min-w-0 flex-1">
            <span className="block text-md font-mid">{label}</span>
            <span className="block text-xs text-ink-3">{help}</span>
          </label>
          <Switch
            id={`switch-${name}`}
            checked={view.saved[name] ?? view.inherited[name]}
            onCheckedChange={(on) => onChange({ [name]: on })}
          />
        </div>
      ))}
      <div className="grid gap-5 sm:grid-cols-2">
        {BOUNDS.map((bound) => (
          <Bound key={bound.name} {...bound} view={view} onChange={onChange} />
        ))}
      </div>
    </div>
  )
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
    <NumberField
      {...field}
      whole
      help={`${help} ${text.range(field.low, field.high)}`}
      value={view.saved[name]}
      fallback={view.inherited[name]}
      origin={view.fromEnvironment.includes(name) ? 'environment' : 'default'}
      onChange={save}
    />
  )
}

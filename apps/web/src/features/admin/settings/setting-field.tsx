'use client'
import type { OperatorSettings, OperatorSettingsView, SettingDescription } from '@reynard/protocol'
import Link from 'next/link'
import { Input, Select, TextArea } from '../../../components/field.tsx'
import { Segments } from '../../../components/segments.tsx'
import { Switch } from '../../../components/switch.tsx'
import { formatCount } from '../../../lib/format.ts'
import { consoleSettingsMessages } from '../../../lib/messages-console-settings.ts'
import { completeAddress } from '../../models/complete-address.ts'
import { useModelLabel, useModels } from '../../models/use-models.ts'
import type { SettingForm } from './use-setting-form.ts'

const text = consoleSettingsMessages

type FieldProps = {
  setting: SettingDescription
  view: OperatorSettingsView
  form: Pick<SettingForm, 'changes' | 'typed' | 'set'>
  parts: { id: string; 'aria-describedby': string; 'aria-invalid': true | undefined }
}

/** The control of one setting, by its kind. An empty field is one that is not set: what is inherited stands there as its placeholder. */
export function SettingField({ setting, view, form, parts }: FieldProps) {
  const { name, control, unit } = setting
  const now: Partial<OperatorSettings> = { ...view.saved, ...form.changes }
  const own = now[name] ?? null
  const inherited = view.inherited[name]
  const value = own ?? inherited
  switch (control.kind) {
    case 'switch':
      return <Switch {...parts} checked={value === true} onCheckedChange={(on) => form.set(setting, on)} />
    case 'choice':
      return (
        <Segments
          label={setting.label}
          value={String(value)}
          onChange={(chosen) => form.set(setting, chosen)}
          options={control.options.map((option) => ({ value: option, label: text.engines[option] ?? option }))}
        />
      )
    case 'number':
      return (
        <span className="flex items-center gap-2.5">
          <Input
            {...parts}
            inputMode={control.isWhole ? 'numeric' : 'decimal'}
            autoComplete="off"
            value={form.typed[name] ?? (own === null ? '' : String(own))}
            placeholder={typeof inherited === 'number' ? formatCount(inherited) : text.notSet}
            onChange={({ target }) => form.set(setting, numberOf(target.value), target.value)}
            className="w-28"
          />
          {unit && <span className="text-sm text-ink-2">{unit}</span>}
        </span>
      )
    case 'address':
      return (
        <Input
          {...parts}
          type="url"
          spellCheck={false}
          value={form.typed[name] ?? (typeof own === 'string' ? own : '')}
          placeholder={typeof inherited === 'string' ? inherited : text.notSet}
          onChange={({ target }) => form.set(setting, target.value.trim() || null, target.value)}
          onBlur={({ target }) => {
            if (name in form.changes || parts['aria-invalid'])
              form.set(setting, completeAddress(target.value) || null, completeAddress(target.value))
          }}
          className="w-full font-mono"
        />
      )
    case 'text':
      return (
        <TextArea
          {...parts}
          rows={4}
          maxLength={control.most}
          value={typeof own === 'string' ? own : ''}
          placeholder={typeof inherited === 'string' ? inherited : text.notSet}
          onChange={({ target }) => form.set(setting, target.value === '' ? null : target.value)}
        />
      )
    case 'model':
      return (
        <ModelField
          parts={parts}
          value={typeof own === 'string' ? own : null}
          inherited={typeof inherited === 'string' ? inherited : null}
          onChange={(model) => form.set(setting, model)}
        />
      )
    case 'seconds-by-tool': {
      const tools = typeof value === 'object' && value !== null ? Object.entries(value) : []
      return (
        <p id={parts.id} className="text-sm">
          <span className="block font-mono text-xs text-ink-2 [overflow-wrap:anywhere]">
            {tools.length === 0
              ? text.noDeadlines
              : tools.map(([tool, seconds]) => `${tool} ${formatCount(Number(seconds))} s`).join(', ')}
          </span>
          <Link href="/settings/approvals" className="underline underline-offset-3 hover:text-ink">
            {text.deadlines}
          </Link>
        </p>
      )
    }
    default:
      return control satisfies never
  }
}

/** Null: nothing was typed. What is no number is handed on as it is, to be refused. */
function numberOf(typed: string): number | string | null {
  const trimmed = typed.trim().replace(',', '.')
  if (trimmed === '') return null
  const number = Number(trimmed)
  return Number.isFinite(number) ? number : trimmed
}

type ModelFieldProps = {
  parts: FieldProps['parts']
  value: string | null
  inherited: string | null
  onChange: (model: string | null) => void
}
function ModelField({ parts, value, inherited, onChange }: ModelFieldProps) {
  const models = useModels() ?? []
  const inheritedLabel = useModelLabel(inherited)
  const isAway = value !== null && models.every(({ name }) => name !== value)
  return (
    <Select {...parts} value={value ?? ''} onChange={({ target }) => onChange(target.value || null)}>
      <option value="">{inheritedLabel ?? text.chosenBySelf}</option>
      {isAway && <option value={value}>{value}</option>}
      {models.map((model) => (
        <option key={`${model.engine}/${model.name}`} value={model.name}>
          {model.label}
        </option>
      ))}
    </Select>
  )
}

'use client'
import type { OperatorSettingsView, SettingDescription } from '@reynard/protocol'
import { CircleAlert, Lock } from 'lucide-react'
import { useId } from 'react'
import { consoleSettingsMessages } from '../../../lib/messages-console-settings.ts'
import { SettingSource } from '../../settings/number-field.tsx'
import { SettingField } from './setting-field.tsx'
import type { SettingForm } from './use-setting-form.ts'

const text = consoleSettingsMessages

type SettingRowProps = {
  setting: SettingDescription
  view: OperatorSettingsView
  form: SettingForm
}

/** One setting: what it does, its control, and where its value comes from. */
export function SettingRow({ setting, view, form }: SettingRowProps) {
  const id = useId()
  const { name, label, about, effect, variable } = setting
  const isLocked = setting.source === 'environment'
  const error = form.wrong[name]
  const isUnsaved = name in form.changes || error !== undefined
  const own = { ...view.saved, ...form.changes }[name]
  const isSwitch = setting.control.kind === 'switch'
  return (
    <div className="grid items-start gap-x-9 gap-y-2 border-t border-line py-[15px] sm:max-lg:grid-cols-[minmax(0,1fr)_300px] xl:grid-cols-[minmax(0,1fr)_300px_132px]">
      <div className="min-w-0">
        <label htmlFor={id} className="text-md font-mid">
          {label}
        </label>
        <p id={`${id}-help`} className="max-w-[56ch] text-sm text-ink-2">
          {about} {isLocked && variable !== null ? text.locked(variable) : text.effects[effect]}
        </p>
        {variable !== null && <p className="mt-1 font-mono text-xs text-ink-3">{variable}</p>}
      </div>
      <div className="min-w-0">
        <fieldset disabled={isLocked} className={`flex min-w-0 items-start gap-2 ${isSwitch ? 'pt-1' : ''}`}>
          <div className={isSwitch ? '' : 'min-w-0 flex-1'}>
            <SettingField
              setting={setting}
              view={view}
              form={form}
              parts={{ id, 'aria-describedby': `${id}-help ${id}-error`, 'aria-invalid': error ? true : undefined }}
            />
          </div>
          {isLocked && <Lock size={14} strokeWidth={1.75} aria-hidden className="mt-2 flex-none text-ink-3" />}
        </fieldset>
        <p id={`${id}-error`} className="mt-1.5 flex items-center gap-1.5 text-xs text-danger empty:hidden">
          {error && (
            <>
              <CircleAlert size={14} strokeWidth={1.75} aria-hidden className="flex-none" />
              {error}
            </>
          )}
        </p>
      </div>
      <div className="flex min-h-8 flex-wrap items-center">
        <SettingSource
          isSet={own !== null && !isLocked}
          isUnsaved={isUnsaved}
          origin={isLocked ? 'environment' : 'default'}
          label={label}
          onReset={() => form.set(setting, null)}
        />
      </div>
    </div>
  )
}

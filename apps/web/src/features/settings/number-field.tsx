'use client'
import { useEffect, useRef, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { Field, Input } from '../../components/field.tsx'
import { formatCount } from '../../lib/format.ts'
import { chatSettingsMessages } from '../../lib/messages-chat-settings.ts'

type NumberFieldProps = {
  label: string
  help: string
  unit?: string
  low: number
  high: number
  whole?: boolean
  step?: number
  /** Null: not set here; the default shows as placeholder. */
  value: number | null
  fallback: number | null
  /** Where the fallback comes from. */
  origin?: Origin
  onChange: (value: number | null) => void
  /** The field went while a mistake stood in it: what was typed is not kept. */
  onLeftWrong?: (typed: string, rule: string) => void
}

/** A number that is either set here or inherited. What is typed is kept when it is in range; the error stands under the field until then. */
export function NumberField({
  label,
  help,
  unit,
  low,
  high,
  whole,
  step,
  value,
  fallback,
  origin,
  onChange,
  onLeftWrong,
}: NumberFieldProps) {
  const [text, setText] = useState(value === null ? '' : String(value))
  useEffect(() => setText(value === null ? '' : String(value)), [value])
  const parsed = parse(text, low, high, whole)
  const error =
    parsed === 'wrong'
      ? whole
        ? chatSettingsMessages.wholeBetween(low, high)
        : chatSettingsMessages.numberBetween(low, high)
      : null

  const leave = useRef(() => {})
  useEffect(() => {
    leave.current = () => error !== null && onLeftWrong?.(text.trim(), error)
  })
  useEffect(() => () => leave.current(), [])

  return (
    <Field
      label={label}
      help={help}
      error={error}
      aside={
        <SettingSource
          isSet={value !== null}
          origin={origin}
          value={fallback === null ? null : formatCount(fallback)}
          label={label}
          onReset={() => onChange(null)}
        />
      }
    >
      {(parts) => (
        <span className="flex items-center gap-2.5">
          <Input
            {...parts}
            inputMode={whole ? 'numeric' : 'decimal'}
            autoComplete="off"
            step={step}
            value={text}
            placeholder={fallback === null ? '–' : String(fallback)}
            onChange={(event) => {
              setText(event.target.value)
              const next = parse(event.target.value, low, high, whole)
              if (next !== 'wrong') onChange(next)
            }}
            onBlur={() => {
              if (parsed === 'wrong') return
              setText(parsed === null ? '' : String(parsed))
            }}
            className="w-28"
          />
          {unit && <span className="text-sm text-ink-2">{unit}</span>}
        </span>
      )}
    </Field>
  )
}

function parse(text: string, low: number, high: number, whole: boolean | undefined): number | null | 'wrong' {
  const trimmed = text.trim().replace(',', '.')
  if (trimmed === '') return null
  const number = Number(trimmed)
  if (!Number.isFinite(number) || number < low || number > high) return 'wrong'
  return whole && !Number.isInteger(number) ? 'wrong' : number
}

/** Whose word stands where nothing is set here. */
type Origin = 'default' | 'environment' | 'model' | 'operator'
type SettingSourceProps = {
  isSet: boolean
  /** Changed, but not saved: the word for that stands instead. */
  isUnsaved?: boolean
  origin?: Origin | undefined
  /** What applies where nothing is set here, in words. */
  value?: string | null
  label: string
  onReset: () => void
}

/** Where a value comes from: the default or the model (hollow), the operator or the environment, or set here with the way back. */
export function SettingSource({
  isSet,
  isUnsaved = false,
  origin = 'default',
  value = null,
  label,
  onReset,
}: SettingSourceProps) {
  if (!isSet && !isUnsaved && (origin === 'environment' || origin === 'operator')) {
    return (
      <span className="flex items-center gap-1.5 text-xs font-mid text-info">
        <span aria-hidden className="size-[7px] rounded-[2px] bg-info" />
        {origin === 'operator' ? chatSettingsMessages.fromOperator(value) : chatSettingsMessages.fromEnvironment}
      </span>
    )
  }
  if (!isSet && !isUnsaved) {
    return (
      <span className="flex items-center gap-1.5 text-xs font-mid text-ink-3">
        <span aria-hidden className="size-[7px] rounded-[2px] inset-ring-[1.5px] inset-ring-ink-3" />
        {origin === 'model' ? chatSettingsMessages.fromModel : chatSettingsMessages.isDefault}
      </span>
    )
  }
  return (
    <span className="flex items-center gap-1.5 text-xs font-mid text-ink">
      <span
        aria-hidden
        className={`size-[7px] rounded-[2px] ${isUnsaved ? 'inset-ring-[1.5px] inset-ring-ink' : 'bg-ink'}`}
      />
      <span className={isUnsaved ? '' : 'sr-only sm:not-sr-only'}>
        {isUnsaved ? chatSettingsMessages.notSaved : chatSettingsMessages.setHere}
      </span>
      {isSet && (
        <Button look="ghost" size="sm" onClick={onReset} aria-label={chatSettingsMessages.resetOne(label)}>
          {chatSettingsMessages.toDefault}
        </Button>
      )}
    </span>
  )
}

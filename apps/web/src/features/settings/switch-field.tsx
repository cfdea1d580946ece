'use client'
import { useId } from 'react'
import { Switch } from '../../components/switch.tsx'

type SwitchFieldProps = { label: string; help: string; checked: boolean; onChange: (on: boolean) => void }

/** A switch with its name and what it does, as a line of its own. */
export function SwitchField({ label, help, checked, onChange }: SwitchFieldProps) {
  const id = useId()
  return (
    <div className="flex items-start gap-4">
      <div className="flex-1">
        <label htmlFor={id} className="text-md font-mid">
          {label}
        </label>
        <p id={`${id}-help`} className="mt-0.5 text-xs text-ink-3">
          {help}
        </p>
      </div>
      <Switch id={id} aria-describedby={`${id}-help`} className="mt-1" checked={checked} onCheckedChange={onChange} />
    </div>
  )
}

'use client'
import { useEffect, useId, useRef, useState } from 'react'
import { Input } from '../../components/field.tsx'
import { rulesMessages } from '../../lib/messages-rules.ts'
import { useSavedAfterPause } from '../settings/use-saved.ts'

const text = rulesMessages
const LEAST = 1
const MOST = 3_600

type DeadlineFieldProps = {
  tool: string
  /** Seconds that the operator set; null: none, and `fallback` counts. */
  value: number | null
  fallback: number
  /** The environment says it. */
  isLocked: boolean
  onChange: (seconds: number | null) => void
}

/** How long one call of a tool may take. Empty is the default, which stands in the field in grey. */
export function DeadlineField({ tool, value, fallback, isLocked, onChange }: DeadlineFieldProps) {
  const id = useId()
  const [typed, setTyped] = useState(value === null ? '' : String(value))
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    // Who is typing is ahead of what was saved.
    if (document.activeElement !== field.current) setTyped(value === null ? '' : String(value))
  }, [value])
  const save = useSavedAfterPause(onChange)
  const isWrong = read(typed) === 'wrong'
  return (
    <div>
      <span className="flex items-center gap-2 max-sm:gap-3">
        <span className="w-24 flex-none text-xs text-ink-3 sm:hidden">{text.deadline}</span>
        <Input
          ref={field}
          aria-label={text.deadlineOf(tool)}
          aria-invalid={isWrong || undefined}
          aria-describedby={isWrong ? id : undefined}
          inputMode="numeric"
          autoComplete="off"
          disabled={isLocked}
          value={typed}
          placeholder={String(fallback)}
          onChange={(event) => {
            setTyped(event.target.value)
            const seconds = read(event.target.value)
            if (seconds !== 'wrong') save(seconds)
          }}
          className="w-16 text-right tabular-nums"
        />
        <span className="text-ink-2">{text.secondsUnit}</span>
      </span>
      {isWrong && (
        <p id={id} className="mt-1 text-xs text-danger">
          {text.range(LEAST, MOST)}
        </p>
      )}
    </div>
  )
}

function read(typed: string): number | null | 'wrong' {
  const trimmed = typed.trim()
  if (trimmed === '') return null
  const seconds = Number(trimmed)
  return Number.isInteger(seconds) && seconds >= LEAST && seconds <= MOST ? seconds : 'wrong'
}

'use client'
import { useRef } from 'react'

type TitleFieldProps = {
  label: string
  title: string
  /** The new title, or null where it stays; `byKey`: the focus is lost with the field. Called once. */
  onDone: (title: string | null, byKey: boolean) => void
  className?: string
}

/** A title being written: Enter and leaving the field keep it, Escape does not. */
export function TitleField({ label, title, onDone, className = '' }: TitleFieldProps) {
  const isDone = useRef(false)
  function finish(value: string | null, byKey = true) {
    if (isDone.current) return
    isDone.current = true
    onDone(value, byKey)
  }
  return (
    <input
      // biome-ignore lint/a11y/noAutofocus: the person asked to write here
      autoFocus
      aria-label={label}
      defaultValue={title}
      maxLength={200}
      onFocus={(event) => event.currentTarget.select()}
      onBlur={(event) => finish(event.currentTarget.value, false)}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return
        if (event.key === 'Enter') finish(event.currentTarget.value)
        else if (event.key === 'Escape') finish(null)
        else return
        event.preventDefault()
        event.stopPropagation()
      }}
      data-edge=""
      className={`min-w-0 rounded-control bg-raised inset-ring inset-ring-line-control outline-none ${className}`}
    />
  )
}

'use client'
import { ChevronDown, CircleAlert } from 'lucide-react'
import { type ComponentProps, type ReactNode, useId } from 'react'

const EDGE =
  'rounded-control bg-raised px-2.5 text-sm inset-ring inset-ring-line-control aria-invalid:inset-ring-[1.5px] aria-invalid:inset-ring-danger max-sm:text-lg disabled:bg-well disabled:text-ink-2 disabled:inset-ring-line'

/** The ids that tie a control to its label, help and error. */
type FieldParts = { id: string; 'aria-describedby': string | undefined; 'aria-invalid': true | undefined }
type FieldProps = {
  label: string
  help?: ReactNode
  error?: string | null
  /** Right of the label: where the value comes from, or a way back to the default. */
  aside?: ReactNode
  children: (parts: FieldParts) => ReactNode
}

/** Label, control, help; an error stands under the control and is tied to it. */
export function Field({ label, help, error, aside, children }: FieldProps) {
  const id = useId()
  const described = [help ? `${id}-help` : null, error ? `${id}-error` : null].filter(Boolean).join(' ')
  return (
    <div className="grid gap-1.5">
      <div className="flex min-h-6 items-center gap-2">
        <label htmlFor={id} className="flex-1 text-md font-mid">
          {label}
        </label>
        {aside}
      </div>
      {children({ id, 'aria-describedby': described || undefined, 'aria-invalid': error ? true : undefined })}
      {error && (
        <p id={`${id}-error`} className="flex items-center gap-1.5 text-xs text-danger">
          <CircleAlert size={14} strokeWidth={1.75} aria-hidden />
          {error}
        </p>
      )}
      {help && (
        <p id={`${id}-help`} className="text-xs text-ink-3">
          {help}
        </p>
      )}
    </div>
  )
}

export function Input({ className = '', ...rest }: ComponentProps<'input'>) {
  return <input {...rest} data-edge="" className={`h-8 min-w-0 touch:h-11 ${EDGE} ${className}`} />
}

export function TextArea({ className = '', ...rest }: ComponentProps<'textarea'>) {
  return <textarea {...rest} data-edge="" className={`min-h-24 w-full resize-y py-2 ${EDGE} ${className}`} />
}

/** One of many, by the system's own list. Its children are options. */
export function Select({ className = '', ...rest }: ComponentProps<'select'>) {
  return (
    <span className={`relative block ${className}`}>
      <select {...rest} data-edge="" className={`h-8 w-full appearance-none touch:h-11 ${EDGE} pr-8`} />
      <ChevronDown
        size={14}
        strokeWidth={1.75}
        aria-hidden
        className="pointer-events-none absolute top-1/2 right-2.5 -translate-y-1/2 text-ink-3"
      />
    </span>
  )
}

type CheckFieldProps = Omit<ComponentProps<'input'>, 'type' | 'id' | 'className'> & { label: string; help?: string }

/** A choice that goes with a form: a box and its words. */
export function CheckField({ label, help, ...rest }: CheckFieldProps) {
  const id = useId()
  return (
    <div className="grid gap-0.5">
      <label className="flex items-center gap-2 text-sm touch:min-h-11">
        <input {...rest} type="checkbox" aria-describedby={help ? id : undefined} className="size-4 accent-ink" />
        {label}
      </label>
      {help && (
        <p id={id} className="pl-6 text-xs text-ink-3">
          {help}
        </p>
      )}
    </div>
  )
}

'use client'
import { Search } from 'lucide-react'
import type { Ref } from 'react'
import { Input } from './field.tsx'

type SearchFieldProps = {
  ref?: Ref<HTMLInputElement>
  /** Its name, and what stands in it while it is empty. */
  label: string
  value: string
  /** Characters that it takes. */
  most?: number
  /** How wide it is. */
  className: string
  onChange: (value: string) => void
}

/** Where one types what to look for. Escape empties it, and leaves it when it is empty. */
export function SearchField({ ref, label, value, most = 200, className, onChange }: SearchFieldProps) {
  return (
    <span className={`relative ${className}`}>
      <Search
        size={14}
        strokeWidth={1.75}
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-ink-3"
      />
      <Input
        ref={ref}
        type="search"
        aria-label={label}
        placeholder={label}
        value={value}
        maxLength={most}
        className="w-full pl-8"
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          event.preventDefault()
          if (value === '') event.currentTarget.blur()
          else onChange('')
        }}
      />
    </span>
  )
}

'use client'
import { Progress as Radix } from 'radix-ui'

/** A bar with a name. `value` from 0 to 1, null while the whole is unknown. */
export function Progress({ label, value, live = true }: { label: string; value: number | null; live?: boolean }) {
  const percent = value === null ? null : Math.min(100, Math.max(0, Math.round(value * 1000) / 10))
  return (
    <Radix.Root
      value={percent}
      aria-label={label}
      data-edge=""
      className="h-1.5 overflow-hidden rounded-round bg-selected"
    >
      <Radix.Indicator
        className={`h-full rounded-round transition-[width] duration-260 ease-out ${live ? 'bg-accent' : 'bg-ink-2'}`}
        style={{ width: `${percent ?? 4}%` }}
      />
    </Radix.Root>
  )
}

'use client'
import { Switch as Radix } from 'radix-ui'
import type { ComponentProps } from 'react'

/** On or off, at once. Give it a name by `aria-label` or a label's `htmlFor`. */
export function Switch({ className = '', ...rest }: ComponentProps<typeof Radix.Root>) {
  return (
    <Radix.Root
      {...rest}
      data-edge=""
      // Where it is touched it answers around itself too.
      className={`relative h-5 w-[34px] flex-none rounded-round bg-line-control transition-colors duration-120 data-[state=checked]:bg-ink touch:before:absolute touch:before:-inset-x-1.5 touch:before:-inset-y-3 ${className}`}
    >
      <Radix.Thumb className="absolute top-0.5 left-0.5 size-4 rounded-round bg-raised transition-transform duration-120 data-[state=checked]:translate-x-3.5 data-[state=checked]:bg-on-ink" />
    </Radix.Root>
  )
}

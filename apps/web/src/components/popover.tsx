'use client'
import { Popover as Radix } from 'radix-ui'
import type { ComponentProps } from 'react'

export const Popover = Radix.Root
export const PopoverAnchor = Radix.Anchor

/** A `raised` sheet beside its trigger. Give it a name by `aria-label`. */
export function PopoverContent({ className = '', ...rest }: ComponentProps<typeof Radix.Content>) {
  return (
    <Radix.Portal>
      <Radix.Content
        sideOffset={8}
        collisionPadding={8}
        {...rest}
        data-edge=""
        className={`float-in z-40 max-h-(--radix-popover-content-available-height) overflow-auto rounded-sheet bg-raised text-sm shadow-float ring ring-line outline-none ${className}`}
      />
    </Radix.Portal>
  )
}

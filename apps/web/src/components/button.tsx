'use client'
import { Slot } from 'radix-ui'
import type { ComponentProps } from 'react'
import type { ShortcutId } from '../lib/keys.ts'
import { tooltip } from './tooltip.tsx'

const LOOKS = {
  /** At most one in a view: it goes on with something alive. */
  accent: 'bg-accent text-on-accent hover:not-aria-disabled:bg-accent-hover',
  ink: 'bg-ink text-on-ink hover:not-aria-disabled:opacity-90',
  plain: 'bg-raised text-ink inset-ring inset-ring-line-2 hover:not-aria-disabled:bg-hover',
  ghost: 'text-ink-2 hover:not-aria-disabled:bg-hover hover:not-aria-disabled:text-ink',
  danger: 'bg-raised text-danger inset-ring inset-ring-line-2 hover:not-aria-disabled:bg-danger-soft',
} as const
const SIZES = { sm: 'h-7 px-2.5', md: 'h-8 px-3', lg: 'h-12 px-4 text-lg rounded-card' } as const

type ButtonProps = ComponentProps<'button'> & {
  look?: keyof typeof LOOKS
  size?: keyof typeof SIZES
  /** The second press of a double click is not taken: it would meet what came under the pointer, or undo an undo. */
  once?: boolean
  /** Renders the child (a link) in the button's place. */
  asChild?: boolean
}

/** A button is a verb. `disabled` keeps it in the focus order with `aria-disabled`, so that a keyboard learns why it is off. */
export function Button({
  look = 'plain',
  size = 'md',
  asChild,
  once = false,
  disabled,
  onClick,
  className = '',
  ...rest
}: ButtonProps) {
  const Part = asChild ? Slot.Root : 'button'
  return (
    <Part
      {...(asChild ? {} : { type: 'button' as const })}
      {...rest}
      data-edge=""
      aria-disabled={disabled || undefined}
      onClick={disabled ? (event) => event.preventDefault() : pressed(once, onClick)}
      className={`inline-flex flex-none items-center justify-center gap-1.5 rounded-control text-sm font-mid whitespace-nowrap transition-colors duration-120 aria-disabled:opacity-50 touch:min-h-11 ${LOOKS[look]} ${SIZES[size]} ${className}`}
    />
  )
}

type Press = ComponentProps<'button'>['onClick']
const pressed =
  (once: boolean, onClick: Press): Press =>
  (event) => {
    if (!once || event.detail < 2) onClick?.(event)
  }

type IconButtonProps = Omit<ComponentProps<'button'>, 'aria-label'> & {
  /** Its name, read out and shown as tooltip. */
  label: string
  shortcut?: ShortcutId
  side?: 'top' | 'bottom'
  pressed?: boolean
  /** As that of a `Button`. */
  once?: boolean
}

/** A square of 28 px (44 on touch) with a name and a tooltip with its key. */
export function IconButton({
  label,
  shortcut,
  side,
  pressed: isPressed,
  once = false,
  onClick,
  className = '',
  ...rest
}: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      aria-pressed={isPressed}
      {...tooltip(label, shortcut, side)}
      {...rest}
      onClick={pressed(once, onClick)}
      className={`inline-grid size-7 flex-none place-items-center rounded-control text-ink-3 transition-colors duration-120 hover:bg-hover hover:text-ink aria-disabled:opacity-50 aria-[expanded=true]:bg-selected aria-[expanded=true]:text-ink aria-pressed:bg-selected aria-pressed:text-ink touch:size-11 ${className}`}
    />
  )
}

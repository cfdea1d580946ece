'use client'
import { Tooltip as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import type { ShortcutId } from '../lib/keys.ts'
import { ShortcutText } from './kbd.tsx'

/** The name of a control and its key, after 500 ms of rest. Touch shows none: the name is read out there, not hovered. */
export function Tooltip({ label, shortcut, side = 'bottom', children }: TooltipProps) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="float-in z-50 flex max-w-80 items-center gap-2 rounded-control bg-ink px-2 py-1 text-xs text-on-ink shadow-float"
        >
          {label}
          {shortcut && (
            <kbd className="font-mono text-2xs opacity-75">
              <ShortcutText id={shortcut} />
            </kbd>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
type TooltipProps = {
  label: string
  shortcut?: ShortcutId
  side?: 'top' | 'right' | 'bottom' | 'left'
  children: ReactNode
}

export const TooltipProvider = Radix.Provider

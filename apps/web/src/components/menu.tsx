'use client'
import { DropdownMenu as Radix } from 'radix-ui'
import type { ComponentProps } from 'react'
import type { ShortcutId } from '../lib/keys.ts'
import { ShortcutText } from './kbd.tsx'

/** Not modal: the rest of the page need not be hidden from a screen reader while it stands open, and a press elsewhere closes it. */
export function Menu(props: ComponentProps<typeof Radix.Root>) {
  return <Radix.Root modal={false} {...props} />
}
export const MenuTrigger = Radix.Trigger

export function MenuContent({ className = '', ...rest }: ComponentProps<typeof Radix.Content>) {
  return (
    <Radix.Portal>
      <Radix.Content
        sideOffset={4}
        collisionPadding={8}
        {...rest}
        data-edge=""
        className={`float-in z-40 min-w-48 rounded-card bg-raised p-1 text-sm shadow-float ring ring-line outline-none ${className}`}
      />
    </Radix.Portal>
  )
}

type MenuItemProps = ComponentProps<typeof Radix.Item> & { shortcut?: ShortcutId; danger?: boolean }

/** One verb. An icon comes first as a child; the key stands right. */
export function MenuItem({ shortcut, danger, className = '', children, ...rest }: MenuItemProps) {
  return (
    <Radix.Item
      {...rest}
      className={`flex min-h-8 items-center gap-2.5 rounded-control px-2 outline-none data-[disabled]:opacity-50 data-[highlighted]:bg-selected touch:min-h-11 [&>svg]:text-ink-3 ${danger ? 'text-danger [&>svg]:text-danger' : ''} ${className}`}
    >
      {children}
      {shortcut && (
        <kbd className="ml-auto pl-4 font-mono text-2xs text-ink-3 touch:hidden">
          <ShortcutText id={shortcut} />
        </kbd>
      )}
    </Radix.Item>
  )
}

export function MenuSeparator() {
  return <Radix.Separator className="mx-2 my-1 h-px bg-line" />
}

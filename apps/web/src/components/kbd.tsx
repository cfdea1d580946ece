'use client'
import { type ShortcutId, useShortcutLabel } from '../lib/keys.ts'

/** A key as it is written on this machine. */
export function Kbd({ shortcut, text }: { shortcut?: ShortcutId; text?: string }) {
  return (
    <kbd className="rounded-chip border border-line-2 bg-canvas px-[5px] font-mono text-2xs font-mid text-ink-3">
      {shortcut ? <ShortcutText id={shortcut} /> : text}
    </kbd>
  )
}

export function ShortcutText({ id }: { id: ShortcutId }) {
  return useShortcutLabel(id)
}

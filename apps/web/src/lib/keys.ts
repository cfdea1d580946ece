import { useEffect, useLayoutEffect, useRef, useSyncExternalStore } from 'react'
import { usePreferences } from './preferences.ts'

type Binding = {
  /** `event.key`, lower case. */
  key: string
  mod?: true
  shift?: true
  alt?: true
  /** A lone character: works only outside fields, and only while the person has not turned such keys off. */
  single?: true
  /** Shown and handled by the part that owns it, which knows when it applies. */
  local?: true
}

/** Every key of the product in one table: the shortcuts sheet, the tooltips and the one listener read it. */
export const SHORTCUTS = {
  search: { key: 'k', mod: true },
  'new-chat': { key: 'o', mod: true, shift: true },
  'choose-model': { key: 'm', mod: true },
  'choose-assistant': { key: '@', single: true, local: true },
  'toggle-sidebar': { key: 's', mod: true, shift: true },
  'toggle-workspace': { key: '.', mod: true },
  'copy-answer': { key: 'c', mod: true, shift: true },
  'previous-turn': { key: 'arrowup', alt: true },
  'next-turn': { key: 'arrowdown', alt: true },
  'previous-branch': { key: '[', single: true, local: true },
  'next-branch': { key: ']', single: true, local: true },
  'next-region': { key: 'f6' },
  'previous-region': { key: 'f6', shift: true },
  shortcuts: { key: '?', single: true },
  undo: { key: 'z', mod: true },
  rename: { key: 'f2', local: true },
  remove: { key: 'delete', local: true },
  send: { key: 'enter', local: true },
  newline: { key: 'enter', shift: true, local: true },
  'edit-last': { key: 'arrowup', local: true },
  stop: { key: 'escape' },
  approve: { key: 'a', single: true, local: true },
  deny: { key: 'd', single: true, local: true },
  'find-in-admin': { key: '/', single: true },
  'next-row': { key: 'j', single: true },
  'previous-row': { key: 'k', single: true },
} as const satisfies Record<string, Binding>
export type ShortcutId = keyof typeof SHORTCUTS

/** Answers false where it does not apply just now: then the next handler is asked, and at last the browser. */
type Handler = (event: KeyboardEvent) => unknown

const handlers = new Map<ShortcutId, Handler[]>()
let singleKeys = true

/** Registers what a key does while the component is there. The newest registration is asked first. */
export function useShortcut(id: ShortcutId, handler: Handler) {
  const latest = useRef(handler)
  useEffect(() => {
    latest.current = handler
  })
  useLayoutEffect(() => {
    const entry: Handler = (event) => latest.current(event)
    handlers.set(id, [entry, ...(handlers.get(id) ?? [])])
    return () => {
      handlers.set(
        id,
        (handlers.get(id) ?? []).filter((other) => other !== entry),
      )
    }
  }, [id])
}

/** True where typing goes into a field. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || target.matches('input, textarea, select, [role="textbox"]')
}

export function matchesShortcut(id: ShortcutId, event: Omit<KeyboardEvent, 'target'>): boolean {
  const binding: Binding = SHORTCUTS[id]
  if (keyOf(event, binding) !== binding.key) return false
  // Many keyboards write [ and ] with AltGr, which some systems tell as Ctrl and Alt: what counts is the character.
  if (binding.single && event.getModifierState('AltGraph')) return true
  if ((event.ctrlKey || event.metaKey) !== Boolean(binding.mod) || event.altKey !== Boolean(binding.alt)) return false
  // A lone character may need Shift on one keyboard and none on another; what counts is the character.
  return binding.single === true || event.shiftKey === Boolean(binding.shift)
}

/** Where a keyboard writes Greek or Cyrillic, Ctrl K is the key on which others have a K. */
function keyOf({ key, code }: Omit<KeyboardEvent, 'target'>, { mod }: Binding): string {
  return mod && /^\P{ASCII}$/u.test(key) ? code.replace(/^Key/, '').toLowerCase() : key.toLowerCase()
}

function dispatch(event: KeyboardEvent) {
  if (event.defaultPrevented || event.isComposing) return
  for (const id of Object.keys(SHORTCUTS) as ShortcutId[]) {
    const binding: Binding = SHORTCUTS[id]
    if (binding.local || !matchesShortcut(id, event)) continue
    if (binding.single && (!singleKeys || isTyping(event.target))) continue
    for (const handler of handlers.get(id) ?? []) {
      if (handler(event) === false) continue
      event.preventDefault()
      return
    }
  }
}

/** Mounts the one listener. Call it once, at the root. */
export function useShortcutListener() {
  const preferences = usePreferences()
  useEffect(() => {
    singleKeys = preferences.singleKeys
  }, [preferences.singleKeys])
  // Before the first paint: what can be seen can be used.
  useLayoutEffect(() => {
    addEventListener('keydown', dispatch)
    return () => removeEventListener('keydown', dispatch)
  }, [])
}

/** Only in a browser. */
export const isMac = () => /Mac|iPhone|iPad/.test(navigator.platform)
const nothing = () => () => {}
const NAMES: Record<string, string> = {
  arrowup: '↑',
  arrowdown: '↓',
  escape: 'Esc',
  enter: 'Enter',
  delete: 'Delete',
}

export function describeShortcut(id: ShortcutId, mac: boolean): string {
  const binding: Binding = SHORTCUTS[id]
  const parts = [
    binding.mod ? (mac ? '⌘' : 'Ctrl') : null,
    binding.alt ? (mac ? '⌥' : 'Alt') : null,
    binding.shift && !binding.single ? '⇧' : null,
    NAMES[binding.key] ?? binding.key.toUpperCase(),
  ]
  return parts.filter((part) => part !== null).join(' ')
}

/** How the key is written on this machine: "Ctrl K", on a Mac "⌘ K". */
export function useShortcutLabel(id: ShortcutId): string {
  const mac = useSyncExternalStore(nothing, isMac, () => false)
  return describeShortcut(id, mac)
}

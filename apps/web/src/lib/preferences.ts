import { useSyncExternalStore } from 'react'
import { PREFERENCES_KEY } from './first-paint.ts'

/** What a person chose for this browser. Kept in local storage, so it survives a reload and is the same in every tab. */
export type Preferences = {
  theme: 'system' | 'light' | 'dark'
  /** Single characters as keys (WCAG 2.1.4 asks that they can be turned off). */
  singleKeys: boolean
  sidebarHidden: boolean
}

const DEFAULTS: Preferences = { theme: 'system', singleKeys: true, sidebarHidden: false }
const listeners = new Set<() => void>()
let current: Preferences | null = null

function read(): Preferences {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(PREFERENCES_KEY) ?? '{}')
    if (!(stored instanceof Object)) return DEFAULTS
    const theme = 'theme' in stored && (stored.theme === 'light' || stored.theme === 'dark') ? stored.theme : 'system'
    return {
      theme,
      singleKeys: !('singleKeys' in stored) || stored.singleKeys !== false,
      sidebarHidden: 'sidebarHidden' in stored && stored.sidebarHidden === true,
    }
  } catch {
    // Blocked storage or a broken entry: the defaults serve.
    return DEFAULTS
  }
}

function apply(preferences: Preferences) {
  current = preferences
  const dark = preferences.theme === 'dark' || (preferences.theme === 'system' && prefersDark().matches)
  document.documentElement.dataset.theme = dark ? 'dark' : 'light'
  document.documentElement.dataset.sidebar = preferences.sidebarHidden ? 'hidden' : 'shown'
  for (const listener of listeners) listener()
}

const prefersDark = () => matchMedia('(prefers-color-scheme: dark)')
const readAndApply = () => apply(read())

function subscribe(listener: () => void) {
  if (listeners.size === 0) {
    addEventListener('storage', readAndApply)
    prefersDark().addEventListener('change', readAndApply)
  }
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    removeEventListener('storage', readAndApply)
    prefersDark().removeEventListener('change', readAndApply)
  }
}

export function setPreferences(change: Partial<Preferences>) {
  const next = { ...(current ?? read()), ...change }
  try {
    localStorage.setItem(PREFERENCES_KEY, JSON.stringify(next))
  } catch {
    // Without storage the choice holds for this page.
  }
  apply(next)
}

const snapshot = () => {
  current ??= read()
  return current
}

/** The person's choices; the defaults while the server renders. */
export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, snapshot, () => DEFAULTS)
}

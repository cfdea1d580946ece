import { setPreferences } from '../../lib/preferences.ts'

/** Shows or hides the sidebar of a wide screen. A focus that would go with it moves to the button that undoes it. */
export function setSidebarHidden(isHidden: boolean) {
  const here = document.activeElement
  const goes = here?.closest(isHidden ? '[data-region="sidebar"]' : '[data-sidebar-toggle="show"]') ?? null
  setPreferences({ sidebarHidden: isHidden })
  if (goes === null) return
  const other = isHidden ? 'show' : 'hide'
  // A button that was invisible takes the focus when it has been drawn.
  requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-sidebar-toggle="${other}"]`)?.focus())
}

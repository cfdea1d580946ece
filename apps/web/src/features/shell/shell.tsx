'use client'
import { usePathname, useRouter } from 'next/navigation'
import { type ReactNode, useEffect } from 'react'
import { useShortcut, useShortcutListener } from '../../lib/keys.ts'
import { messages } from '../../lib/messages.ts'
import { usePreferences } from '../../lib/preferences.ts'
import { Sidebar } from '../sidebar/sidebar.tsx'
import { ConnectionNote } from './connection-note.tsx'
import { useLiveUpdates } from './live-updates.ts'
import { NoticeBar } from './notice-bar.tsx'
import { leavePage, setOverlay, useOverlay } from './overlay.ts'
import { Overlays } from './overlays.tsx'
import { focusComposer, focusNextRegion } from './regions.ts'
import { setSidebarHidden } from './sidebar-toggle.ts'

/** The frame of every page: skip link, sidebar (a drawer below 1024 px), the page, and what lies over it. */
export function Shell({ children }: { children: ReactNode }) {
  const path = usePathname()
  useLiveUpdates()
  useShellKeys(path)
  // A page that was reached from the drawer takes its place.
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the address changes
  useEffect(leavePage, [path])

  return (
    <div className="grid h-dvh grid-cols-[var(--sidebar-width)_minmax(0,1fr)] transition-[grid-template-columns] duration-260 ease-out">
      <a
        href="#main"
        className="fixed top-2 left-2 z-50 -translate-y-16 rounded-control bg-ink px-3 py-2 text-sm font-mid text-on-ink focus:translate-y-0"
      >
        {messages.shell.skip}
      </a>
      <div className="invisible w-(--sidebar-width) overflow-hidden border-line [[data-sidebar=shown]_&]:lg:visible [[data-sidebar=shown]_&]:lg:border-r">
        <div className="h-full w-[263px]">
          <Sidebar path={path} />
        </div>
      </div>
      <div id="main" tabIndex={-1} className="flex min-h-0 min-w-0 flex-col bg-canvas">
        <NoticeBar />
        {children}
        <ConnectionNote />
      </div>
      <Overlays path={path} />
    </div>
  )
}

function useShellKeys(path: string) {
  const router = useRouter()
  const overlay = useOverlay()
  const { sidebarHidden } = usePreferences()
  useShortcutListener()
  useShortcut('search', () => setOverlay(overlay?.kind === 'palette' ? null : { kind: 'palette' }))
  useShortcut('shortcuts', () => setOverlay({ kind: 'shortcuts' }))
  useShortcut('new-chat', () => {
    setOverlay(null)
    // A page that opens takes the focus by itself; one that is there already would not.
    if (path === '/') focusComposer()
    else router.push('/')
  })
  useShortcut('toggle-sidebar', () => {
    if (matchMedia('(min-width: 1024px)').matches) setSidebarHidden(!sidebarHidden)
    else setOverlay(overlay?.kind === 'drawer' ? null : { kind: 'drawer' })
  })
  // Whatever lies over the page keeps the focus to itself.
  useShortcut('next-region', () => overlay === null && focusNextRegion(1))
  useShortcut('previous-region', () => overlay === null && focusNextRegion(-1))
}

'use client'
import {
  Activity,
  ArrowLeft,
  Box,
  ChartNoAxesColumn,
  HardDrive,
  HeartPulse,
  List,
  ScrollText,
  SlidersHorizontal,
  UserRound,
  Users,
  X,
} from 'lucide-react'
import Link from 'next/link'
import { usePathname, useRouter } from 'next/navigation'
import { type ReactNode, useState } from 'react'
import { IconButton } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Wordmark } from '../../components/fox-mark.tsx'
import { useShortcut, useShortcutListener } from '../../lib/keys.ts'
import { messages } from '../../lib/messages.ts'
import { accountMessages } from '../../lib/messages-accounts.ts'
import { adminMessages } from '../../lib/messages-admin.ts'
import { adminModelsMessages } from '../../lib/messages-admin-models.ts'
import { auditMessages } from '../../lib/messages-audit.ts'
import { consoleSettingsMessages } from '../../lib/messages-console-settings.ts'
import { groupMessages } from '../../lib/messages-groups.ts'
import { healthMessages } from '../../lib/messages-health.ts'
import { storageMessages } from '../../lib/messages-storage.ts'
import { usageMessages } from '../../lib/messages-usage.ts'
import { ConnectionNote } from '../shell/connection-note.tsx'
import { useLiveUpdates } from '../shell/live-updates.ts'
import { NoticeBar } from '../shell/notice-bar.tsx'
import { setOverlay, useOverlay } from '../shell/overlay.ts'
import { Overlays } from '../shell/overlays.tsx'
import { focusNextRegion } from '../shell/regions.ts'
import { AdminNavContext } from './admin-top-bar.tsx'
import { LiveRunsProvider, useLiveRuns } from './live-runs.tsx'

const text = adminMessages
const ICON = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const
const ROW =
  'flex h-8 w-full items-center gap-2.5 rounded-control px-2 text-sm text-ink-2 transition-colors duration-120 hover:bg-hover aria-[current=page]:bg-selected aria-[current=page]:font-mid aria-[current=page]:text-ink touch:h-11 touch:text-reasoning [&>svg]:text-ink-3 [&[aria-current=page]>svg]:text-ink'

/** The frame of the console: its menu (a drawer below 1024 px) beside the page. */
export function AdminShell({ children }: { children: ReactNode }) {
  const path = usePathname()
  const router = useRouter()
  const overlay = useOverlay()
  const [isOpen, setOpen] = useState(false)
  useLiveUpdates()
  useShortcutListener()
  useShortcut('search', () => setOverlay(overlay?.kind === 'palette' ? null : { kind: 'palette' }))
  useShortcut('shortcuts', () => setOverlay({ kind: 'shortcuts' }))
  useShortcut('new-chat', () => router.push('/'))
  useShortcut('next-region', () => overlay === null && focusNextRegion(1))
  useShortcut('previous-region', () => overlay === null && focusNextRegion(-1))
  useShortcut('next-row', () => focusRow(1))
  useShortcut('previous-row', () => focusRow(-1))
  return (
    <LiveRunsProvider>
      <div className="grid h-dvh grid-cols-[minmax(0,1fr)] lg:grid-cols-[216px_minmax(0,1fr)]">
        <a
          href="#main"
          className="fixed top-2 left-2 z-50 -translate-y-16 rounded-control bg-ink px-3 py-2 text-sm font-mid text-on-ink focus:translate-y-0"
        >
          {text.skip}
        </a>
        <div className="hidden border-r border-line lg:block">
          <AdminNav path={path} />
        </div>
        <div id="main" tabIndex={-1} className="flex min-h-0 min-w-0 flex-col bg-canvas">
          <NoticeBar />
          <AdminNavContext value={() => setOpen(true)}>{children}</AdminNavContext>
          <ConnectionNote />
        </div>
      </div>
      <Dialog bare open={isOpen} onOpenChange={setOpen} place="side" title={text.nav}>
        <AdminNav path={path} onClose={() => setOpen(false)} />
      </Dialog>
      <Overlays path={path} />
    </LiveRunsProvider>
  )
}

/** J and K: the focus goes from row to row, and stays at the ends. */
function focusRow(step: 1 | -1): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')].filter(
    (row) => row.getClientRects().length > 0,
  )
  const here = rows.findIndex(
    (row) => row === document.activeElement || row.closest('tr')?.contains(document.activeElement),
  )
  const next = here === -1 ? rows[step === 1 ? 0 : rows.length - 1] : rows[here + step]
  next?.focus()
  return rows.length > 0
}

function AdminNav({ path, onClose }: { path: string; onClose?: () => void }) {
  const live = useLiveRuns().runs
  const entry = (href: string, icon: ReactNode, label: string, end?: string) => (
    <li>
      <Link href={href} className={ROW} aria-current={path === href ? 'page' : undefined} onClick={onClose}>
        {icon}
        {label}
        {end && <span className="ml-auto text-xs font-text text-ink-3 tabular-nums">{end}</span>}
      </Link>
    </li>
  )
  return (
    <nav
      aria-label={text.nav}
      data-region="sidebar"
      className="flex h-full min-h-0 flex-col bg-panel px-2.5 pt-3 pb-2.5"
    >
      <div className="flex h-8 flex-none items-center pr-1 pl-2 text-h3">
        <Wordmark className="text-[17px]/none" />
        <span className="flex-1" />
        {onClose && (
          <IconButton label={messages.common.close} onClick={onClose}>
            <X {...ICON} />
          </IconButton>
        )}
      </div>
      <ul className="mt-3.5 grid gap-px">{entry('/', <ArrowLeft {...ICON} />, text.back)}</ul>
      <h2 className="px-2 pt-4.5 pb-1.5 text-xs font-mid text-ink-3">{text.watch}</h2>
      <ul className="grid gap-px">
        {entry('/admin', <Activity {...ICON} />, text.overview)}
        {entry(
          '/admin/runs',
          <List {...ICON} />,
          text.runs,
          live !== undefined && live.length > 0 ? text.liveCount(live.length) : undefined,
        )}
        {entry('/admin/usage', <ChartNoAxesColumn {...ICON} />, usageMessages.title)}
        {entry('/admin/audit', <ScrollText {...ICON} />, auditMessages.title)}
      </ul>
      <h2 className="px-2 pt-4.5 pb-1.5 text-xs font-mid text-ink-3">{text.runSection}</h2>
      <ul className="grid gap-px">
        {entry('/admin/models', <Box {...ICON} />, adminModelsMessages.title)}
        {entry('/admin/people', <UserRound {...ICON} />, accountMessages.people)}
        {entry('/admin/groups', <Users {...ICON} />, groupMessages.title)}
      </ul>
      <h2 className="px-2 pt-4.5 pb-1.5 text-xs font-mid text-ink-3">{consoleSettingsMessages.control}</h2>
      <ul className="grid gap-px">
        {entry('/admin/health', <HeartPulse {...ICON} />, healthMessages.title)}
        {entry('/admin/storage', <HardDrive {...ICON} />, storageMessages.title)}
        {entry('/admin/settings', <SlidersHorizontal {...ICON} />, consoleSettingsMessages.title)}
      </ul>
    </nav>
  )
}

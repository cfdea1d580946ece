'use client'
import {
  Activity,
  AtSign,
  Box,
  ChartNoAxesColumn,
  CircleQuestionMark,
  FileInput,
  FileOutput,
  Hand,
  HardDrive,
  HeartPulse,
  Keyboard,
  List,
  Monitor,
  Moon,
  PanelLeft,
  Plus,
  ScrollText,
  Settings,
  ShieldCheck,
  SlidersHorizontal,
  Sun,
  UserRound,
  Users,
} from 'lucide-react'
import { usePathname, useRouter } from 'next/navigation'
import type { ReactNode } from 'react'
import type { ShortcutId } from '../../lib/keys.ts'
import { messages } from '../../lib/messages.ts'
import { accountMessages } from '../../lib/messages-accounts.ts'
import { adminMessages } from '../../lib/messages-admin.ts'
import { adminModelsMessages } from '../../lib/messages-admin-models.ts'
import { consoleSettingsMessages } from '../../lib/messages-console-settings.ts'
import { groupMessages } from '../../lib/messages-groups.ts'
import { healthMessages } from '../../lib/messages-health.ts'
import { rulesMessages } from '../../lib/messages-rules.ts'
import { storageMessages } from '../../lib/messages-storage.ts'
import { usageMessages } from '../../lib/messages-usage.ts'
import { setPreferences, usePreferences } from '../../lib/preferences.ts'
import { useRole } from '../accounts/use-role.ts'
import { chooseAssistant } from '../assistants/choosing.ts'
import { useAssistants } from '../assistants/use-assistants.ts'
import { helpAddress } from '../help/help-address.ts'
import { setOverlay } from '../shell/overlay.ts'
import { focusComposer } from '../shell/regions.ts'
import { setSidebarHidden } from '../shell/sidebar-toggle.ts'
import { useTransferChats } from '../sidebar/transfer-chats.ts'

export type PaletteCommand = {
  id: string
  group: 'actions' | 'places'
  label: string
  icon: ReactNode
  shortcut?: ShortcutId
  run: () => void
}
const ICON = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const

/** What can be done from anywhere, and the places there are. */
export function usePaletteCommands(): PaletteCommand[] {
  const router = useRouter()
  const path = usePathname()
  const { theme, sidebarHidden } = usePreferences()
  const { exportChats, importChats } = useTransferChats()
  const chat = path.startsWith('/chat/') ? path.slice('/chat/'.length) : null
  const hasAssistants = useAssistants().length > 0
  const themes = { light: <Sun {...ICON} />, dark: <Moon {...ICON} />, system: <Monitor {...ICON} /> }
  const { palette } = messages
  const { isAdmin } = useRole()

  const actions: (Omit<PaletteCommand, 'group'> | null)[] = [
    {
      id: 'new-chat',
      label: messages.shell.newChat,
      icon: <Plus {...ICON} />,
      shortcut: 'new-chat',
      run: () => (path === '/' ? focusComposer() : router.push('/')),
    },
    path === '/' || chat !== null
      ? {
          id: 'choose-model',
          label: palette.changeModel,
          icon: <Box {...ICON} />,
          shortcut: 'choose-model',
          run: () => pressShortcut('m'),
        }
      : null,
    hasAssistants && (path === '/' || chat !== null)
      ? {
          id: 'choose-assistant',
          label: messages.assistants.choose,
          icon: <AtSign {...ICON} />,
          shortcut: 'choose-assistant',
          // After the palette has given the focus back.
          run: () => requestAnimationFrame(() => chooseAssistant()),
        }
      : null,
    path === '/' || chat !== null
      ? {
          id: 'chat-settings',
          label: messages.shell.chatSettings,
          icon: <SlidersHorizontal {...ICON} />,
          run: () => setOverlay({ kind: 'chat-settings', chat }),
        }
      : null,
    {
      id: 'sidebar',
      label: isWide()
        ? sidebarHidden
          ? messages.shell.showSidebar
          : messages.shell.hideSidebar
        : messages.shell.openSidebar,
      icon: <PanelLeft {...ICON} />,
      shortcut: 'toggle-sidebar',
      run: () => (isWide() ? setSidebarHidden(!sidebarHidden) : setOverlay({ kind: 'drawer' })),
    },
    {
      id: 'shortcuts',
      label: palette.shortcuts,
      icon: <Keyboard {...ICON} />,
      shortcut: 'shortcuts',
      run: () => setOverlay({ kind: 'shortcuts' }),
    },
    ...(['light', 'dark', 'system'] as const)
      .filter((value) => value !== theme)
      .map((value) => ({
        id: `theme-${value}`,
        label: palette.theme[value],
        icon: themes[value],
        run: () => setPreferences({ theme: value }),
      })),
    {
      id: 'export',
      label: messages.sidebar.exportAll,
      icon: <FileOutput {...ICON} />,
      run: () => void exportChats(null, 'json'),
    },
    { id: 'import', label: messages.sidebar.importChats, icon: <FileInput {...ICON} />, run: () => void importChats() },
  ]
  const places: Omit<PaletteCommand, 'group'>[] = [
    { id: 'settings', label: palette.personal, icon: <Settings {...ICON} />, run: () => router.push('/settings') },
    {
      id: 'rules',
      label: rulesMessages.title,
      icon: <Hand {...ICON} />,
      run: () => router.push('/settings/approvals'),
    },
    {
      id: 'admin',
      label: adminMessages.paletteOverview,
      icon: <Activity {...ICON} />,
      run: () => router.push('/admin'),
    },
    {
      id: 'admin-runs',
      label: adminMessages.paletteRuns,
      icon: <List {...ICON} />,
      run: () => router.push('/admin/runs'),
    },
    ...(isAdmin
      ? [
          {
            id: 'admin-models',
            label: adminModelsMessages.palette,
            icon: <Box {...ICON} />,
            run: () => router.push('/admin/models'),
          },
          {
            id: 'admin-usage',
            label: usageMessages.palette,
            icon: <ChartNoAxesColumn {...ICON} />,
            run: () => router.push('/admin/usage'),
          },
          {
            id: 'admin-people',
            label: accountMessages.palettePeople,
            icon: <UserRound {...ICON} />,
            run: () => router.push('/admin/people'),
          },
          {
            id: 'admin-groups',
            label: groupMessages.palette,
            icon: <Users {...ICON} />,
            run: () => router.push('/admin/groups'),
          },
          {
            id: 'admin-audit',
            label: adminMessages.paletteAudit,
            icon: <ScrollText {...ICON} />,
            run: () => router.push('/admin/audit'),
          },
          {
            id: 'admin-health',
            label: healthMessages.palette,
            icon: <HeartPulse {...ICON} />,
            run: () => router.push('/admin/health'),
          },
          {
            id: 'admin-storage',
            label: storageMessages.palette,
            icon: <HardDrive {...ICON} />,
            run: () => router.push('/admin/storage'),
          },
          {
            id: 'admin-settings',
            label: consoleSettingsMessages.palette,
            icon: <SlidersHorizontal {...ICON} />,
            run: () => router.push('/admin/settings'),
          },
        ]
      : []),
    { id: 'models', label: palette.models, icon: <Box {...ICON} />, run: () => router.push('/settings/models') },
    ...(hasAssistants
      ? [
          {
            id: 'assistants',
            label: messages.assistants.manage,
            icon: <AtSign {...ICON} />,
            run: () => router.push('/settings/assistants'),
          },
        ]
      : []),
    ...(isAdmin
      ? [
          {
            id: 'filter',
            label: palette.filter,
            icon: <ShieldCheck {...ICON} />,
            run: () => router.push('/settings/filter'),
          },
        ]
      : []),
    {
      id: 'help',
      label: messages.help.title,
      icon: <CircleQuestionMark {...ICON} />,
      run: () => router.push(helpAddress(path)),
    },
  ]
  return [
    ...actions.filter((action) => action !== null).map((action) => ({ ...action, group: 'actions' as const })),
    ...places.map((place) => ({ ...place, group: 'places' as const })),
  ]
}

/** From there on the sidebar stands beside the page; below it is a drawer. */
const isWide = () => matchMedia('(min-width: 1024px)').matches

/** The picker belongs to the composer; its key is the one door to it. After the palette has given the focus back. */
function pressShortcut(key: string) {
  requestAnimationFrame(() => dispatchEvent(new KeyboardEvent('keydown', { key, ctrlKey: true, cancelable: true })))
}

'use client'
import { Menu as MenuIcon, PanelLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import { IconButton } from '../../components/button.tsx'
import { messages } from '../../lib/messages.ts'
import { setOverlay } from './overlay.ts'
import { setSidebarHidden } from './sidebar-toggle.ts'

/** 52 px over every page: the way to the sidebar where it is not in sight, the page's name, its actions. */
export function TopBar({ children, actions }: { children?: ReactNode; actions?: ReactNode }) {
  return (
    <header
      data-region="top-bar"
      className="flex h-[52px] flex-none items-center gap-2 pr-4 pl-6 max-sm:pr-1.5 max-sm:pl-1.5"
    >
      <IconButton
        label={messages.shell.openSidebar}
        shortcut="toggle-sidebar"
        className="lg:hidden max-sm:size-11"
        onClick={() => setOverlay({ kind: 'drawer' })}
      >
        <MenuIcon size={18} strokeWidth={1.75} aria-hidden />
      </IconButton>
      <span className="hidden [[data-sidebar=hidden]_&]:lg:flex">
        <IconButton
          label={messages.shell.showSidebar}
          shortcut="toggle-sidebar"
          data-sidebar-toggle="show"
          onClick={() => setSidebarHidden(false)}
        >
          <PanelLeft size={16} strokeWidth={1.75} aria-hidden />
        </IconButton>
      </span>
      <div className="flex min-w-0 flex-1 items-center gap-1">{children}</div>
      {actions}
    </header>
  )
}

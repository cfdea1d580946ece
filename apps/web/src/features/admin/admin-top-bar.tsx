'use client'
import { Menu as MenuIcon } from 'lucide-react'
import { createContext, type ReactNode, use } from 'react'
import { IconButton } from '../../components/button.tsx'
import { messages } from '../../lib/messages.ts'
import { adminMessages } from '../../lib/messages-admin.ts'

/** Opens the menu where it is a drawer. */
export const AdminNavContext = createContext<() => void>(() => {})

/** 52 px over every page of the console: the way to the menu, the page's name, its controls. */
export function AdminTopBar({ title, beside, children }: { title: string; beside?: ReactNode; children?: ReactNode }) {
  const openNav = use(AdminNavContext)
  return (
    <header
      data-region="top-bar"
      className="flex min-h-[52px] flex-none flex-wrap items-center gap-2 border-b border-line py-2 pr-4 pl-7 max-lg:pl-3 max-sm:pr-3"
    >
      <title>{messages.shell.pageTitle(title)}</title>
      <IconButton label={adminMessages.openNav} className="lg:hidden" onClick={openNav}>
        <MenuIcon size={18} strokeWidth={1.75} aria-hidden />
      </IconButton>
      <h1 className="text-lg font-strong tracking-h3">{title}</h1>
      {beside}
      <span className="flex-1" />
      {children}
    </header>
  )
}

'use client'
import { Activity, ArrowLeft, PanelLeft, Plus, Search, Settings, Webhook, X } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { IconButton } from '../../components/button.tsx'
import { Wordmark } from '../../components/fox-mark.tsx'
import { Kbd } from '../../components/kbd.tsx'
import { messages } from '../../lib/messages.ts'
import { useRole } from '../accounts/use-role.ts'
import { AssistantRows } from '../assistants/assistant-rows.tsx'
import { useAreAssistantsKnown } from '../assistants/use-assistants.ts'
import { setOverlay } from '../shell/overlay.ts'
import { setSidebarHidden } from '../shell/sidebar-toggle.ts'
import { ChatList } from './chat-list.tsx'
import { EngineLine } from './engine-line.tsx'
import { useChats } from './use-chats.ts'

const ROW =
  'flex h-8 w-full items-center gap-2.5 rounded-control px-2 text-sm transition-colors duration-120 hover:bg-hover aria-[current=page]:bg-selected aria-[current=page]:font-mid aria-[current=page]:text-ink touch:h-11 touch:text-reasoning [&>svg]:text-ink-3'
const QUIET = `${ROW} text-ink-2`
const ICON = { size: 16, strokeWidth: 1.75, 'aria-hidden': true } as const

/** New chat, search, the chats, and at the foot who answers. In a drawer it carries a way to close it. */
export function Sidebar({ inDrawer = false, path }: { inDrawer?: boolean; path: string }) {
  const [source, setSource] = useState<'ui' | 'api'>('ui')
  const hasApiChats = (useChats('api').chats?.length ?? 0) > 0
  return (
    <nav
      aria-label={messages.shell.sidebar}
      data-region="sidebar"
      className="flex h-full min-h-0 flex-col bg-panel px-2.5 pt-3 pb-2.5"
    >
      <div className="flex h-8 flex-none items-center pr-1 pl-2 text-h3">
        <Wordmark className="text-[17px]/none" />
        <span className="flex-1" />
        {inDrawer ? (
          <IconButton label={messages.common.close} onClick={() => setOverlay(null)}>
            <X {...ICON} />
          </IconButton>
        ) : (
          <IconButton
            label={messages.shell.hideSidebar}
            shortcut="toggle-sidebar"
            data-sidebar-toggle="hide"
            onClick={() => setSidebarHidden(true)}
          >
            <PanelLeft {...ICON} />
          </IconButton>
        )}
      </div>
      <div className="mt-3.5 grid flex-none gap-px">
        <Link href="/" className={`${ROW} font-mid text-ink`} onClick={() => setOverlay(null)}>
          <Plus {...ICON} />
          {messages.shell.newChat}
          <span className="ml-auto touch:hidden">
            <Kbd shortcut="new-chat" />
          </span>
        </Link>
        <button type="button" className={QUIET} onClick={() => setOverlay({ kind: 'palette' })}>
          <Search {...ICON} />
          {messages.shell.search}
          <span className="ml-auto touch:hidden">
            <Kbd shortcut="search" />
          </span>
        </button>
        {source === 'api' ? (
          <button type="button" className={QUIET} onClick={() => setSource('ui')}>
            <ArrowLeft {...ICON} />
            {messages.sidebar.backToChats}
          </button>
        ) : (
          hasApiChats && (
            <button type="button" className={QUIET} onClick={() => setSource('api')}>
              <Webhook {...ICON} />
              {messages.sidebar.apiChats}
            </button>
          )
        )}
      </div>
      {source === 'ui' && <AssistantRows className={QUIET} />}
      <div className={`flex min-h-0 flex-1 flex-col ${useAreAssistantsKnown() ? '' : 'invisible'}`}>
        <ChatList source={source} path={path} />
      </div>
      <div className="grid flex-none gap-0.5 pt-2.5">
        <EngineLine />
        {useRole().isAdmin && (
          <Link href="/admin" className={QUIET} onClick={() => setOverlay(null)}>
            <Activity {...ICON} />
            {messages.shell.admin}
          </Link>
        )}
        <Link
          href="/settings"
          className={QUIET}
          aria-current={path === '/settings' ? 'page' : undefined}
          onClick={() => setOverlay(null)}
        >
          <Settings {...ICON} />
          {messages.shell.settings}
        </Link>
      </div>
    </nav>
  )
}

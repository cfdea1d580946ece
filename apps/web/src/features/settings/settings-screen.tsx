'use client'
import { useQuery } from '@tanstack/react-query'
import { ChevronRight } from 'lucide-react'
import Link from 'next/link'
import { type ReactNode, useId } from 'react'
import { Button } from '../../components/button.tsx'
import { Segments } from '../../components/segments.tsx'
import { Switch } from '../../components/switch.tsx'
import { useTRPC } from '../../lib/client.tsx'
import { messages } from '../../lib/messages.ts'
import { accountMessages } from '../../lib/messages-accounts.ts'
import { assistantPageMessages } from '../../lib/messages-assistant-pages.ts'
import { consoleSettingsMessages } from '../../lib/messages-console-settings.ts'
import { memoryMessages } from '../../lib/messages-memory.ts'
import { projectMessages } from '../../lib/messages-projects.ts'
import { rulesMessages } from '../../lib/messages-rules.ts'
import { settingsMessages } from '../../lib/messages-settings.ts'
import { setPreferences, usePreferences } from '../../lib/preferences.ts'
import { useRole } from '../accounts/use-role.ts'
import { useAssistantList } from '../assistants/use-assistants.ts'
import { helpAddress } from '../help/help-address.ts'
import { useStatus } from '../models/use-models.ts'
import { setOverlay } from '../shell/overlay.ts'
import { TopBar } from '../shell/top-bar.tsx'
import { useTransferChats } from '../sidebar/transfer-chats.ts'

const text = settingsMessages

/** What a person chose for this browser, and what the server does where a chat says nothing. */
export function SettingsScreen() {
  const { theme, singleKeys } = usePreferences()
  const { exportChats, importChats } = useTransferChats()
  const status = useStatus()
  const { isAdmin } = useRole()
  return (
    <>
      <title>{messages.shell.pageTitle(text.title)}</title>
      <TopBar>
        <h1 className="text-md font-mid max-sm:text-lg">{text.title}</h1>
      </TopBar>
      <main data-region="main" className="min-h-0 flex-1 scroll-pb-36 overflow-y-auto px-6 max-sm:px-4">
        <div className="mx-auto grid w-full max-w-[760px] grid-cols-1 gap-10 pt-5 pb-24">
          <Section title={text.look}>
            <Row label={text.theme} help={text.themeHelp}>
              {() => (
                <Segments
                  label={text.theme}
                  value={theme}
                  onChange={(value) => setPreferences({ theme: value })}
                  options={[
                    { value: 'system', label: text.themes.system },
                    { value: 'light', label: text.themes.light },
                    { value: 'dark', label: text.themes.dark },
                  ]}
                />
              )}
            </Row>
            <Row label={text.singleKeys} help={text.singleKeysHelp}>
              {(id) => (
                <Switch id={id} checked={singleKeys} onCheckedChange={(on) => setPreferences({ singleKeys: on })} />
              )}
            </Row>
            <Row label={text.keys} help={text.keysHelp}>
              {() => <Button onClick={() => setOverlay({ kind: 'shortcuts' })}>{text.showKeys}</Button>}
            </Row>
          </Section>
          <AccountRows />
          <Section title={text.data}>
            <Row label={text.transfer} help={text.dataHelp}>
              {() => (
                <span className="flex flex-wrap gap-2">
                  <Button onClick={() => void exportChats(null, 'json')}>{text.exportJson}</Button>
                  <Button onClick={() => void exportChats(null, 'markdown')}>{text.exportMarkdown}</Button>
                  <Button onClick={() => void importChats()}>{text.import}</Button>
                </span>
              )}
            </Row>
          </Section>
          <Section title={text.engine}>
            <LinkRow label={text.models} help={text.modelsHelp} href="/settings/models" open={text.openModels} />
            <AssistantsRow />
            <LinkRow
              label={memoryMessages.title}
              help={memoryMessages.help}
              href="/settings/memory"
              open={memoryMessages.open}
            />
            <LinkRow
              label={rulesMessages.title}
              help={rulesMessages.help}
              href="/settings/approvals"
              open={rulesMessages.open}
            />
            {isAdmin && (
              <LinkRow
                label={consoleSettingsMessages.toConsole}
                help={consoleSettingsMessages.toConsoleHelp}
                href="/admin/settings"
                open={consoleSettingsMessages.openConsole}
              />
            )}
          </Section>
          <Section title={messages.help.title}>
            <LinkRow
              label={messages.help.section}
              help={messages.help.settingsHelp}
              href={helpAddress('/settings')}
              open={messages.help.open}
            />
          </Section>
          <p className="text-xs text-ink-3">{status ? text.version(status.version) : '\u00a0'}</p>
        </div>
      </main>
    </>
  )
}

/** One's own account; for admins of a server with accounts, everybody's. */
function AccountRows() {
  const { data: me } = useQuery(useTRPC().account.me.queryOptions())
  return (
    <Section title={accountMessages.account}>
      <LinkRow
        label={accountMessages.account}
        help={me?.mode === 'local' ? accountMessages.teamHelp : accountMessages.accountHelp}
        href="/settings/account"
        open={accountMessages.openAccount}
      />
      {me?.mode === 'team' && me.role !== 'member' && (
        <LinkRow
          label={accountMessages.people}
          help={accountMessages.peopleHelp}
          href="/admin/people"
          open={accountMessages.openPeople}
        />
      )}
    </Section>
  )
}

/** Nothing where assistants are switched off. */
function AssistantsRow() {
  if (useAssistantList()?.enabled !== true) return null
  return (
    <>
      <LinkRow
        label={messages.assistants.title}
        help={assistantPageMessages.help}
        href="/settings/assistants"
        open={assistantPageMessages.open}
      />
      <LinkRow
        label={projectMessages.pageTitle}
        help={projectMessages.settingsHelp}
        href="/settings/projects"
        open={projectMessages.open}
      />
    </>
  )
}

/** What is set on a page of its own. `open`: the words of the link. */
function LinkRow({ label, help, href, open }: { label: string; help: string; href: string; open: string }) {
  return (
    <Row label={label} help={help}>
      {() => (
        <Button asChild>
          <Link href={href}>
            {open}
            <ChevronRight size={14} strokeWidth={1.75} aria-hidden />
          </Link>
        </Button>
      )}
    </Row>
  )
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  const id = useId()
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className="mb-3 text-h2 font-strong tracking-h2">
        {title}
      </h2>
      {children}
    </section>
  )
}

/** Label and help left, control right; on a phone one under the other. */
function Row({ label, help, children }: { label: string; help: string; children: (id: string) => ReactNode }) {
  const id = useId()
  return (
    <div className="grid items-start gap-x-7 gap-y-2 border-t border-line py-[15px] sm:grid-cols-[minmax(0,1fr)_320px]">
      <div>
        <label htmlFor={id} className="text-md font-mid">
          {label}
        </label>
        <p className="max-w-[52ch] text-sm text-ink-2">{help}</p>
      </div>
      <div>{children(id)}</div>
    </div>
  )
}

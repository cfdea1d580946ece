'use client'
import type { SettingDescription } from '@reynard/protocol'
import { ChevronRight } from 'lucide-react'
import Link from 'next/link'
import { type ReactNode, useRef, useState } from 'react'
import { Button } from '../../../components/button.tsx'
import { EmptyState } from '../../../components/empty-state.tsx'
import { Select } from '../../../components/field.tsx'
import { SearchField } from '../../../components/search-field.tsx'
import { useShortcut } from '../../../lib/keys.ts'
import { consoleSettingsMessages } from '../../../lib/messages-console-settings.ts'
import { SaveBar } from '../../settings/save-bar.tsx'
import { AdminTopBar } from '../admin-top-bar.tsx'
import { EnvironmentList } from './environment-list.tsx'
import { NoticeSettings } from './notice-settings.tsx'
import { SettingHistory } from './setting-history.tsx'
import { SettingRow } from './setting-row.tsx'
import { useSettingForm } from './use-setting-form.ts'
import { useSettingsSection } from './use-settings-section.ts'
import { WebSearchSettings } from './web-search-settings.tsx'

const text = consoleSettingsMessages
type Section = keyof typeof text.sections
const ORDER = [
  'engine',
  'chats',
  'tools',
  'limits',
  'data',
  'web',
  'filter',
  'notices',
  'environment',
  'history',
] as const

/** Every setting of the server: what it does, what it is and why, and the way to change it. */
export function ConsoleSettingsScreen() {
  const form = useSettingForm()
  const [query, setQuery] = useState('')
  const [chosen, choose] = useSettingsSection<Section>(ORDER)
  const field = useRef<HTMLInputElement>(null)
  useShortcut('find-in-admin', () => field.current?.focus())
  const { view, problem } = form
  const sections = ORDER.filter(
    (section) => !isForm(section) || view?.settings.some((setting) => setting.section === section),
  )
  const found = view?.settings.filter((setting) => matches(setting, query)) ?? []
  const foundThere = view?.environment.filter(({ variable, about }) => has([variable, about], query)) ?? []
  const row = (setting: SettingDescription) =>
    view && <SettingRow key={setting.name} setting={setting} view={view} form={form} />

  return (
    <>
      <AdminTopBar title={text.title}>
        <SearchField
          ref={field}
          label={text.find}
          value={query}
          most={100}
          className="w-60 max-sm:w-full"
          onChange={setQuery}
        />
      </AdminTopBar>
      <main
        data-region="main"
        className="min-h-0 flex-1 scroll-pb-28 overflow-y-auto px-7 pt-6.5 pb-16 max-sm:px-4"
        aria-busy={!view && !problem}
      >
        {problem !== null ? (
          <EmptyState title={text.refused}>{problem}</EmptyState>
        ) : (
          view && (
            <div className="grid grid-cols-[minmax(0,1fr)] gap-x-13 gap-y-5 lg:grid-cols-[188px_minmax(0,860px)]">
              <SectionMenu sections={sections} chosen={query === '' ? chosen : null} onChoose={choose} />
              <form
                noValidate
                aria-label={text.title}
                onSubmit={(event) => {
                  event.preventDefault()
                  form.save()
                }}
                className={query !== '' || isForm(chosen) ? '' : 'hidden'}
              >
                {query !== '' ? (
                  found.length + foundThere.length === 0 ? (
                    <p className="text-md text-ink-2">{text.none(query)}</p>
                  ) : (
                    <>
                      {found.map(row)}
                      {foundThere.length > 0 && <EnvironmentList settings={foundThere} />}
                    </>
                  )
                ) : (
                  isForm(chosen) && (
                    <Part section={chosen} more={text.environmentWins}>
                      {view.settings.filter(({ section }) => section === chosen).map(row)}
                    </Part>
                  )
                )}
                <SaveBar
                  changes={Object.keys(form.changes).length}
                  errors={form.errors}
                  isSaving={form.isSaving}
                  onDiscard={form.discard}
                />
              </form>
              {query === '' && chosen === 'web' && (
                <Part section="web">
                  <WebSearchSettings />
                </Part>
              )}
              {query === '' && chosen === 'filter' && (
                <Part section="filter">
                  <Button asChild>
                    <Link href="/settings/filter">
                      {text.openFilter}
                      <ChevronRight size={14} strokeWidth={1.75} aria-hidden />
                    </Link>
                  </Button>
                </Part>
              )}
              {query === '' && chosen === 'notices' && (
                <Part section="notices">
                  <NoticeSettings />
                </Part>
              )}
              {query === '' && chosen === 'history' && (
                <Part section="history">
                  <SettingHistory settings={view.settings} />
                </Part>
              )}
              {query === '' && chosen === 'environment' && (
                <Part section="environment">
                  <EnvironmentList settings={view.environment} />
                </Part>
              )}
            </div>
          )
        )}
      </main>
    </>
  )
}

const isForm = (section: Section) => !['web', 'filter', 'notices', 'environment', 'history'].includes(section)
const has = (words: readonly (string | null)[], query: string) =>
  query.trim() !== '' && words.some((word) => word?.toLowerCase().includes(query.trim().toLowerCase()))
const matches = ({ label, about, variable }: SettingDescription, query: string) => has([label, about, variable], query)

type SectionMenuProps = { sections: readonly Section[]; chosen: Section | null; onChoose: (section: Section) => void }

/** Which part is in sight; where there is no room, a list that opens. */
function SectionMenu({ sections, chosen, onChoose }: SectionMenuProps) {
  return (
    <>
      <Select
        aria-label={text.sectionsLabel}
        value={chosen ?? ''}
        className="lg:hidden"
        onChange={({ target }) => {
          const section = sections.find((name) => name === target.value)
          if (section) onChoose(section)
        }}
      >
        {chosen === null && <option value="">–</option>}
        {sections.map((section) => (
          <option key={section} value={section}>
            {text.sections[section]}
          </option>
        ))}
      </Select>
      <nav aria-label={text.sectionsLabel} className="-ml-2 hidden flex-col gap-px lg:flex">
        {sections.map((section) => (
          <button
            key={section}
            type="button"
            aria-current={section === chosen ? 'true' : undefined}
            onClick={() => onChoose(section)}
            className="flex h-[30px] items-center rounded-control px-2 text-left text-sm text-ink-2 hover:bg-hover aria-[current]:bg-selected aria-[current]:font-mid aria-[current]:text-ink"
          >
            {text.sections[section]}
          </button>
        ))}
      </nav>
    </>
  )
}

function Part({ section, more = '', children }: { section: Section; more?: string; children: ReactNode }) {
  return (
    <section aria-labelledby="settings-part">
      <h2 id="settings-part" className="text-h2 font-strong tracking-h2">
        {text.sections[section]}
      </h2>
      <p className="mt-1 mb-4.5 max-w-[64ch] text-md text-ink-2">
        {text.leads[section]} {more}
      </p>
      {children}
    </section>
  )
}

'use client'
import { type ReactNode, useId } from 'react'
import { messages } from '../../lib/messages.ts'
import { filterMessages as text } from '../../lib/messages-filter.ts'
import { SaveBar } from '../settings/save-bar.tsx'
import { SwitchField } from '../settings/switch-field.tsx'
import { TopBar } from '../shell/top-bar.tsx'
import { errorsOf } from './check-rule.ts'
import { FilterCounts } from './filter-counts.tsx'
import { RuleList } from './rule-list.tsx'
import { TrialBox } from './trial-box.tsx'
import { useContentFilter } from './use-content-filter.ts'

/** The rules of the content filter, for those who run the server. */
export function FilterScreen() {
  const filter = useContentFilter()
  const { view, settings, problems, isChanged, isSaving } = filter
  const errors = (settings?.rules ?? []).flatMap((rule) => Object.keys(errorsOf(rule, problems))).length
  return (
    <>
      <title>{messages.shell.pageTitle(text.title)}</title>
      <TopBar>
        <h1 className="text-md font-mid max-sm:text-lg">{text.title}</h1>
      </TopBar>
      <main
        data-region="main"
        className="min-h-0 flex-1 scroll-pb-36 overflow-y-auto px-6 max-sm:px-4"
        aria-busy={!settings && filter.failure === null}
      >
        {filter.failure !== null && !settings && (
          <p role="alert" className="mx-auto max-w-[760px] pt-5 text-md">
            {filter.failure}
          </p>
        )}
        {view && settings && (
          <form
            noValidate
            aria-label={text.title}
            className="mx-auto w-full max-w-[760px] pt-5 pb-24"
            onSubmit={(event) => {
              event.preventDefault()
              if (errors > 0) event.currentTarget.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
              else if (isChanged && !isSaving) filter.save()
            }}
          >
            <div className="grid grid-cols-1 gap-10">
              <p className="max-w-[60ch] text-md text-ink-2">{text.sentence}</p>
              <SwitchField
                label={text.secrets}
                help={text.secretsHelp(
                  view.shipped.filter(({ action }) => action === 'redact').map(({ name }) => `${name}s`),
                )}
                checked={settings.secrets}
                onChange={(secrets) => filter.change({ ...settings, secrets })}
              />
              <Section title={text.rules} help={text.rulesHelp}>
                <RuleList
                  rules={settings.rules}
                  problems={problems}
                  onChange={(rules) => filter.change({ ...settings, rules })}
                />
              </Section>
              <Section title={text.trial} help={text.trialHelp}>
                <TrialBox
                  trial={filter.trial}
                  isTrying={filter.isTrying}
                  onTry={filter.tryOut}
                  onForget={filter.forgetTrial}
                />
              </Section>
              <Section title={text.counts} help={text.countsHelp}>
                <FilterCounts counts={view.counts} />
              </Section>
            </div>
            <SaveBar changes={isChanged ? 1 : 0} errors={errors} isSaving={isSaving} onDiscard={filter.discard} />
          </form>
        )}
      </main>
    </>
  )
}

function Section({ title, help, children }: { title: string; help: string; children: ReactNode }) {
  const id = useId()
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className="text-h2 font-strong tracking-h2">
        {title}
      </h2>
      <p className="mt-1 mb-3 max-w-[64ch] text-sm text-ink-2">{help}</p>
      {children}
    </section>
  )
}

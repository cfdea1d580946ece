'use client'
import { type SearchChoice, type WebSearchSettings as Settings, searchChoiceSchema } from '@reynard/protocol'
import { type ReactNode, useId, useState } from 'react'
import { Button } from '../../../components/button.tsx'
import { Input, Select } from '../../../components/field.tsx'
import { messages } from '../../../lib/messages.ts'
import { firstRunMessages } from '../../../lib/messages-first-run.ts'
import { webSearchMessages } from '../../../lib/messages-web-search.ts'
import { useWebSearch } from './use-web-search.ts'

const text = webSearchMessages
const VARIABLES = {
  choice: 'REYNARD_SEARCH',
  searxngBaseUrl: 'SEARXNG_BASE_URL',
  braveApiKey: 'BRAVE_API_KEY',
  tavilyApiKey: 'TAVILY_API_KEY',
} as const satisfies Record<keyof Settings, string>

/** Who is asked when an assistant searches the web. Keys go to the server and never come back. */
export function WebSearchSettings() {
  const { view, update, isSaving, tryOut, trial, isTrying } = useWebSearch()
  const [draft, setDraft] = useState<Partial<Settings>>({})
  if (!view) return null
  const set = (change: Partial<Settings>) => setDraft({ ...draft, ...change })
  const address = draft.searxngBaseUrl ?? null
  const wrong = address !== null && !/^https?:\/\/\S+$/.test(address) ? firstRunMessages.addressWrong : null
  const isLocked = (name: keyof Settings) => view.environment.includes(name)
  const save = () => update(draft, () => setDraft({}))
  const note = trial === null ? null : 'problem' in trial ? trial.problem : text.worked(trial.found)
  const state = view.active === null ? view.problem : text.active(view.active.name, view.active.host)

  const keyRow = (name: 'braveApiKey' | 'tavilyApiKey', label: string) => (
    <Row label={label} help={text.keyHelp} variable={VARIABLES[name]} isLocked={isLocked(name)}>
      {(parts) => (
        <span className="flex gap-2">
          <Input
            {...parts}
            type="password"
            autoComplete="off"
            disabled={isLocked(name)}
            value={draft[name] ?? ''}
            placeholder={view[name] && draft[name] !== null ? text.keySet : text.notSet}
            onChange={(event) => set({ [name]: event.target.value === '' ? undefined : event.target.value })}
            className="flex-1 font-mono"
          />
          {view[name] && draft[name] === undefined && !isLocked(name) && (
            <Button aria-label={`${text.remove}: ${label}`} onClick={() => set({ [name]: null })}>
              {text.remove}
            </Button>
          )}
        </span>
      )}
    </Row>
  )

  const changed = Object.values(draft).some((value) => value !== undefined)
  return (
    <form
      noValidate
      aria-label={text.title}
      onSubmit={(event) => {
        event.preventDefault()
        if (wrong) document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
        else if (changed && !isSaving) save()
      }}
    >
      <Row
        label={text.choice}
        help={`${text.choiceHelp} ${text.automatic}`}
        variable={VARIABLES.choice}
        isLocked={isLocked('choice')}
      >
        {(parts) => (
          <Select
            {...parts}
            disabled={isLocked('choice')}
            value={draft.choice ?? view.choice ?? view.inheritedChoice}
            onChange={(event) => set({ choice: searchChoiceSchema.parse(event.target.value) })}
          >
            {searchChoiceSchema.options.map((choice: SearchChoice) => (
              <option key={choice} value={choice}>
                {text.choices[choice]}
              </option>
            ))}
          </Select>
        )}
      </Row>
      <Row
        label={text.searxng}
        help={text.searxngHelp}
        variable={VARIABLES.searxngBaseUrl}
        isLocked={isLocked('searxngBaseUrl')}
        error={wrong}
      >
        {(parts) => (
          <Input
            {...parts}
            type="url"
            spellCheck={false}
            disabled={isLocked('searxngBaseUrl')}
            value={draft.searxngBaseUrl === undefined ? (view.searxngBaseUrl ?? '') : (draft.searxngBaseUrl ?? '')}
            placeholder={text.notSet}
            onChange={(event) =>
              set({ searxngBaseUrl: event.target.value.trim() === '' ? null : event.target.value.trim() })
            }
            className="w-full font-mono"
          />
        )}
      </Row>
      {keyRow('braveApiKey', text.brave)}
      {keyRow('tavilyApiKey', text.tavily)}
      <div className="flex flex-wrap items-center gap-2 border-t border-line py-[15px] text-sm text-ink-2">
        <p role="status" className="min-w-0 flex-1 [overflow-wrap:anywhere]">
          {isTrying ? text.trying : (note ?? state)}
        </p>
        {!changed && view.active !== null && (
          <Button disabled={isTrying} onClick={tryOut}>
            {text.tryOut}
          </Button>
        )}
        {changed && (
          <>
            <Button look="ghost" onClick={() => setDraft({})}>
              {messages.common.cancel}
            </Button>
            <Button look="accent" type="submit" disabled={isSaving}>
              {messages.common.save}
            </Button>
          </>
        )}
      </div>
    </form>
  )
}

type Parts = { id: string; 'aria-describedby': string; 'aria-invalid': true | undefined }
type RowProps = {
  label: string
  help: string
  /** The environment variable of the same meaning. */
  variable: string
  /** It is set there, and can't be changed here. */
  isLocked: boolean
  error?: string | null
  children: (parts: Parts) => ReactNode
}
function Row({ label, help, variable, isLocked, error = null, children }: RowProps) {
  const id = useId()
  return (
    <div className="grid items-start gap-x-7 gap-y-2 border-t border-line py-[15px] sm:grid-cols-[minmax(0,1fr)_300px]">
      <div>
        <label htmlFor={id} className="text-md font-mid">
          {label}
        </label>
        <p id={`${id}-help`} className="max-w-[52ch] text-sm text-ink-2">
          {isLocked ? text.locked(variable) : help}
        </p>
        {!isLocked && <p className="mt-1 font-mono text-xs text-ink-3">{variable}</p>}
      </div>
      <div className="min-w-0">
        {children({ id, 'aria-describedby': `${id}-help ${id}-error`, 'aria-invalid': error ? true : undefined })}
        <p id={`${id}-error`} className="mt-1.5 text-xs text-danger">
          {error}
        </p>
      </div>
    </div>
  )
}

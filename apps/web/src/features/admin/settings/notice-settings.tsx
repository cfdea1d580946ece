'use client'
import { type AnnouncementInput, announcementInputSchema, type NoticesView } from '@reynard/protocol'
import { useState } from 'react'
import { Button } from '../../../components/button.tsx'
import { Field, Input, TextArea } from '../../../components/field.tsx'
import { Segments } from '../../../components/segments.tsx'
import { noticeMessages } from '../../../lib/messages-notices.ts'
import { SwitchField } from '../../settings/switch-field.tsx'
import { useNotices } from '../use-notices.ts'

const text = noticeMessages
const LEVELS = ['info', 'warning', 'danger'] as const
type Notices = ReturnType<typeof useNotices>

/** What everybody is told, and whether new runs are accepted. */
export function NoticeSettings() {
  const notices = useNotices()
  const { view, maintenance } = notices
  if (!view || maintenance === undefined) return null
  return (
    <div className="grid max-w-[560px] gap-10">
      <AnnouncementForm key={view.announcement?.id ?? ''} view={view} notices={notices} />
      <div className="grid gap-4 border-t border-line pt-5">
        <SwitchField
          label={text.mode}
          help={text.modeHelp}
          checked={maintenance !== null}
          onChange={(on) => notices.setMaintenance({ on, words: on ? (view.maintenance?.words ?? '') : '' })}
        />
        {maintenance !== null && <Words key={maintenance.since} words={maintenance.words} notices={notices} />}
      </div>
    </div>
  )
}

function Words({ words, notices }: { words: string; notices: Notices }) {
  const [typed, setTyped] = useState(words)
  return (
    <form
      className="grid justify-items-start gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        notices.setMaintenance({ on: true, words: typed })
      }}
    >
      <Field label={text.words} help={text.wordsHelp}>
        {(parts) => (
          <Input
            {...parts}
            maxLength={300}
            value={typed}
            className="w-full"
            onChange={({ target }) => setTyped(target.value)}
          />
        )}
      </Field>
      <Button type="submit" look="ink" disabled={typed === words || notices.isSaving}>
        {text.saveWords}
      </Button>
    </form>
  )
}

const EMPTY: AnnouncementInput = { text: '', level: 'info', from: null, until: null }

function AnnouncementForm({ view, notices }: { view: NoticesView; notices: Notices }) {
  const { announcement, isShown } = view
  const [draft, setDraft] = useState<AnnouncementInput>(announcement ?? EMPTY)
  const [problem, setProblem] = useState<string | null>(null)
  const set = (patch: Partial<AnnouncementInput>) => setDraft({ ...draft, ...patch })
  const time = (name: 'from' | 'until', label: string, error: string | null) => (
    <Field label={label} help={name === 'until' ? text.timesHelp : null} error={error}>
      {(parts) => (
        <Input
          {...parts}
          type="datetime-local"
          value={draft[name] === null ? '' : localTime(draft[name])}
          onChange={({ target }) => set({ [name]: target.value === '' ? null : new Date(target.value).getTime() })}
        />
      )}
    </Field>
  )
  return (
    <form
      noValidate
      aria-label={text.text}
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        const { text: words, level, from, until } = draft
        const result = announcementInputSchema.safeParse({ text: words, level, from, until })
        setProblem(result.success ? null : (result.error.issues[0]?.message ?? null))
        if (result.success) notices.announce(result.data)
      }}
    >
      <Field label={text.text} help={text.textHelp} error={draft.text.trim() === '' ? problem : null}>
        {(parts) => (
          <TextArea
            {...parts}
            rows={3}
            maxLength={500}
            value={draft.text}
            onChange={({ target }) => set({ text: target.value })}
          />
        )}
      </Field>
      <div className="grid justify-items-start gap-1.5">
        <span className="text-md font-mid">{text.level}</span>
        <Segments
          label={text.level}
          value={draft.level}
          onChange={(level) => set({ level })}
          options={LEVELS.map((value) => ({ value, label: text.levels[value] }))}
        />
      </div>
      <div className="grid gap-4 sm:grid-cols-2">
        {time('from', text.from, null)}
        {time('until', text.until, draft.text.trim() === '' ? null : problem)}
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" look="ink" disabled={notices.isSaving}>
          {text.announce}
        </Button>
        {announcement !== null && (
          <Button disabled={notices.isSaving} onClick={() => notices.announce(null)}>
            {text.takeBack}
          </Button>
        )}
        {announcement !== null && !isShown && <p className="text-sm text-ink-2">{text.notYet}</p>}
      </div>
    </form>
  )
}

/** As a field for a time takes it: 2026-11-24T09:30, in the time of this browser. */
function localTime(at: number): string {
  const date = new Date(at)
  return new Date(at - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

'use client'
import type { ConsoleEvent, ConsoleRunDetails } from '@reynard/protocol'
import { useState } from 'react'
import { ScrollBox } from '../../components/scroll-box.tsx'
import { Segments } from '../../components/segments.tsx'
import { formatCount } from '../../lib/format.ts'
import { adminMessages } from '../../lib/messages-admin.ts'
import { plainText } from '../../lib/plain-text.ts'

const text = adminMessages
type Filter = keyof typeof text.eventFilters

const TESTS: Record<Filter, (event: ConsoleEvent) => boolean> = {
  all: () => true,
  tools: ({ type }) => type.startsWith('tool-') || type.startsWith('approval-'),
  errors: ({ type }) => type === 'run-error' || type === 'tool-error',
}
const clock = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hourCycle: 'h23',
})

/** The log by number, the newest last; the event that still waits is tinted. */
export function RunEvents({ details, isLive }: { details: ConsoleRunDetails; isLive: boolean }) {
  const [filter, setFilter] = useState<Filter>('all')
  const shown = details.events.filter(TESTS[filter])
  const last = details.events.at(-1)
  return (
    <section aria-label={text.events}>
      <div className="mt-5.5 mb-1 flex min-h-8 flex-wrap items-center gap-2">
        <h3 className="text-md font-strong">{text.events}</h3>
        <span className="rounded-control bg-selected px-2 py-0.5 text-xs text-ink-2 tabular-nums">
          {formatCount(details.eventCount)}
        </span>
        {details.events.length < details.eventCount && (
          <span className="text-xs text-ink-3">{text.eventsShown(details.events.length, details.eventCount)}</span>
        )}
        <span className="flex-1" />
        <Segments
          label={text.events}
          value={filter}
          onChange={setFilter}
          options={(['all', 'tools', 'errors'] as const).map((value) => ({ value, label: text.eventFilters[value] }))}
        />
      </div>
      {shown.length === 0 ? (
        <p className="text-sm text-ink-3">{text.noEvents}</p>
      ) : (
        <ScrollBox label={text.events} className="flex max-h-80 flex-col-reverse overflow-y-auto">
          <ol className="font-mono text-xs">
            {shown.map(({ seq, at, type, detail }) => {
              const waits = isLive && type === 'approval-request' && seq === last?.seq
              return (
                <li
                  key={seq}
                  className={`grid min-h-[23px] grid-cols-[40px_92px_minmax(110px,auto)_minmax(0,1fr)] items-center gap-x-2 rounded-chip px-1 max-sm:grid-cols-[32px_minmax(0,1fr)] max-sm:py-1 ${waits ? 'bg-accent-soft text-accent-ink' : ''}`}
                >
                  <span className="text-ink-3 tabular-nums">{seq}</span>
                  <span className="text-ink-3 tabular-nums max-sm:col-start-2 max-sm:row-start-2">
                    {clock.format(at)}
                  </span>
                  <b className="font-mid">{type}</b>
                  <span className="truncate text-ink-2 max-sm:col-start-2">{plainText(detail)}</span>
                </li>
              )
            })}
          </ol>
        </ScrollBox>
      )}
    </section>
  )
}

'use client'
import type { AuditEntry, AuditFilter } from '@reynard/protocol'
import { useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { Menu, MenuContent, MenuItem, MenuTrigger } from '../../components/menu.tsx'
import { useTRPC } from '../../lib/client.tsx'
import { messages } from '../../lib/messages.ts'
import { auditMessages as text } from '../../lib/messages-audit.ts'
import { AdminTopBar } from './admin-top-bar.tsx'
import { type AuditChoices, AuditFilters, NO_CHOICES } from './audit-filters.tsx'
import { AuditList } from './audit-list.tsx'
import { useAuditLog } from './use-audit-log.ts'

const TYPED_MS = 250
const DAY_MS = 86_400_000

/** Who did what when from where: live, found by person, kind, day and words, and taken as a file. */
export function AuditScreen() {
  const [choices, setChoices] = useState(NO_CHOICES)
  const query = useRested(choices.query)
  const filter = filterOf({ ...choices, query })
  const people = useQuery(useTRPC().admin.audit.list.queryOptions({ limit: 1 })).data?.people ?? []
  const clear = () => setChoices(NO_CHOICES)
  return (
    <>
      <AdminTopBar title={text.title}>
        <ExportMenu filter={filter} />
      </AdminTopBar>
      <main data-region="main" className="min-h-0 min-w-0 flex-1 overflow-y-auto pb-10">
        <AuditFilters choices={choices} people={people} onChange={setChoices} />
        <div className="px-5 max-sm:px-4">
          <Entries key={JSON.stringify(filter)} filter={filter} onClear={clear} />
        </div>
      </main>
    </>
  )
}

function Entries({ filter, onClear }: { filter: AuditFilter; onClear: () => void }) {
  const { entries, problem, again, hasMore, isFetching, more } = useAuditLog(filter)
  if (problem !== null) {
    return (
      <div className="pt-5.5">
        <EmptyState title={text.failedToRead} action={<Button onClick={again}>{messages.common.tryAgain}</Button>}>
          {problem}
        </EmptyState>
      </div>
    )
  }
  if (entries === undefined) return null
  if (entries.length === 0) {
    return (
      <div className="px-2 pt-5.5 max-sm:px-0">
        {Object.keys(filter).length > 0 ? (
          <EmptyState title={text.noneFound} action={<Button onClick={onClear}>{text.clear}</Button>}>
            {text.noneFoundMore}
          </EmptyState>
        ) : (
          <EmptyState title={text.none}>{text.noneMore}</EmptyState>
        )}
      </div>
    )
  }
  return (
    <>
      <AuditList entries={entries} />
      {hasMore && (
        <Button size="sm" className="mt-4 ml-2" disabled={isFetching} onClick={more}>
          {text.more}
        </Button>
      )}
      <Announcer entries={entries} />
    </>
  )
}

/** Taken by the browser itself, which saves it while it comes. */
function ExportMenu({ filter }: { filter: AuditFilter }) {
  const address = (format: 'csv' | 'jsonl') => {
    const asked = Object.entries(filter).map(([name, value]) => [name, String(value)])
    return `/api/audit?${new URLSearchParams([['format', format], ...asked])}`
  }
  return (
    <Menu>
      <MenuTrigger asChild>
        <Button>
          <Download size={14} strokeWidth={1.75} aria-hidden />
          {text.export}
        </Button>
      </MenuTrigger>
      <MenuContent align="end">
        <MenuItem onSelect={() => location.assign(address('csv'))}>{text.exportCsv}</MenuItem>
        <MenuItem onSelect={() => location.assign(address('jsonl'))}>{text.exportJson}</MenuItem>
      </MenuContent>
    </Menu>
  )
}

const ANNOUNCE_MS = 10_000

/** Says how many have come to a screen reader, at most every ten seconds. */
function Announcer({ entries }: { entries: readonly AuditEntry[] }) {
  const [said, setSaid] = useState('')
  const told = useRef({ newest: entries[0]?.id, at: 0 })
  useEffect(() => {
    const count = entries.findIndex(({ id }) => id === told.current.newest)
    if (count === 0) return
    const say = () => {
      told.current = { newest: entries[0]?.id, at: Date.now() }
      setSaid(text.newEntries(count === -1 ? entries.length : count))
    }
    const timer = setTimeout(say, Math.max(0, told.current.at + ANNOUNCE_MS - Date.now()))
    return () => clearTimeout(timer)
  }, [entries])
  return (
    <p role="status" className="sr-only">
      {said}
    </p>
  )
}

/** What was typed, once the typing rests. */
function useRested(value: string): string {
  const [rested, setRested] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), TYPED_MS)
    return () => clearTimeout(timer)
  }, [value])
  return rested
}

function filterOf({ query, personId, group, from, to }: AuditChoices): AuditFilter {
  const start = (day: string) => new Date(`${day}T00:00`).getTime()
  return {
    ...(query.trim() !== '' && { query: query.trim() }),
    ...(personId !== '' && { personId }),
    ...(group !== '' && { group }),
    ...(from !== '' && { since: start(from) }),
    // The last day counts whole; a day has 23 to 25 hours.
    ...(to !== '' && { until: start(new Date(start(to) + 1.5 * DAY_MS).toLocaleDateString('sv')) }),
  }
}

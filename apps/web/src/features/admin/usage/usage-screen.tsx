'use client'
import type { UsageKind, UsageRange, UsageReport } from '@reynard/protocol'
import { useSubscription } from '@trpc/tanstack-react-query'
import { Download } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../../../components/button.tsx'
import { EmptyState } from '../../../components/empty-state.tsx'
import { Segments } from '../../../components/segments.tsx'
import { useTRPC } from '../../../lib/client.tsx'
import { formatTokens, formatWhen } from '../../../lib/format.ts'
import { usageMessages as text } from '../../../lib/messages-usage.ts'
import { AdminTopBar } from '../admin-top-bar.tsx'
import { ToolUsageTable, UsageTable } from './usage-table.tsx'

const RANGES = ['day', 'week', 'month', 'year', 'all'] as const satisfies readonly UsageRange[]
const KINDS = ['person', 'group', 'model', 'assistant', 'tool'] as const satisfies readonly UsageKind[]

/** What was asked of the server, and by whom: live, and as a file. */
export function UsageScreen() {
  const [range, setRange] = useState<UsageRange>('month')
  const [by, setBy] = useState<UsageKind>('person')
  const { report, problem } = useUsage(range)
  return (
    <>
      <AdminTopBar title={text.title}>
        <Button onClick={() => location.assign(`/api/usage?${new URLSearchParams({ range, by })}`)}>
          <Download size={14} strokeWidth={1.75} aria-hidden />
          {text.export}
        </Button>
        <Segments
          label={text.range}
          value={range}
          onChange={setRange}
          options={RANGES.map((value) => ({ value, label: text.ranges[value] }))}
        />
      </AdminTopBar>
      <main
        data-region="main"
        aria-busy={!report && problem === null}
        className="min-h-0 flex-1 overflow-y-auto px-7 pt-5.5 pb-16 max-sm:px-4"
      >
        {problem !== null ? (
          <EmptyState title={text.refused}>{problem}</EmptyState>
        ) : (
          report && (
            <div className="grid max-w-[1100px] grid-cols-[minmax(0,1fr)] gap-5">
              <Total report={report} />
              <div>
                <Segments
                  label={text.by}
                  value={by}
                  onChange={setBy}
                  options={KINDS.map((value) => ({ value, label: text.kinds[value] }))}
                />
              </div>
              <Rows report={report} by={by} />
              <p className="max-w-[64ch] text-xs text-ink-3">
                {by === 'group' ? `${text.groupsHelp} ` : ''}
                {text.keptHelp}
              </p>
            </div>
          )
        )}
      </main>
    </>
  )
}

function Total({ report: { total, since } }: { report: UsageReport }) {
  const tokens = formatTokens(total.promptTokens + total.completionTokens)
  return (
    <p className="text-lg font-mid tabular-nums">
      {total.requests === 0 ? text.none : text.total(total.requests, tokens)}{' '}
      <span className="text-sm font-text text-ink-3">
        {since === null ? text.everSince : text.since(formatWhen(since, Date.now()))}
      </span>
    </p>
  )
}

function Rows({ report, by }: { report: UsageReport; by: UsageKind }) {
  if (report[by].length === 0) return <p className="text-sm text-ink-2">{text.noneOf[by]}</p>
  if (by === 'tool') return <ToolUsageTable caption={text.kinds.tool} rows={report.tool} />
  const without = by === 'model' ? text.noModel : text.noAssistant
  return <UsageTable caption={text.kinds[by]} rows={report[by]} without={without} />
}

/** The report of a range; while another one is on its way, the last stays in sight, so that nothing jumps. */
function useUsage(range: UsageRange): { report: UsageReport | undefined; problem: string | null } {
  const trpc = useTRPC()
  const { data, error } = useSubscription(trpc.admin.watchUsage.subscriptionOptions({ range }))
  const [last, setLast] = useState(data)
  if (data !== undefined && data !== last) setLast(data)
  return { report: data ?? last, problem: error?.message ?? null }
}

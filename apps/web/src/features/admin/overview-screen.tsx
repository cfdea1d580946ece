'use client'
import type { ConsoleOverview, OverviewRange } from '@reynard/protocol'
import { useSubscription } from '@trpc/tanstack-react-query'
import Link from 'next/link'
import { useEffect, useRef, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { Segments } from '../../components/segments.tsx'
import { useTRPC } from '../../lib/client.tsx'
import { adminMessages } from '../../lib/messages-admin.ts'
import { useIsCut } from '../shell/use-is-cut.ts'
import { AdminTopBar } from './admin-top-bar.tsx'
import { EngineList } from './engine-list.tsx'
import { useLiveRuns } from './live-runs.tsx'
import { LiveRunsTable } from './live-runs-table.tsx'
import { OverviewSentence } from './overview-sentence.tsx'
import { PauseButton } from './pause-button.tsx'
import { SpeedChart } from './speed-chart.tsx'
import { StatTiles } from './stat-tiles.tsx'

const text = adminMessages
const RANGES = ['hour', 'day', 'month'] as const

/** Is it fine? One sentence, six numbers, a chart, who can answer, and every run that lives. */
export function OverviewScreen() {
  const [range, setRange] = useState<OverviewRange>('hour')
  const { overview, problem } = useOverview(range)
  const { runs } = useLiveRuns()
  const isCut = useIsCut()
  return (
    <>
      <AdminTopBar title={text.overview}>
        <span className={`flex items-center gap-2 pr-2 text-xs text-ink-2 ${isCut ? 'invisible' : ''}`}>
          <span className="live-dot text-accent" aria-hidden />
          {text.live}
        </span>
        <PauseButton />
        <Segments
          label={text.range}
          value={range}
          onChange={setRange}
          options={RANGES.map((value) => ({ value, label: text.ranges[value] }))}
        />
      </AdminTopBar>
      <main data-region="main" className="min-h-0 flex-1 overflow-y-auto px-7 pt-5.5 pb-16 max-sm:px-4">
        {problem !== null ? (
          <EmptyState title={text.refused}>{problem}</EmptyState>
        ) : (
          overview &&
          runs && (
            <div className="grid max-w-[1360px] grid-cols-[minmax(0,1fr)] gap-7">
              <div className="grid gap-5.5">
                <OverviewSentence overview={overview} />
                <StatTiles overview={overview} />
              </div>
              <div className="grid grid-cols-[minmax(0,1fr)_344px] max-sm:order-last gap-x-11 gap-y-6 max-xl:grid-cols-[minmax(0,1fr)]">
                <SpeedChart overview={overview} />
                <EngineList overview={overview} />
              </div>
              <section aria-label={text.liveRuns}>
                <div className="mb-1 flex h-8 items-center gap-2.5">
                  <h2 className="text-md font-strong">{text.liveRuns}</h2>
                  {runs.length > 0 && (
                    <span className="rounded-control bg-selected px-2 py-0.5 text-xs text-ink-2 tabular-nums">
                      {text.runningQueued(overview.now.running + overview.now.waiting, overview.now.queued)}
                    </span>
                  )}
                </div>
                {runs.length > 0 ? <LiveRunsTable runs={runs} /> : <NoRuns />}
                <Announcer words={text.runningQueued(overview.now.running, overview.now.queued)} />
              </section>
            </div>
          )
        )}
      </main>
    </>
  )
}

/** The range as it is; while another one is on its way, the last stays in sight, so that nothing jumps. */
function useOverview(range: OverviewRange): { overview: ConsoleOverview | undefined; problem: string | null } {
  const trpc = useTRPC()
  const { data, error } = useSubscription(trpc.admin.watchOverview.subscriptionOptions({ range }))
  const [last, setLast] = useState(data)
  if (data !== undefined && data !== last) setLast(data)
  return { overview: data ?? last, problem: error?.message ?? null }
}

function NoRuns() {
  return (
    <div className="grid justify-items-start gap-3 border-t border-line py-4">
      <p className="text-sm text-ink-2">{text.noLive}</p>
      <Button asChild size="sm">
        <Link href="/admin/runs">{text.showRuns}</Link>
      </Button>
    </div>
  )
}

const ANNOUNCE_MS = 10_000

/** Says the numbers to a screen reader, at most every ten seconds. */
function Announcer({ words }: { words: string }) {
  const [said, setSaid] = useState('')
  const saidAt = useRef(0)
  useEffect(() => {
    const timer = setTimeout(
      () => {
        saidAt.current = Date.now()
        setSaid(words)
      },
      Math.max(0, saidAt.current + ANNOUNCE_MS - Date.now()),
    )
    return () => clearTimeout(timer)
  }, [words])
  return (
    <p role="status" className="sr-only">
      {said}
    </p>
  )
}

'use client'
import type { ConsoleRun } from '@reynard/protocol'
import { CircleStop } from 'lucide-react'
import Link from 'next/link'
import { IconButton } from '../../components/button.tsx'
import { formatCount } from '../../lib/format.ts'
import { adminMessages } from '../../lib/messages-admin.ts'
import { useNow } from '../chat/use-now.ts'
import { formatClock } from './admin-format.ts'
import { RunMark, Sparkline, titleOf, Who } from './run-cells.tsx'
import { isAlive, phaseWords, RunState } from './run-phase.tsx'
import { useStopRun } from './use-stop-run.ts'

const text = adminMessages
const HEAD = 'h-8 px-3 text-left text-xs font-mid whitespace-nowrap text-ink-3 first:pl-0 last:pr-0'
const CELL = 'h-10 px-3 whitespace-nowrap first:pl-0 last:pr-0'
const NUMBER = 'text-right tabular-nums'

/** Every run that lives; a new one comes in at the end. On a phone two lines each. */
export function LiveRunsTable({ runs }: { runs: readonly ConsoleRun[] }) {
  const now = useNow(runs.length > 0)
  const { stop, isBusy } = useStopRun()
  const stopButton = (run: ConsoleRun) => (
    <IconButton label={text.stop} aria-disabled={isBusy || undefined} once onClick={() => !isBusy && stop(run.runId)}>
      <CircleStop size={16} strokeWidth={1.75} aria-hidden />
    </IconButton>
  )
  const open = (run: ConsoleRun, className = '') => (
    <Link
      data-row=""
      href={`/admin/runs?run=${run.runId}`}
      className={`min-w-0 truncate rounded-chip underline-offset-3 hover:underline ${className}`}
    >
      {titleOf(run)}
    </Link>
  )
  return (
    <>
      <table className="w-full table-fixed border-collapse text-sm max-lg:hidden">
        <thead>
          <tr className="border-b border-line">
            <th className={`${HEAD} w-36`}>{text.who}</th>
            <th className={HEAD}>{text.chat}</th>
            <th className={`${HEAD} w-44`}>{text.model}</th>
            <th className={`${HEAD} w-44`}>{text.doing}</th>
            <th className={`${HEAD} w-20 text-right`}>{text.tokens}</th>
            <th className={`${HEAD} w-20 text-right`}>{text.perSecond}</th>
            <th className={`${HEAD} w-20`}>
              <span className="sr-only">{text.lastSeconds}</span>
            </th>
            <th className={`${HEAD} w-16 text-right`}>{text.time}</th>
            <th className={`${HEAD} w-11`}>
              <span className="sr-only">{text.actions}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <tr key={run.runId} className="border-b border-line last:border-b-0">
              <td className={CELL}>
                <Who run={run} />
              </td>
              <td className={CELL}>
                <span className="flex min-w-0 items-center gap-2">
                  <RunMark run={run} />
                  {open(run)}
                </span>
              </td>
              <td className={`${CELL} truncate font-mono text-xs text-ink-2`}>{run.model ?? text.none}</td>
              <td className={CELL}>
                <RunState run={run} />
              </td>
              <td className={`${CELL} ${NUMBER}`}>{run.firstTokenAt === null ? text.none : formatCount(run.tokens)}</td>
              <td className={`${CELL} ${NUMBER}`}>
                {run.tokensPerSecond === null || run.phase === 'approval' ? text.none : run.tokensPerSecond.toFixed(1)}
              </td>
              <td className={CELL}>
                {run.phase !== 'approval' && <Sparkline values={run.recent} isAlive={(run.tokensPerSecond ?? 0) > 0} />}
              </td>
              <td className={`${CELL} ${NUMBER}`}>{formatClock(now - run.createdAt)}</td>
              <td className={`${CELL} text-right`}>{stopButton(run)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul className="lg:hidden">
        {runs.map((run) => (
          <li key={run.runId} className="flex min-h-[52px] items-center gap-3 border-t border-line py-1">
            <RunMark run={run} size={18} />
            <span className="grid min-w-0 flex-1">
              {open(run, 'text-md font-mid')}
              <span className={`truncate text-xs ${isAlive(run) ? 'text-accent-ink' : 'text-ink-3'}`}>
                {text.phoneLine(run.user.name, phaseWords(run), isAlive(run) ? run.tokensPerSecond : null)}
              </span>
            </span>
            <span className="text-sm text-ink-2 tabular-nums">{formatClock(now - run.createdAt)}</span>
            {stopButton(run)}
          </li>
        ))}
      </ul>
    </>
  )
}

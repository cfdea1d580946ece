'use client'
import type { ConsoleRun } from '@reynard/protocol'
import { formatCount, formatDay, formatTime } from '../../lib/format.ts'
import { adminMessages } from '../../lib/messages-admin.ts'
import { useNow } from '../chat/use-now.ts'
import { formatClock } from './admin-format.ts'
import { RunMark, titleOf } from './run-cells.tsx'
import { isAlive, phaseWords, RunState } from './run-phase.tsx'

const text = adminMessages
const HEAD = 'h-8 px-3 text-left text-xs font-mid whitespace-nowrap text-ink-3 first:pl-2 last:pr-2'
const CELL = 'h-[38px] px-3 whitespace-nowrap first:pl-2 last:pr-2'
const seconds = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})

type RunListProps = { runs: readonly ConsoleRun[]; chosen: string | null; onChoose: (runId: string) => void }

/** Runs, the newest first. A press opens one; on a phone two lines each. */
export function RunList({ runs, chosen, onChoose }: RunListProps) {
  const now = useNow(runs.some(({ phase }) => phase !== 'ended'))
  const startOf = ({ createdAt }: ConsoleRun) =>
    new Date(createdAt).toDateString() === new Date(now).toDateString()
      ? seconds.format(createdAt)
      : `${formatDay(createdAt, now)}, ${formatTime(createdAt)}`
  const lengthOf = ({ createdAt, endedAt }: ConsoleRun) => formatClock((endedAt ?? now) - createdAt)
  const open = (run: ConsoleRun, className = '') => (
    <button
      type="button"
      data-row=""
      aria-current={run.runId === chosen || undefined}
      onClick={() => onChoose(run.runId)}
      className={`min-w-0 truncate rounded-chip text-left ${className}`}
    >
      {titleOf(run)}
    </button>
  )
  return (
    <>
      <table className="w-full table-fixed border-collapse text-sm max-sm:hidden">
        <thead className="sticky top-0 z-10 bg-canvas">
          <tr className="border-b border-line">
            <th className={`${HEAD} w-32`}>{text.started}</th>
            <th className={`${HEAD} w-28 max-lg:hidden`}>{text.who}</th>
            <th className={HEAD}>{text.chat}</th>
            <th className={`${HEAD} w-44`}>{text.state}</th>
            <th className={`${HEAD} w-20 text-right`}>{text.tokens}</th>
            <th className={`${HEAD} w-16 text-right`}>{text.time}</th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            // The title is the button; a press anywhere in its row is for the pointer.
            <tr
              key={run.runId}
              onClick={() => onChoose(run.runId)}
              className={`cursor-pointer border-b border-line last:border-b-0 hover:bg-hover ${run.runId === chosen ? 'bg-selected' : ''}`}
            >
              <td className={`${CELL} truncate text-ink-2 tabular-nums`}>{startOf(run)}</td>
              <td className={`${CELL} truncate max-lg:hidden`}>{run.user.name}</td>
              <td className={CELL}>
                <span className="flex min-w-0 items-center gap-2">
                  <RunMark run={run} />
                  {open(run)}
                </span>
              </td>
              <td className={`${CELL} overflow-hidden`}>
                <RunState run={run} className="max-w-full align-middle" />
              </td>
              <td className={`${CELL} text-right tabular-nums`}>{formatCount(run.tokens)}</td>
              <td className={`${CELL} text-right tabular-nums`}>{lengthOf(run)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul className="sm:hidden">
        {runs.map((run) => (
          <li key={run.runId} className="flex min-h-[52px] items-center gap-3 border-t border-line py-1">
            <RunMark run={run} size={18} />
            <span className="grid min-w-0 flex-1">
              {open(run, 'min-h-6 text-md font-mid touch:min-h-6')}
              <span className={`truncate text-xs ${isAlive(run) ? 'text-accent-ink' : 'text-ink-3'}`}>
                {text.phoneLine(run.user.name, phaseWords(run), null)}, {startOf(run)}
              </span>
            </span>
            <span className="text-sm text-ink-2 tabular-nums">{lengthOf(run)}</span>
          </li>
        ))}
      </ul>
    </>
  )
}

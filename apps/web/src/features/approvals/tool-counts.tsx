'use client'
import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '../../lib/client.tsx'
import { formatCount, formatDay, formatDuration } from '../../lib/format.ts'
import { rulesMessages } from '../../lib/messages-rules.ts'
import { toolGroupNames } from '../../lib/messages-tool-groups.ts'

const text = rulesMessages
const NUMBER = 'py-2 pl-4 text-right tabular-nums'

/** How often tools were called so far, and how that went, by group. */
export function ToolCounts() {
  const trpc = useTRPC()
  const statistics = useQuery(trpc.admin.toolStatistics.queryOptions(undefined, { refetchOnMount: 'always' })).data
  if (!statistics) return null
  const { since, groups } = statistics
  if (since === null) return <p className="text-sm text-ink-3">{text.noCounts}</p>
  return (
    <div className="overflow-x-auto">
      <table className="w-full text-sm">
        <caption className="sr-only">{text.counts}</caption>
        <thead className="text-xs text-ink-3">
          <tr>
            <th scope="col" className="py-1 text-left font-mid">
              {text.countsSince(formatDay(since, Date.now()))}
            </th>
            {[text.countCalls, text.countFailed, text.countDenied, text.countTime, text.countMean].map((title) => (
              <th key={title} scope="col" className="py-1 pl-4 text-right font-mid">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {groups.map(({ group, calls, ran, failed, denied, durationMs }) => (
            <tr key={group} className="border-t border-line">
              <th scope="row" className="py-2 text-left font-text">
                {toolGroupNames[group]}
              </th>
              <td className={NUMBER}>{formatCount(calls)}</td>
              <td className={NUMBER}>{orDash(failed)}</td>
              <td className={NUMBER}>{orDash(denied)}</td>
              <td className={NUMBER}>{ran === 0 ? '–' : formatDuration(durationMs)}</td>
              <td className={NUMBER}>{ran === 0 ? '–' : formatDuration(durationMs / ran)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

const orDash = (count: number) => (count === 0 ? '–' : formatCount(count))

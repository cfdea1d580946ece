import type { FilterCount } from '@reynard/protocol'
import { formatCount, formatDay } from '../../lib/format.ts'
import { filterMessages as text } from '../../lib/messages-filter.ts'

/** How often each rule did something. */
export function FilterCounts({ counts }: { counts: readonly FilterCount[] }) {
  if (counts.length === 0) return <p className="text-sm text-ink-3">{text.noCounts}</p>
  return (
    <div className="overflow-x-auto">
      <table className="w-full text-sm">
        <caption className="sr-only">{text.counts}</caption>
        <thead className="text-xs text-ink-3">
          <tr>
            {[text.countRule, text.countPlace, text.countAction].map((title) => (
              <th key={title} scope="col" className="py-1 pr-4 text-left font-mid">
                {title}
              </th>
            ))}
            {[text.countTimes, text.countLast].map((title) => (
              <th key={title} scope="col" className="py-1 pl-4 text-right font-mid">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {counts.map(({ ruleId, name, place, action, count, lastAt }) => (
            <tr key={`${ruleId} ${place} ${action}`} className="border-t border-line">
              <th scope="row" className="py-2 pr-4 text-left font-text">
                {name}
              </th>
              <td className="py-2 pr-4">{text.placeNames[place]}</td>
              <td className="py-2 pr-4">{text.done[action]}</td>
              <td className="py-2 pl-4 text-right tabular-nums">{formatCount(count)}</td>
              <td className="py-2 pl-4 text-right whitespace-nowrap tabular-nums">{formatDay(lastAt, Date.now())}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

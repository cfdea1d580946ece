'use client'
import type { ToolUsageRow, UsageRow } from '@reynard/protocol'
import type { ReactNode } from 'react'
import { formatCount, formatDuration, formatTokens } from '../../../lib/format.ts'
import { usageMessages as text } from '../../../lib/messages-usage.ts'

const HEAD = 'h-8 px-3 text-right text-xs font-mid whitespace-nowrap text-ink-3 first:pl-0 first:text-left last:pr-0'
const CELL = 'h-11 px-3 text-right whitespace-nowrap tabular-nums first:pl-0 first:text-left last:pr-0'

const meanOf = (ms: number | null) => (ms === null ? text.dash : formatDuration(ms))

type UsageTableProps = {
  caption: string
  rows: readonly UsageRow[]
  /** What stands where there was no model or assistant. */
  without: string
}

/** Requests and tokens, a row each, with a bar that says how much of the most it is; on a phone three lines each. */
export function UsageTable({ caption, rows, without }: UsageTableProps) {
  const tokensOf = ({ promptTokens, completionTokens }: UsageRow) => promptTokens + completionTokens
  const most = Math.max(1, ...rows.map(tokensOf))
  return (
    <Both
      caption={caption}
      heads={[text.requests, text.failed, text.tokensIn, text.tokensOut, text.mean]}
      rows={rows.map((row) => ({
        key: row.id,
        name: row.name === null ? text.gone : row.name === '' ? without : row.name,
        beside: null,
        share: tokensOf(row) / most,
        cells: [
          formatCount(row.requests),
          formatCount(row.failed),
          formatTokens(row.promptTokens),
          formatTokens(row.completionTokens),
          meanOf(row.meanMs),
        ],
        phone: [
          text.phoneRequests(row.requests, row.failed),
          text.phoneTokens(formatTokens(row.promptTokens), formatTokens(row.completionTokens)),
        ],
      }))}
    />
  )
}

/** Calls of tools, a row each, in the same form. */
export function ToolUsageTable({ caption, rows }: { caption: string; rows: readonly ToolUsageRow[] }) {
  const most = Math.max(1, ...rows.map(({ calls }) => calls))
  return (
    <Both
      caption={caption}
      heads={[text.calls, text.failed, text.denied, text.mean]}
      rows={rows.map(({ name, group, calls, failed, denied, meanMs }) => ({
        key: name,
        name,
        beside: group,
        share: calls / most,
        cells: [formatCount(calls), formatCount(failed), formatCount(denied), meanOf(meanMs)],
        phone: [text.phoneCalls(calls, failed, denied), meanOf(meanMs)],
      }))}
    />
  )
}

type Row = { key: string; name: string; beside: string | null; share: number; cells: string[]; phone: string[] }
type BothProps = { caption: string; heads: readonly string[]; rows: readonly Row[] }

function Both({ caption, heads, rows }: BothProps) {
  return (
    <>
      <table className="w-full table-fixed border-collapse text-sm max-sm:hidden">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="border-b border-line">
            <th scope="col" className={HEAD}>
              {caption}
            </th>
            {heads.map((head) => (
              <th key={head} scope="col" className={`${HEAD} w-30 max-lg:w-24`}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, name, beside, share, cells }) => (
            <tr key={key} className="border-b border-line last:border-b-0">
              <th scope="row" className={`${CELL} font-mid`}>
                <Name name={name} beside={beside} />
                <Bar share={share} />
              </th>
              {cells.map((cell, at) => (
                <td key={heads[at]} className={`${CELL} ${cell === '0' ? 'text-ink-3' : ''}`}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <ul aria-label={caption} className="sm:hidden">
        {rows.map(({ key, name, beside, share, phone }) => (
          <li key={key} className="border-t border-line py-2.5 text-sm first:border-t-0">
            <Name name={name} beside={beside} />
            <Bar share={share} />
            {phone.map((line) => (
              <span key={line} className="mt-1 block text-xs text-ink-3 tabular-nums">
                {line}
              </span>
            ))}
          </li>
        ))}
      </ul>
    </>
  )
}

function Name({ name, beside }: { name: string; beside: string | null }): ReactNode {
  return (
    <span className="block truncate font-mid">
      {name}
      {beside !== null && <span className="ml-2 font-mono text-xs font-text text-ink-3">{beside}</span>}
    </span>
  )
}

/** Numbers say the same beside it. */
function Bar({ share }: { share: number }) {
  return (
    <span aria-hidden className="mt-1 block h-[3px] rounded-full bg-selected">
      <span className="block h-full rounded-full bg-ink-3" style={{ width: `${Math.max(share * 100, 0.5)}%` }} />
    </span>
  )
}

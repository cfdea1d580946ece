'use client'
import { AUDIT_ACTIONS, type AuditEntry } from '@reynard/protocol'
import { Ban, TriangleAlert } from 'lucide-react'
import { formatDay, formatTime } from '../../lib/format.ts'
import { auditMessages as text } from '../../lib/messages-audit.ts'
import { actorName, detailWords, objectName } from './audit-words.ts'

const HEAD = 'h-8 px-3 text-left text-xs font-mid whitespace-nowrap text-ink-3 first:pl-2 last:pr-2'
const CELL = 'min-h-10 px-3 py-2.5 align-top first:pl-2 last:pr-2'

/** Entries, the newest first: a row each; on a phone two lines. */
export function AuditList({ entries }: { entries: readonly AuditEntry[] }) {
  const now = Date.now()
  const when = (at: number) => `${formatDay(at, now)}, ${formatTime(at)}`
  return (
    <>
      <table className="w-full table-fixed border-collapse text-sm max-sm:hidden">
        <caption className="sr-only">{text.caption}</caption>
        <thead className="sticky top-0 z-10 bg-canvas">
          <tr className="border-b border-line">
            <th scope="col" className={`${HEAD} w-36`}>
              {text.when}
            </th>
            <th scope="col" className={`${HEAD} w-44`}>
              {text.who}
            </th>
            <th scope="col" className={HEAD}>
              {text.what}
            </th>
            <th scope="col" className={`${HEAD} w-40 max-lg:hidden`}>
              {text.where}
            </th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.id} tabIndex={-1} data-row="" className="border-b border-line last:border-b-0">
              <td className={`${CELL} whitespace-nowrap text-ink-2 tabular-nums`}>
                <Time at={entry.at} words={when(entry.at)} />
              </td>
              <td className={`${CELL} break-words`}>{actorName(entry)}</td>
              <td className={`${CELL} break-words`}>
                <What entry={entry} />
              </td>
              <td className={`${CELL} truncate font-mono text-xs text-ink-3 max-lg:hidden`}>
                {entry.address ?? text.noAddress}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul aria-label={text.caption} className="sm:hidden">
        {entries.map((entry) => (
          <li key={entry.id} className="grid gap-0.5 border-t border-line py-2.5 text-sm break-words first:border-t-0">
            <span>
              <span className="font-mid">{actorName(entry)}</span> <What entry={entry} />
            </span>
            <span className="text-xs text-ink-3 tabular-nums">
              <Time at={entry.at} words={when(entry.at)} />
              {entry.address !== null && <span className="font-mono"> · {entry.address}</span>}
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}

function Time({ at, words }: { at: number; words: string }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={new Date(at).toISOString()}>
      {words}
    </time>
  )
}

/** What was done to what, and behind it what else is known. What was refused or failed says so in a word. */
function What({ entry }: { entry: AuditEntry }) {
  const object = objectName(entry)
  const details = detailWords(entry)
  const Icon = entry.outcome === 'refused' ? Ban : TriangleAlert
  return (
    <>
      {entry.outcome !== 'done' && (
        <span className="mr-1.5 inline-flex items-center gap-1 text-danger">
          <Icon size={14} strokeWidth={1.75} aria-hidden />
          {text.outcome[entry.outcome]}:
        </span>
      )}
      {AUDIT_ACTIONS[entry.action].words}
      {object !== '' && <span className="font-mid"> {object}</span>}
      {details !== '' && <span className="text-ink-3"> · {details}</span>}
    </>
  )
}

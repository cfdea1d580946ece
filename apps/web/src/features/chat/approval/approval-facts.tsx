import type { ApprovalFacts } from '@reynard/protocol'
import { Folder, Globe, History, Info, Lock, Trash2, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { approvalMessages } from '../../../lib/messages-approval.ts'
import { plainText } from '../../../lib/plain-text.ts'

const text = approvalMessages
const ICON = { size: 14, strokeWidth: 1.75, 'aria-hidden': true, className: 'flex-none text-ink-3' } as const
const MOST = 5

/** What a call touches: files, network, what else comes of it, and whether it can be undone. */
export function Facts({
  facts: { writes, deletes = [], notes = [], hosts, folder, restorable },
}: {
  facts: ApprovalFacts
}) {
  const place = folder === undefined ? null : plainText(folder)
  return (
    <ul className="flex flex-wrap gap-x-[18px] gap-y-1 px-4 pb-3 text-xs text-ink-2 max-sm:text-sm">
      {writes.length > 0 && (
        <Fact icon={<Folder {...ICON} />}>
          {text.writes(writes.length, place)}
          <Names paths={writes} />
        </Fact>
      )}
      {deletes.length > 0 && (
        <Fact icon={<Trash2 {...ICON} />}>
          {text.deletes(deletes.length, place)}
          <Names paths={deletes} />
        </Fact>
      )}
      {notes.map((note) => (
        <Fact key={note} icon={<Info {...ICON} />}>
          {plainText(note)}
        </Fact>
      ))}
      <Fact icon={hosts.length === 0 ? <Lock {...ICON} /> : <Globe {...ICON} />}>
        {hosts.length === 0 ? text.noNetwork : text.calls(hosts.map(plainText))}
      </Fact>
      {restorable !== null && (
        <Fact
          icon={restorable ? <History {...ICON} /> : <TriangleAlert {...ICON} className="flex-none text-warning" />}
        >
          {restorable ? text.restorable : text.notRestorable}
        </Fact>
      )}
    </ul>
  )
}

/** One alone stands in the title already. */
function Names({ paths }: { paths: string[] }) {
  if (paths.length < 2) return null
  const shown = paths.slice(0, MOST).map(plainText)
  return <span className="font-mono">: {text.names(shown, paths.length - shown.length)}</span>
}

function Fact({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <li className="flex min-w-0 items-center gap-[5px]">
      {icon}
      <span className="min-w-0 [overflow-wrap:anywhere]">{children}</span>
    </li>
  )
}

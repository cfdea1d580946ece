import { useMemo } from 'react'
import { workspaceMessages } from '../../lib/messages-workspace.ts'
import { TableResult } from '../chat/trail/table-result.tsx'
import { parseCsv, separatorOf } from './parse-csv.ts'

type CsvViewProps = { source: string; name: string; isTabs: boolean; isCut: boolean }

/** A CSV or TSV file as a table that can be sorted. Its first line names the columns. */
export function CsvView({ source, name, isTabs, isCut }: CsvViewProps) {
  const { columns, cells } = useMemo(() => {
    const [head = [], ...rows] = parseCsv(source, isTabs ? '\t' : separatorOf(source))
    return { columns: head, cells: rows.map((row) => head.map((_, at) => row[at] ?? null)) }
  }, [source, isTabs])
  const file = name.slice(name.lastIndexOf('/') + 1).replace(/\.[^.]+$/, '')
  return (
    <div className="px-4 pb-4">
      <TableResult kind="table" name={file} columns={columns} rows={cells} totalRows={cells.length} />
      {isCut && <p className="pt-1.5 text-xs text-ink-3">{workspaceMessages.tableCut}</p>}
    </div>
  )
}

'use client'
import type { ChartSpec } from '@reynard/protocol'
import { ChartLine, Download, Table2, Terminal } from 'lucide-react'
import { type ReactNode, useMemo, useState } from 'react'
import { IconButton } from '../../../components/button.tsx'
import { saveFile } from '../../../lib/browser-files.ts'
import { chartMessages } from '../../../lib/messages-chart.ts'
import { plainText } from '../../../lib/plain-text.ts'
import { Artefact } from '../trail/artefact.tsx'
import { TableResult } from '../trail/table-result.tsx'
import { toCsv } from '../trail/table-rows.ts'
import { ICON } from '../trail-row.tsx'
import { ChartPicture } from './chart-picture.tsx'

const text = chartMessages

/** A chart that a tool asked for; the same as a table at a button. `asked`: what the call was. */
export function ChartResult({ chart, name, asked }: { chart: ChartSpec; name: string; asked: ReactNode }) {
  const [isTable, setTable] = useState(false)
  const [showsAsked, setShowsAsked] = useState(false)
  const columns = useMemo(() => [chart.xLabel, ...chart.series], [chart])
  if (isTable) {
    return (
      <TableResult
        kind="table"
        name={name}
        columns={columns}
        rows={chart.points}
        totalRows={chart.points.length}
        asked={asked}
        actions={
          <IconButton label={text.showChart} side="top" onClick={() => setTable(false)}>
            <ChartLine {...ICON} />
          </IconButton>
        }
      />
    )
  }
  return (
    <Artefact
      heading={<span className="min-w-0 truncate text-ink-2">{plainText(chart.title)}</span>}
      actions={
        <>
          <IconButton
            label={text.asked}
            side="top"
            aria-expanded={showsAsked}
            onClick={() => setShowsAsked(!showsAsked)}
          >
            <Terminal {...ICON} />
          </IconButton>
          <IconButton label={text.showTable} side="top" onClick={() => setTable(true)}>
            <Table2 {...ICON} />
          </IconButton>
          <IconButton
            label={text.downloadCsv}
            side="top"
            onClick={() => saveFile(`${name}.csv`, toCsv(columns, chart.points), 'text/csv')}
          >
            <Download {...ICON} />
          </IconButton>
        </>
      }
    >
      {showsAsked && <div className="border-t border-line p-3.5">{asked}</div>}
      <ChartPicture chart={chart} />
    </Artefact>
  )
}

'use client'
import type { ToolDisplay } from '@reynard/protocol'
import { ArrowDown, ArrowUp, Download, Terminal } from 'lucide-react'
import { type ReactNode, useMemo, useState } from 'react'
import { Button, IconButton } from '../../../components/button.tsx'
import { ScrollBox } from '../../../components/scroll-box.tsx'
import { saveFile } from '../../../lib/browser-files.ts'
import { toolMessages } from '../../../lib/messages-tools.ts'
import { plainText } from '../../../lib/plain-text.ts'
import { ICON } from '../trail-row.tsx'
import { Artefact } from './artefact.tsx'
import { SaveFileLink } from './save-file-link.tsx'
import { type Cell, formatCell, isFigures, type Sorting, sortRows, toCsv } from './table-rows.ts'

const text = toolMessages
/** How many rows stand open, and up to how many more nothing is hidden behind a button. */
const FOLDED = 10
const SPARE = 4
const MOST = 1_000
const MOST_CODE = 500
/** A name, a date or a figure stays in one line: on a phone the table is scrolled instead. */
const SHORT = 20

type TableResultProps = Extract<ToolDisplay, { kind: 'table' }> & {
  name: string
  asked?: ReactNode
  /** Further buttons. */
  actions?: ReactNode
}

/** Rows that a tool found: sorted by any column, downloaded as they are here. `asked`: what the call was, behind a button where there was one. */
export function TableResult({ name, columns, rows, totalRows, file, code, asked, actions }: TableResultProps) {
  const [sorting, setSorting] = useState<Sorting | null>(null)
  const [isOpen, setOpen] = useState(false)
  const [showsAsked, setShowsAsked] = useState(false)
  const figures = useMemo(() => columns.map((_, column) => isFigures(rows, column)), [columns, rows])
  const sorted = useMemo(() => (sorting ? sortRows(rows, sorting) : rows), [rows, sorting])
  const isFoldable = rows.length > FOLDED + SPARE
  const shown = sorted.slice(0, isFoldable && !isOpen ? FOLDED : MOST)
  const by = sorting && plainText(columns[sorting.column] ?? '')

  const sortBy = (column: number) =>
    setSorting((before) => ({ column, isDown: before?.column === column ? !before.isDown : figures[column] === true }))

  return (
    <Artefact
      heading={
        <>
          <b className="flex-none">{text.rows(shown.length, totalRows)}</b>
          {sorting && <span className="truncate">{text.sortedBy(by ?? '', sorting.isDown)}</span>}
        </>
      }
      actions={
        <>
          {asked !== undefined && (
            <IconButton
              label={text.asked}
              side="top"
              aria-expanded={showsAsked}
              onClick={() => setShowsAsked(!showsAsked)}
            >
              <Terminal {...ICON} />
            </IconButton>
          )}
          {actions}
          <IconButton
            label={text.downloadCsv}
            side="top"
            onClick={() => saveFile(`${name}.csv`, toCsv(columns, sorted), 'text/csv')}
          >
            <Download {...ICON} />
          </IconButton>
        </>
      }
    >
      {showsAsked && <div className="border-t border-line p-3.5">{asked}</div>}
      <ScrollBox label={text.table(totalRows)}>
        <table className="w-full text-sm tabular-nums">
          <thead>
            <tr className="bg-hover">
              {columns.map((column, index) => (
                <ColumnHead
                  // biome-ignore lint/suspicious/noArrayIndexKey: columns keep their place, and two may have one name
                  key={index}
                  name={column}
                  isRight={figures[index] === true}
                  sorting={sorting?.column === index ? sorting : null}
                  onSort={() => sortBy(index)}
                />
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name of their own
              <tr key={index} className="border-t border-line">
                {columns.map((_, column) => (
                  <CellOf
                    // biome-ignore lint/suspicious/noArrayIndexKey: columns keep their place
                    key={column}
                    cell={row[column] ?? null}
                    isRight={figures[column] === true}
                    isCode={code?.includes(column) === true}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
      {isFoldable && (
        <Button look="ghost" size="sm" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)} className="m-1.5">
          {isOpen ? text.showFewer : text.showRows(Math.min(MOST, rows.length))}
        </Button>
      )}
      {file && (
        <p className="flex min-h-8 min-w-0 items-center gap-2 border-t border-line pr-1.5 pl-3.5 text-xs text-ink-3">
          <span className="flex-none">{text.wholeTable}</span>
          <span className="min-w-0 truncate font-mono text-ink-2">{plainText(file.path)}</span>
          <span className="flex-1">{text.file(file.bytes)}</span>
          <SaveFileLink path={file.path} />
        </p>
      )}
    </Artefact>
  )
}

type ColumnHeadProps = { name: string; isRight: boolean; sorting: Sorting | null; onSort: () => void }
function ColumnHead({ name, isRight, sorting, onSort }: ColumnHeadProps) {
  const Arrow = sorting?.isDown ? ArrowDown : ArrowUp
  return (
    <th
      scope="col"
      aria-sort={sorting === null ? 'none' : sorting.isDown ? 'descending' : 'ascending'}
      className={`p-0 text-xs font-mid whitespace-nowrap text-ink-3 ${isRight ? 'text-right' : 'text-left'}`}
    >
      <button
        type="button"
        onClick={onSort}
        className="inline-flex min-h-7 max-w-60 items-center gap-1 px-3.5 -outline-offset-2 hover:text-ink touch:min-h-11"
      >
        <span className="truncate">{plainText(name) || text.empty}</span>
        {sorting && <Arrow size={12} strokeWidth={1.75} className="flex-none" aria-hidden />}
      </button>
    </th>
  )
}

function CellOf({ cell, isRight, isCode }: { cell: Cell; isRight: boolean; isCode: boolean }) {
  if (isCode) {
    return (
      <td dir="ltr" className="px-3.5 py-[5px] align-top font-mono text-xs/[20px] whitespace-pre text-code">
        {cell === null ? '' : plainText(String(cell)).slice(0, MOST_CODE)}
      </td>
    )
  }
  const words = formatCell(cell)
  return (
    <td
      dir={isRight ? undefined : 'auto'}
      className={`max-w-80 px-3.5 py-[5px] align-top wrap-break-word ${isRight ? 'text-right' : ''} ${isRight || words.length <= SHORT ? 'whitespace-nowrap' : ''} ${cell === null ? 'text-ink-3' : ''}`}
    >
      {words}
    </td>
  )
}

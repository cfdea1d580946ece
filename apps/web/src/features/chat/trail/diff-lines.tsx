'use client'
import { useMemo, useState } from 'react'
import { Button } from '../../../components/button.tsx'
import { ScrollBox } from '../../../components/scroll-box.tsx'
import { toolMessages } from '../../../lib/messages-tools.ts'
import { plainText } from '../../../lib/plain-text.ts'
import { clipLine } from './clip-line.ts'
import { type PatchLine, parsePatch } from './parse-patch.ts'

const text = toolMessages
const FOLDED = 60
const LOOKS = {
  same: 'text-ink-2',
  add: 'bg-diff-add text-diff-add-ink',
  remove: 'bg-diff-del text-diff-del-ink',
} as const
const SIGNS = { same: ' ', add: '+', remove: '−' } as const

/** How much a diff adds and removes, in lines. */
export function countChanges(lines: readonly PatchLine[]): { added: number; removed: number } {
  const of = (kind: PatchLine['kind']) => lines.filter((line) => line.kind === kind).length
  return { added: of('add'), removed: of('remove') }
}

export const usePatch = (patch: string): PatchLine[] => useMemo(() => parsePatch(plainText(patch)), [patch])

type DiffLinesProps = {
  path: string
  lines: PatchLine[]
  /** Its first line says which file it is. */
  isNamed?: boolean
  /** More lines than this are folded before they are made. */
  fold?: number
}

/** A unified diff: number, sign, line. Sign and ground both say what happens to a line. */
export function DiffLines({ path, lines, isNamed = false, fold = FOLDED }: DiffLinesProps) {
  const [isOpen, setOpen] = useState(false)
  const { added, removed } = countChanges(lines)
  const shown = isOpen ? lines : lines.slice(0, fold)
  return (
    <>
      <ScrollBox label={text.diff(plainText(path), added, removed)}>
        <div dir="ltr" className="w-max min-w-full font-mono text-terminal">
          {shown.map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines keep their place
            <DiffLine key={index} line={line} name={isNamed && index === 0 ? `${plainText(path)}, ` : ''} />
          ))}
        </div>
      </ScrollBox>
      {lines.length > fold && (
        <Button look="ghost" size="sm" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)} className="m-1.5">
          {isOpen ? text.showFewer : text.showAll(lines.length)}
        </Button>
      )}
    </>
  )
}

function DiffLine({ line, name }: { line: PatchLine; name: string }) {
  if (line.kind === 'hunk') {
    return (
      <p className="bg-hover px-3.5 py-[3px] text-2xs text-ink-3">
        {name}
        {text.lines(line.from, line.to)}
        {line.heading && `, ${line.heading.slice(0, 200)}`}
      </p>
    )
  }
  if (line.kind === 'note') return <p className="px-3.5 text-2xs text-ink-3">{line.text}</p>
  return (
    <div className={`grid grid-cols-[38px_26px_1fr] whitespace-pre ${LOOKS[line.kind]}`}>
      <span className={`text-right text-2xs/5 select-none ${line.kind === 'same' ? 'text-ink-3' : ''}`}>
        {line.number}
      </span>
      <span className="text-center select-none">{SIGNS[line.kind]}</span>
      <span className="pr-4">{clipLine(line.text)}</span>
    </div>
  )
}

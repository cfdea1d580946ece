'use client'
import type { FileDiff } from '@reynard/protocol'
import { useId, useState } from 'react'
import { FoldButton } from '../../../components/fold-button.tsx'
import { diffMessages } from '../../../lib/messages-diffs.ts'
import { plainText } from '../../../lib/plain-text.ts'
import { countChanges, DiffLines, usePatch } from './diff-lines.tsx'

const text = diffMessages
/** So many lines of all files together are open from the start. */
const OPEN_LINES = 120

type DiffsLinesProps = {
  files: readonly FileDiff[]
  /** How many more files differ. */
  omitted: number
  /** More lines of one file than this are folded before they are made. */
  fold?: number
}

/** What differs in several files, one row each; few lines are open from the start. */
export function DiffsLines({ files, omitted, fold }: DiffsLinesProps) {
  let lines = 0
  return (
    <div className="border-t border-line">
      {files.map((file) => {
        lines += file.patch.split('\n').length
        return <FileLines key={file.path} file={file} isOpenFirst={lines <= OPEN_LINES} fold={fold} />
      })}
      {files.length === 0 && <p className="px-3.5 py-2 text-sm text-ink-2">{text.none}</p>}
      {omitted > 0 && <p className="px-3.5 py-2 text-xs text-ink-3">{text.omitted(omitted)}</p>}
    </div>
  )
}

function FileLines({ file, isOpenFirst, fold }: { file: FileDiff; isOpenFirst: boolean; fold: number | undefined }) {
  const { path, oldPath, change, patch } = file
  const [isOpen, setOpen] = useState(isOpenFirst)
  const id = useId()
  const lines = usePatch(patch)
  const { added, removed } = countChanges(lines)
  const canOpen = patch !== ''
  const head = (
    <>
      <span className="min-w-0 truncate font-mono text-ink-2">{plainText(path)}</span>
      <span className="min-w-0 flex-1 truncate">
        {text.change(change, oldPath === null ? null : plainText(oldPath))}
      </span>
      <span className="flex-none font-mono">{canOpen ? `+${added} −${removed}` : text.noText}</span>
    </>
  )
  return (
    <div className="border-line not-last:border-b">
      {canOpen ? (
        <FoldButton
          isOpen={isOpen}
          controls={id}
          onToggle={setOpen}
          className="min-h-9 w-full gap-2 px-3.5 text-xs text-ink-3 -outline-offset-2 hover:bg-hover touch:min-h-11"
        >
          {head}
        </FoldButton>
      ) : (
        <p className="flex min-h-9 items-center gap-2 px-3.5 text-xs text-ink-3">{head}</p>
      )}
      <div id={id} hidden={!isOpen}>
        {isOpen && canOpen && <DiffLines path={path} lines={lines} {...(fold !== undefined && { fold })} />}
      </div>
    </div>
  )
}

'use client'
import type { FileDiff } from '@reynard/protocol'
import { FileDiff as FileDiffMark } from 'lucide-react'
import { diffMessages } from '../../../lib/messages-diffs.ts'
import { ICON } from '../trail-row.tsx'
import { Artefact } from './artefact.tsx'
import { DiffsLines } from './diffs-lines.tsx'

/** What was changed in several files. */
export function DiffsResult({ files, omitted }: { files: readonly FileDiff[]; omitted: number }) {
  return (
    <Artefact
      heading={
        <>
          <FileDiffMark {...ICON} />
          <b>{diffMessages.files(files.length + omitted)}</b>
        </>
      }
    >
      <DiffsLines files={files} omitted={omitted} />
    </Artefact>
  )
}

'use client'
import { Check, Copy, FileText } from 'lucide-react'
import { IconButton } from '../../../components/button.tsx'
import { messages } from '../../../lib/messages.ts'
import { toolMessages } from '../../../lib/messages-tools.ts'
import { plainText } from '../../../lib/plain-text.ts'
import { useCopy } from '../../../lib/use-copy.ts'
import { ICON } from '../trail-row.tsx'
import { Artefact } from './artefact.tsx'
import { countChanges, DiffLines, usePatch } from './diff-lines.tsx'
import { SaveFileLink } from './save-file-link.tsx'

/** What was changed in one file. */
export function DiffResult({ path, patch }: { path: string; patch: string }) {
  const lines = usePatch(patch)
  const { added, removed } = countChanges(lines)
  const { copied, copy } = useCopy()
  return (
    <Artefact
      heading={
        <>
          <FileText size={14} strokeWidth={1.75} className="flex-none text-ink-3" aria-hidden />
          <span className="truncate font-mono text-ink-2">{plainText(path)}</span>
          <span className="flex-none font-mono">
            +{added} −{removed}
          </span>
        </>
      }
      actions={
        <>
          <SaveFileLink path={path} />
          <IconButton
            label={copied ? messages.common.copied : toolMessages.copyDiff}
            side="top"
            onClick={() => copy(patch)}
          >
            {copied ? <Check {...ICON} /> : <Copy {...ICON} />}
          </IconButton>
        </>
      }
    >
      <DiffLines path={path} lines={lines} />
    </Artefact>
  )
}

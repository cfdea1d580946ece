import type { ApprovalFacts } from '@reynard/protocol'
import { approvalMessages } from '../../../lib/messages-approval.ts'
import { DiffLines, usePatch } from '../trail/diff-lines.tsx'
import { DiffsLines } from '../trail/diffs-lines.tsx'
import { FoldedLines } from '../trail/folded-lines.tsx'

/** Exactly what will happen: the change, the command, or the words for it. */
export function Preview({ preview }: { preview: ApprovalFacts['preview'] }) {
  if (preview.kind === 'diff') return <Change path={preview.path} patch={preview.patch} />
  if (preview.kind === 'diffs') return <DiffsLines {...preview} fold={24} />
  if (preview.text.trim() === '') return null
  return <FoldedLines source={preview.text} label={approvalMessages.preview} wraps={preview.kind === 'text'} />
}

function Change({ path, patch }: { path: string; patch: string }) {
  return <DiffLines path={path} lines={usePatch(patch)} isNamed fold={24} />
}

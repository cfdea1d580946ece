import { splitPatch, type WorkspaceDiff } from '@reynard/protocol'
import { workspaceMessages } from '../../lib/messages-workspace.ts'
import { DiffsLines } from '../chat/trail/diffs-lines.tsx'
import { DiffsResult } from '../chat/trail/diffs-result.tsx'

/** What differs between two states, file by file. `isInside`: within a card, which needs no second one. */
export function PatchView({ diff, isInside = false }: { diff: WorkspaceDiff; isInside?: boolean }) {
  const files = splitPatch(diff.patch)
  const omitted = Math.max(0, diff.total - files.length)
  return (
    <div className="grid grid-cols-1 gap-1.5">
      {isInside ? (
        <div className="-mx-3">
          <DiffsLines files={files} omitted={omitted} />
        </div>
      ) : (
        <DiffsResult files={files} omitted={omitted} />
      )}
      {diff.truncated && <p className="text-xs text-ink-3">{workspaceMessages.cut}</p>}
    </div>
  )
}

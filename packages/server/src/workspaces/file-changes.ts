import type { WorkspaceFileChange } from '@reynard/protocol'
import type { ChangedFile } from '@reynard/sandbox'

/** Files that differ, as the wire says it. */
export function fileChanges(files: readonly ChangedFile[], most: number): WorkspaceFileChange[] {
  return files.slice(0, most).map(({ path, oldPath, change, added, removed }) => ({
    path,
    change: change === 'type' ? 'modified' : change,
    ...(oldPath !== undefined && { oldPath }),
    ...(added !== undefined && { added }),
    ...(removed !== undefined && { removed }),
  }))
}

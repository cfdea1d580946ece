export { adoptFolder } from './bwrap/adopt-folder.ts'
export { bwrapSpawn } from './bwrap/bwrap-command.ts'
export { probeBwrap } from './bwrap/probe-bwrap.ts'
export { childSpawn } from './child/child-spawn.ts'
export { strictLimits, testLimits } from './child/limits.ts'
export { runChild } from './child/run-child.ts'
export type { Edit, Edited } from './files/edit-file.ts'
export { type BeneathMode, hostMode } from './files/folder.ts'
export type { Listing, ListOptions } from './files/list-tree.ts'
export { type OpenBeneathOptions, openBeneath } from './files/open-beneath.ts'
export { isPresentable, parsePath } from './files/path-rules.ts'
export type { WorkspaceLimits, WorkspaceUsage } from './files/quota.ts'
export type { FileBytes } from './files/read-file.ts'
export type { FileLines, LineRange } from './files/read-lines.ts'
export { removeTree } from './files/remove-tree.ts'
export type { Entry, EntryType } from './files/stat-entry.ts'
export type { TrashItem } from './files/trash.ts'
export { walkTree } from './files/walk-tree.ts'
export {
  deleteWorkspace,
  openWorkspace,
  Workspace,
  type WorkspaceOptions,
  workspaceHome,
} from './files/workspace.ts'
export type { WriteOptions, Written } from './files/write-file.ts'
export { SandboxError, type SandboxErrorCode } from './sandbox-error.ts'
export { Admission } from './semaphore/admission.ts'

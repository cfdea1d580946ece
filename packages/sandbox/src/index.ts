export { createZip, type ZipOptions } from './archive/create-zip.ts'
export { archiveStem, extractArchive } from './archive/extract-archive.ts'
export { zipTexts } from './archive/zip-texts.ts'
export { killGroup } from './child/kill-group.ts'
export { type Limits, wholeOutputBytes } from './child/limits.ts'
export type { OutputChunk } from './child/output-cap.ts'
export { runChild } from './child/run-child.ts'
export { isPublicAddress } from './fetch/public-address.ts'
export { type ReadablePage, readablePage } from './fetch/readable-page.ts'
export { type FetchedPage, type SafeFetchOptions, safeFetch } from './fetch/safe-fetch.ts'
export { type SafeAnswer, type SafeRequest, safeRequest } from './fetch/safe-request.ts'
export { addressesOf, parseWebUrl, type Resolve, resolveBySystem, type WebPolicy } from './fetch/web-address.ts'
export type { Edit, Edited } from './files/edit-file.ts'
export { type BeneathMode, hostMode } from './files/folder.ts'
export { isKeptOutput, keptOutput } from './files/kept-output.ts'
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
export { type Checkpoint, type CheckpointNote, Checkpoints } from './git/checkpoints.ts'
export { type CommitOptions, commitMessage, defaultAuthor } from './git/commit-changes.ts'
export type { FetchPackOptions } from './git/fetch-pack.ts'
export type { BlameLine } from './git/git-blame.ts'
export type { ChangedFile } from './git/git-changes.ts'
export { cloneUrl, plainText } from './git/git-names.ts'
export type { GitSession } from './git/git-runner.ts'
export type { GitStatus, StatusEntry } from './git/git-status.ts'
export { isKept } from './git/kept-files.ts'
export { namesPrint } from './git/names-print.ts'
export { openGitSession } from './git/open-git-session.ts'
export type { ImportedRefs } from './git/quarantine.ts'
export { type Branch, type Commit, type DiffOptions, GitRepository, type GitText } from './git/repository.ts'
export type { ConsoleLine, JavaScriptOptions, JavaScriptResult } from './quickjs/javascript-runner.ts'
export { type PartialOutput, SandboxError, type SandboxErrorCode } from './sandbox-error.ts'
export { createSandbox, type Sandbox, type SandboxOptions } from './session/create-sandbox.ts'
export { fillScratch } from './session/fill-scratch.ts'
export type { ProgramResult } from './session/run-program.ts'
export type { Availability, SandboxLevel, SandboxReport } from './session/sandbox-report.ts'
export type {
  NodeOptions,
  PythonOptions,
  PythonResult,
  RunOptions,
  SandboxLanguage,
  SandboxSession,
  SessionOptions,
} from './session/sandbox-session.ts'

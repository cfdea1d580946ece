import type {
  DocumentPreview,
  documentInputSchema,
  FileHistory,
  FilePreview,
  FolderListing,
  fileHistoryInputSchema,
  listFolderInputSchema,
  moveFileInputSchema,
  previewInputSchema,
  putBackInputSchema,
  RestoreResult,
  removeFileInputSchema,
  restoreFileInputSchema,
  restoreInputSchema,
  takeUploadInputSchema,
  unpackInputSchema,
  WorkspaceChanges,
  WorkspaceCheckpoints,
  WorkspaceDiff,
  WorkspaceRestore,
  WorkspaceSummary,
  workspaceChangesInputSchema,
  workspaceDiffInputSchema,
} from '@reynard/protocol'
import type { z } from 'zod'

/**
 * The files of a conversation, as their owner sees and changes them. Whose conversation it is not gets `not-found`; what the workspace
 * refuses comes in its own words. A conversation without a workspace has no files and no states.
 */
export type WorkspaceService = {
  summary(ownerId: string, conversationId: string): Promise<WorkspaceSummary>
  list(ownerId: string, input: z.infer<typeof listFolderInputSchema>): Promise<FolderListing>
  preview(ownerId: string, input: z.infer<typeof previewInputSchema>): Promise<FilePreview>
  /** `unsupported` where it is no such document, damaged, locked, or can't be read on this machine. */
  document(ownerId: string, input: z.infer<typeof documentInputSchema>, signal?: AbortSignal): Promise<DocumentPreview>
  checkpoints(ownerId: string, conversationId: string): Promise<WorkspaceCheckpoints>
  diff(ownerId: string, input: z.infer<typeof workspaceDiffInputSchema>): Promise<WorkspaceDiff>
  /** While an answer is being written, up to the last state that was kept. */
  changes(
    ownerId: string,
    input: z.infer<typeof workspaceChangesInputSchema>,
    signal?: AbortSignal,
  ): Promise<WorkspaceChanges>
  history(ownerId: string, input: z.infer<typeof fileHistoryInputSchema>): Promise<FileHistory>
  /** One file as it was; where it was not there then, it goes to the trash. `conflict` while an answer is being written, and where what stands there now is in no state. */
  restoreFile(ownerId: string, input: z.infer<typeof restoreFileInputSchema>): Promise<RestoreResult>
  /** `conflict` while an answer is being written. */
  restore(ownerId: string, input: z.infer<typeof restoreInputSchema>): Promise<RestoreResult>
  /** The restores of all files, the newest first. */
  restores(ownerId: string, conversationId: string): Promise<WorkspaceRestore[]>
  remove(ownerId: string, input: z.infer<typeof removeFileInputSchema>): Promise<{ trashId: string }>
  putBack(ownerId: string, input: z.infer<typeof putBackInputSchema>): Promise<{ path: string }>
  /** All of it or nothing; into a folder that is not there yet. */
  unpack(ownerId: string, input: z.infer<typeof unpackInputSchema>): Promise<{ folder: string; files: number }>
  /** The name of one may change where its place is taken. `not-found` where there is no such upload, or a question has it. */
  take(ownerId: string, input: z.infer<typeof takeUploadInputSchema>): Promise<{ path: string }>
  move(ownerId: string, input: z.infer<typeof moveFileInputSchema>): Promise<{ path: string }>
}

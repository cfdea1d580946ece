import type {
  FilePreview,
  FolderListing,
  listFolderInputSchema,
  moveFileInputSchema,
  previewInputSchema,
  putBackInputSchema,
  RestoreResult,
  removeFileInputSchema,
  restoreInputSchema,
  unpackInputSchema,
  WorkspaceCheckpoints,
  WorkspaceDiff,
  WorkspaceSummary,
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
  checkpoints(ownerId: string, conversationId: string): Promise<WorkspaceCheckpoints>
  diff(ownerId: string, input: z.infer<typeof workspaceDiffInputSchema>): Promise<WorkspaceDiff>
  /** `conflict` while an answer is being written. */
  restore(ownerId: string, input: z.infer<typeof restoreInputSchema>): Promise<RestoreResult>
  remove(ownerId: string, input: z.infer<typeof removeFileInputSchema>): Promise<{ trashId: string }>
  putBack(ownerId: string, input: z.infer<typeof putBackInputSchema>): Promise<{ path: string }>
  /** All of it or nothing; into a folder that is not there yet. */
  unpack(ownerId: string, input: z.infer<typeof unpackInputSchema>): Promise<{ folder: string; files: number }>
  move(ownerId: string, input: z.infer<typeof moveFileInputSchema>): Promise<{ path: string }>
}

import {
  documentInputSchema,
  fileHistoryInputSchema,
  listFolderInputSchema,
  moveFileInputSchema,
  previewInputSchema,
  putBackInputSchema,
  removeFileInputSchema,
  restoreFileInputSchema,
  restoreInputSchema,
  takeUploadInputSchema,
  unpackInputSchema,
  workspaceChangesInputSchema,
  workspaceDiffInputSchema,
  workspaceInputSchema,
} from '@reynard/protocol'
import { readProcedure, router, toolsProcedure } from '../trpc.ts'

/** The files of a conversation: seen, compared, brought back, and changed by the person whose they are. */
export const workspaceRouter = router({
  summary: readProcedure
    .input(workspaceInputSchema)
    .query(({ ctx, input }) => ctx.services.workspaces.summary(ctx.ownerId, input.conversationId)),
  list: readProcedure
    .input(listFolderInputSchema)
    .query(({ ctx, input }) => ctx.services.workspaces.list(ctx.ownerId, input)),
  preview: readProcedure
    .input(previewInputSchema)
    .query(({ ctx, input }) => ctx.services.workspaces.preview(ctx.ownerId, input)),
  document: readProcedure
    .input(documentInputSchema)
    .query(({ ctx, input, signal }) => ctx.services.workspaces.document(ctx.ownerId, input, signal)),
  checkpoints: readProcedure
    .input(workspaceInputSchema)
    .query(({ ctx, input }) => ctx.services.workspaces.checkpoints(ctx.ownerId, input.conversationId)),
  diff: readProcedure
    .input(workspaceDiffInputSchema)
    .query(({ ctx, input }) => ctx.services.workspaces.diff(ctx.ownerId, input)),
  changes: readProcedure
    .input(workspaceChangesInputSchema)
    .query(({ ctx, input, signal }) => ctx.services.workspaces.changes(ctx.ownerId, input, signal)),
  history: readProcedure
    .input(fileHistoryInputSchema)
    .query(({ ctx, input }) => ctx.services.workspaces.history(ctx.ownerId, input)),
  restoreFile: toolsProcedure
    .input(restoreFileInputSchema)
    .mutation(({ ctx, input }) => ctx.services.workspaces.restoreFile(ctx.ownerId, input)),
  restores: readProcedure
    .input(workspaceInputSchema)
    .query(({ ctx, input }) => ctx.services.workspaces.restores(ctx.ownerId, input.conversationId)),
  restore: toolsProcedure
    .input(restoreInputSchema)
    .mutation(({ ctx, input }) => ctx.services.workspaces.restore(ctx.ownerId, input)),
  remove: toolsProcedure
    .input(removeFileInputSchema)
    .mutation(({ ctx, input }) => ctx.services.workspaces.remove(ctx.ownerId, input)),
  putBack: toolsProcedure
    .input(putBackInputSchema)
    .mutation(({ ctx, input }) => ctx.services.workspaces.putBack(ctx.ownerId, input)),
  unpack: toolsProcedure
    .input(unpackInputSchema)
    .mutation(({ ctx, input }) => ctx.services.workspaces.unpack(ctx.ownerId, input)),
  take: toolsProcedure
    .input(takeUploadInputSchema)
    .mutation(({ ctx, input }) => ctx.services.workspaces.take(ctx.ownerId, input)),
  move: toolsProcedure
    .input(moveFileInputSchema)
    .mutation(({ ctx, input }) => ctx.services.workspaces.move(ctx.ownerId, input)),
})

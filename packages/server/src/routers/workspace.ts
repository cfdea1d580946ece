import {
  documentInputSchema,
  listFolderInputSchema,
  moveFileInputSchema,
  previewInputSchema,
  putBackInputSchema,
  removeFileInputSchema,
  restoreInputSchema,
  takeUploadInputSchema,
  unpackInputSchema,
  workspaceDiffInputSchema,
  workspaceInputSchema,
} from '@reynard/protocol'
import { ownerProcedure, router } from '../trpc.ts'

/** The files of a conversation: seen, compared, brought back, and changed by the person whose they are. */
export const workspaceRouter = router({
  summary: ownerProcedure
    .input(workspaceInputSchema)
    .query(({ ctx, input }) => ctx.services.workspaces.summary(ctx.ownerId, input.conversationId)),
  list: ownerProcedure
    .input(listFolderInputSchema)
    .query(({ ctx, input }) => ctx.services.workspaces.list(ctx.ownerId, input)),
  preview: ownerProcedure
    .input(previewInputSchema)
    .query(({ ctx, input }) => ctx.services.workspaces.preview(ctx.ownerId, input)),
  document: ownerProcedure
    .input(documentInputSchema)
    .query(({ ctx, input, signal }) => ctx.services.workspaces.document(ctx.ownerId, input, signal)),
  checkpoints: ownerProcedure
    .input(workspaceInputSchema)
    .query(({ ctx, input }) => ctx.services.workspaces.checkpoints(ctx.ownerId, input.conversationId)),
  diff: ownerProcedure
    .input(workspaceDiffInputSchema)
    .query(({ ctx, input }) => ctx.services.workspaces.diff(ctx.ownerId, input)),
  restore: ownerProcedure
    .input(restoreInputSchema)
    .mutation(({ ctx, input }) => ctx.services.workspaces.restore(ctx.ownerId, input)),
  remove: ownerProcedure
    .input(removeFileInputSchema)
    .mutation(({ ctx, input }) => ctx.services.workspaces.remove(ctx.ownerId, input)),
  putBack: ownerProcedure
    .input(putBackInputSchema)
    .mutation(({ ctx, input }) => ctx.services.workspaces.putBack(ctx.ownerId, input)),
  unpack: ownerProcedure
    .input(unpackInputSchema)
    .mutation(({ ctx, input }) => ctx.services.workspaces.unpack(ctx.ownerId, input)),
  take: ownerProcedure
    .input(takeUploadInputSchema)
    .mutation(({ ctx, input }) => ctx.services.workspaces.take(ctx.ownerId, input)),
  move: ownerProcedure
    .input(moveFileInputSchema)
    .mutation(({ ctx, input }) => ctx.services.workspaces.move(ctx.ownerId, input)),
})

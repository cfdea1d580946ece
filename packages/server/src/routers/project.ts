import {
  bringProjectInputSchema,
  folderReferenceSchema,
  projectReferenceSchema,
  registerFolderInputSchema,
  setCommitAuthorInputSchema,
} from '@reynard/protocol'
import { ownerProcedure, readProcedure, router, toolsProcedure } from '../trpc.ts'

const ok = { ok: true as const }

/** Real code for chats: brought as an archive, from the web, or as a folder of this machine that its owner registers. */
export const projectRouter = router({
  of: readProcedure
    .input(projectReferenceSchema)
    .query(({ ctx, input }) => ctx.services.projects.of(ctx.ownerId, input.conversationId)),
  bring: toolsProcedure
    .input(bringProjectInputSchema)
    .mutation(({ ctx, input }) => ctx.services.projects.bring(ctx.ownerId, input)),
  cancel: toolsProcedure.input(projectReferenceSchema).mutation(async ({ ctx, input }) => {
    await ctx.services.projects.cancel(ctx.ownerId, input.conversationId)
    return ok
  }),
  folders: ownerProcedure.query(({ ctx }) => ctx.services.projects.folders(ctx.ownerId)),
  registerFolder: ownerProcedure
    .input(registerFolderInputSchema)
    .mutation(({ ctx, input }) => ctx.services.projects.registerFolder(ctx.ownerId, input.path)),
  removeFolder: ownerProcedure.input(folderReferenceSchema).mutation(async ({ ctx, input }) => {
    await ctx.services.projects.removeFolder(ctx.ownerId, input.id)
    return ok
  }),
  author: readProcedure.query(({ ctx }) => ctx.services.projects.author(ctx.ownerId)),
  setAuthor: toolsProcedure.input(setCommitAuthorInputSchema).mutation(async ({ ctx, input }) => {
    await ctx.services.projects.setAuthor(ctx.ownerId, input.author)
    return ok
  }),
})

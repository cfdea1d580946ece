import {
  createMemoryInputSchema,
  idSchema,
  listMemoriesInputSchema,
  memorySettingsSchema,
  updateMemoryInputSchema,
  updateSummaryInputSchema,
} from '@reynard/protocol'
import { z } from 'zod'
import { chatProcedure, readProcedure, router } from '../trpc.ts'

const byId = z.object({ id: idSchema })
const ok = { ok: true as const }

/** What is remembered of a person across conversations. */
export const memoryRouter = router({
  list: readProcedure
    .input(listMemoriesInputSchema)
    .query(({ ctx, input }) => ctx.services.memory.list(ctx.ownerId, input)),
  create: chatProcedure
    .input(createMemoryInputSchema)
    .mutation(({ ctx, input }) => ctx.services.memory.create(ctx.ownerId, input.text)),
  update: chatProcedure
    .input(updateMemoryInputSchema)
    .mutation(({ ctx, input }) => ctx.services.memory.update(ctx.ownerId, input)),
  remove: chatProcedure.input(byId).mutation(({ ctx, input }) => ctx.services.memory.remove(ctx.ownerId, input.id)),
  restore: chatProcedure.input(byId).mutation(async ({ ctx, input }) => {
    await ctx.services.memory.restore(ctx.ownerId, input.id)
    return ok
  }),
  /** On or off, for all chats of this person. */
  configure: chatProcedure.input(memorySettingsSchema).mutation(async ({ ctx, input }) => {
    await ctx.services.memory.setEnabled(ctx.ownerId, input.enabled)
    return ok
  }),
})

/** What stands for earlier turns of a conversation when the model reads it. */
export const summaryRouter = router({
  update: chatProcedure
    .input(updateSummaryInputSchema)
    .mutation(({ ctx, input }) => ctx.services.summaries.update(ctx.ownerId, input)),
  remove: chatProcedure.input(byId).mutation(async ({ ctx, input }) => {
    await ctx.services.summaries.remove(ctx.ownerId, input.id)
    return ok
  }),
  restore: chatProcedure.input(byId).mutation(async ({ ctx, input }) => {
    await ctx.services.summaries.restore(ctx.ownerId, input.id)
    return ok
  }),
})

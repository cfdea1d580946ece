import { idSchema, listConsoleRunsInputSchema, overviewRangeSchema, usageInputSchema } from '@reynard/protocol'
import { z } from 'zod'
import type { Caller } from '../access/access.ts'
import type { Viewer } from '../console/console-service.ts'
import { adminProcedure } from '../trpc.ts'

const byRange = z.object({ range: overviewRangeSchema })
const byRun = z.object({ runId: idSchema })
const until = (signal: AbortSignal | undefined) => signal ?? new AbortController().signal

/** An admin reads their own chats like anybody else; a key only where it was given to read. */
function viewerOf(ownerId: string, caller: Caller | null): Viewer {
  return { userId: ownerId, readsOwn: caller?.scopes == null || caller.scopes.has('read') }
}

/** The console: how the server does, and every run, without a word of other people's chats. Subscriptions tell at most once a second. */
export const consoleProcedures = {
  overview: adminProcedure.input(byRange).query(({ ctx, input }) => ctx.services.console.overview(input.range)),
  watchOverview: adminProcedure
    .input(byRange)
    .subscription(({ ctx, input, signal }) => ctx.services.console.watchOverview(input.range, until(signal))),
  watchRuns: adminProcedure.subscription(({ ctx, signal }) =>
    ctx.services.console.watchRuns(viewerOf(ctx.ownerId, ctx.caller), until(signal)),
  ),
  listRuns: adminProcedure
    .input(listConsoleRunsInputSchema)
    .query(({ ctx, input }) => ctx.services.console.listRuns(viewerOf(ctx.ownerId, ctx.caller), input)),
  watchRun: adminProcedure
    .input(byRun)
    .subscription(({ ctx, input, signal }) =>
      ctx.services.console.watchRun(viewerOf(ctx.ownerId, ctx.caller), input.runId, until(signal)),
    ),
  usage: adminProcedure.input(usageInputSchema).query(({ ctx, input }) => ctx.services.usage.report(input.range)),
  watchUsage: adminProcedure
    .input(usageInputSchema)
    .subscription(({ ctx, input, signal }) => ctx.services.usage.watch(input.range, until(signal))),
  stopRun: adminProcedure.input(byRun).mutation(async ({ ctx, input }) => {
    await ctx.services.console.stopRun(input.runId)
    return { ok: true as const }
  }),
  stopAllOf: adminProcedure
    .input(z.object({ userId: z.string().min(1).max(100) }))
    .mutation(async ({ ctx, input }) => ({ stopped: await ctx.services.console.stopAllOf(input.userId) })),
}

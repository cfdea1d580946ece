import {
  type Conversation,
  continueInputSchema,
  decideInputSchema,
  exportSchema,
  idSchema,
  listInputSchema,
  modelNameSchema,
  regenerateInputSchema,
  type SystemStatus,
  searchInputSchema,
  sendInputSchema,
  updateConversationInputSchema,
  type WatchItem,
  watchInputSchema,
} from '@reynard/protocol'
import { type TrackedEnvelope, tracked } from '@trpc/server'
import { z } from 'zod'
import type { RunWatch } from '../runs/watch-run.ts'
import { chatProcedure, readProcedure, router, toolsProcedure } from '../trpc.ts'
import { memoryRouter, summaryRouter } from './memory.ts'

const byId = z.object({ id: idSchema })
const ok = { ok: true as const }

/** What the chat page asks for. Mutations start and stop runs; subscriptions only read. */
export const chatRouter = router({
  list: readProcedure
    .input(listInputSchema)
    .query(({ ctx, input }) => ctx.services.conversations.list(ctx.ownerId, input)),
  byId: readProcedure.input(byId).query(async ({ ctx, input }) => {
    const { summaries, ...conversation } = await ctx.services.conversations.byId(ctx.ownerId, input.id)
    // Where they are switched off no model reads them.
    const isOn = summaries !== undefined && ctx.services.settings.read().contextAwareness
    return { ...conversation, ...(isOn && { summaries }) } satisfies Conversation
  }),
  send: chatProcedure.input(sendInputSchema).mutation(({ ctx, input }) => ctx.services.runs.send(ctx.ownerId, input)),
  regenerate: chatProcedure
    .input(regenerateInputSchema)
    .mutation(({ ctx, input }) => ctx.services.runs.regenerate(ctx.ownerId, input)),
  continue: chatProcedure
    .input(continueInputSchema)
    .mutation(({ ctx, input }) => ctx.services.runs.continue(ctx.ownerId, input)),
  cancel: chatProcedure.input(z.object({ runId: idSchema })).mutation(async ({ ctx, input }) => {
    await ctx.services.runs.cancel(ctx.ownerId, input.runId)
    return ok
  }),
  /** Answers a call that waits for a yes or a no. The first answer counts, and every later one is told it. */
  decide: toolsProcedure
    .input(decideInputSchema)
    .mutation(({ ctx, input }) => ctx.services.runs.decide(ctx.ownerId, input)),
  /** A run's events after a number, until it ends. Resumes by the id of the last item. */
  watch: readProcedure.input(watchInputSchema).subscription(({ ctx, input, signal }) => {
    const after = input.lastEventId ? Number(input.lastEventId) : input.after
    return track(ctx.services.runs.watch(ctx.ownerId, input, after, signal ?? new AbortController().signal))
  }),
  /** What to read again, from now on. */
  changes: readProcedure.subscription(({ ctx, signal }) =>
    ctx.services.changes.watch(ctx.ownerId, signal ?? new AbortController().signal),
  ),
  update: chatProcedure
    .input(updateConversationInputSchema)
    .mutation(({ ctx, input }) => ctx.services.conversations.update(ctx.ownerId, input)),
  remove: chatProcedure
    .input(byId)
    .mutation(({ ctx, input }) => ctx.services.conversations.remove(ctx.ownerId, input.id)),
  restore: chatProcedure.input(byId).mutation(async ({ ctx, input }) => {
    await ctx.services.conversations.restore(ctx.ownerId, input.id)
    return ok
  }),
  /** The message and everything under it. */
  removeMessage: chatProcedure.input(byId).mutation(async ({ ctx, input }) => {
    await ctx.services.conversations.removeMessage(ctx.ownerId, input.id)
    return ok
  }),
  search: readProcedure.input(searchInputSchema).query(({ ctx, input }) => ctx.services.search(ctx.ownerId, input)),
  export: readProcedure
    .input(z.object({ ids: z.array(idSchema).max(1_000).nullable(), format: z.enum(['json', 'markdown']) }))
    .query(({ ctx, input }) => ctx.services.conversations.export(ctx.ownerId, input.ids, input.format)),
  import: chatProcedure
    .input(exportSchema)
    .mutation(({ ctx, input }) => ctx.services.conversations.import(ctx.ownerId, input)),
  memory: memoryRouter,
  summary: summaryRouter,
  models: readProcedure.query(({ ctx }) => ctx.services.permitted.listFor(ctx.ownerId, ctx.services.models.list())),
  status: readProcedure.query(({ ctx }) =>
    ctx.services.permitted.statusFor(ctx.ownerId, ctx.services.status.current()),
  ),
  /** The status as it is, then each change. */
  watchStatus: readProcedure.subscription(async function* ({ ctx, signal }): AsyncGenerator<SystemStatus, void> {
    const { permitted, status } = ctx.services
    for await (const each of status.watch(signal ?? new AbortController().signal)) {
      yield permitted.statusFor(ctx.ownerId, each)
    }
  }),
  /** What a conversation gets that sets nothing itself. */
  defaults: readProcedure
    .input(z.object({ model: modelNameSchema.nullable() }).optional())
    .query(async ({ ctx, input }) => {
      const { permitted, models } = ctx.services
      const asked = input?.model ?? null
      // A chat whose model was taken away is shown all the same.
      const model = asked !== null && permitted.mayUse(ctx.ownerId, asked) ? asked : null
      return permitted.defaultsFor(ctx.ownerId, await models.defaults(model))
    }),
})

/** Names each item by the number that a watcher has reached with it, so that the transport can resume. */
function track(watch: RunWatch): AsyncIterableIterator<TrackedEnvelope<WatchItem>, void> {
  const name = (result: IteratorResult<WatchItem, void>): IteratorResult<TrackedEnvelope<WatchItem>, void> =>
    result.done === true ? result : { done: false, value: tracked(String(lastSeqOf(result.value)), result.value) }
  return {
    next: () => watch.next().then(name),
    return: async () => ({ done: true, value: await watch.return?.().then(() => undefined) }),
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

function lastSeqOf(item: WatchItem): number {
  return item.kind === 'rollback' ? item.seq : (item.events.at(-1)?.seq ?? 0)
}

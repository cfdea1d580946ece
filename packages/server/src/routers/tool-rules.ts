import { removeChatRuleInputSchema, setToolRuleInputSchema } from '@reynard/protocol'
import { readProcedure, router, toolsProcedure } from '../trpc.ts'

const ok = { ok: true as const }

/** The rules by which calls go or wait: a person's own, and for all to see the operator's, which are changed with the server's settings. */
export const toolRulesRouter = router({
  list: readProcedure.query(({ ctx }) => ctx.services.toolRules.list(ctx.ownerId)),
  set: toolsProcedure.input(setToolRuleInputSchema).mutation(async ({ ctx, input }) => {
    await ctx.services.toolRules.set(ctx.ownerId, input.tool, input.rule)
    return ok
  }),
  /** What was allowed for all of a chat is asked about again. */
  removeFromChat: toolsProcedure.input(removeChatRuleInputSchema).mutation(async ({ ctx, input }) => {
    await ctx.services.toolRules.removeFromChat(ctx.ownerId, input.conversationId, input.rule)
    return ok
  }),
})

import { changePasswordSchema, createApiKeySchema, idSchema, renameSchema } from '@reynard/protocol'
import { z } from 'zod'
import { readProcedure, router, selfProcedure } from '../trpc.ts'

const byId = z.strictObject({ id: idSchema })
const ok = { ok: true as const }

/** One's own account. Signing in and out are calls by HTTP (`/api/account/…`), because a session is a cookie. */
export const accountRouter = router({
  me: readProcedure.query(({ ctx }) => ctx.services.accounts.own.read(ctx.caller)),
  rename: selfProcedure.input(renameSchema).mutation(async ({ ctx, input }) => {
    await ctx.services.accounts.own.rename(ctx.caller, input.name)
    return ok
  }),
  /** Ends all other sessions; says what became of the keys. */
  changePassword: selfProcedure
    .input(changePasswordSchema)
    .mutation(({ ctx, input }) => ctx.services.accounts.own.changePassword(ctx.caller, input)),
  sessions: selfProcedure.query(({ ctx }) => ctx.services.accounts.own.sessions(ctx.caller)),
  /** `id` null: all but this one. */
  endSessions: selfProcedure.input(z.strictObject({ id: idSchema.nullable() })).mutation(async ({ ctx, input }) => {
    await ctx.services.accounts.own.endSessions(ctx.caller, input.id)
    return ok
  }),
  keys: router({
    list: selfProcedure.query(({ ctx }) => ctx.services.accounts.own.keys(ctx.caller)),
    create: selfProcedure
      .input(createApiKeySchema)
      .mutation(({ ctx, input }) => ctx.services.accounts.own.createKey(ctx.caller, input)),
    revoke: selfProcedure.input(byId).mutation(async ({ ctx, input }) => {
      await ctx.services.accounts.own.revokeKey(ctx.caller, input.id)
      return ok
    }),
  }),
})

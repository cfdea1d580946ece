import { changeRoleSchema, createInviteSchema, idSchema } from '@reynard/protocol'
import { z } from 'zod'
import { peopleProcedure, router } from '../trpc.ts'

const byId = z.strictObject({ id: idSchema })
const byUser = z.strictObject({ userId: idSchema })
const ok = { ok: true as const }

/** The people of this server, and how others become some of them. */
export const peopleRouter = router({
  list: peopleProcedure.query(({ ctx }) => ctx.services.accounts.people.list(ctx.caller)),
  /** A link that is good once, for a week. Its token is told this once. */
  invite: peopleProcedure
    .input(createInviteSchema)
    .mutation(({ ctx, input }) => ctx.services.accounts.people.invite(ctx.caller, input.role)),
  takeBackInvite: peopleProcedure.input(byId).mutation(async ({ ctx, input }) => {
    await ctx.services.accounts.people.takeBackInvite(ctx.caller, input.id)
    return ok
  }),
  /** A link to set a new password with, good once, for a day. */
  resetLink: peopleProcedure
    .input(byUser)
    .mutation(({ ctx, input }) => ctx.services.accounts.people.resetLink(ctx.caller, input.userId)),
  setRole: peopleProcedure.input(changeRoleSchema).mutation(async ({ ctx, input }) => {
    await ctx.services.accounts.people.setRole(ctx.caller, input.userId, input.role)
    return ok
  }),
  remove: peopleProcedure.input(byUser).mutation(async ({ ctx, input }) => {
    await ctx.services.accounts.people.remove(ctx.caller, input.userId)
    return ok
  }),
  signOut: peopleProcedure.input(byUser).mutation(async ({ ctx, input }) => {
    await ctx.services.accounts.people.signOut(ctx.caller, input.userId)
    return ok
  }),
})

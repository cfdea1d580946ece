import { createGroupSchema, idSchema, setMemberSchema, updateGroupSchema } from '@reynard/protocol'
import { z } from 'zod'
import { peopleProcedure, router } from '../trpc.ts'

const byId = z.strictObject({ id: idSchema })
const ok = { ok: true as const }

/**
 * Groups of people. What is for some of them alone can be kept (`GroupService`) and is read by nobody yet, so no call sets it: a rule that
 * holds nobody back must not be there to be set.
 */
export const groupsRouter = router({
  list: peopleProcedure.query(({ ctx }) => ctx.services.groups.list()),
  create: peopleProcedure.input(createGroupSchema).mutation(({ ctx, input }) => ctx.services.groups.create(input)),
  update: peopleProcedure.input(updateGroupSchema).mutation(async ({ ctx, input }) => {
    await ctx.services.groups.update(input)
    return ok
  }),
  remove: peopleProcedure.input(byId).mutation(async ({ ctx, input }) => {
    await ctx.services.groups.remove(input.id)
    return ok
  }),
  setMember: peopleProcedure.input(setMemberSchema).mutation(async ({ ctx, input }) => {
    await ctx.services.groups.setMember(input)
    return ok
  }),
})

import {
  createGroupSchema,
  idSchema,
  setAccessSchema,
  setGroupApprovalSchema,
  setMemberSchema,
  updateGroupSchema,
} from '@reynard/protocol'
import { z } from 'zod'
import { peopleProcedure, router } from '../trpc.ts'

const byId = z.strictObject({ id: idSchema })
const ok = { ok: true as const }

/** Groups of people, and what is for some of them alone. */
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
  /** What is not for everybody: models, assistants, tools. */
  access: peopleProcedure.query(({ ctx }) => ctx.services.groups.access()),
  setAccess: peopleProcedure.input(setAccessSchema).mutation(async ({ ctx, input }) => {
    await ctx.services.groups.setAccess(input)
    return ok
  }),
  /** Of which tools the people of a group are asked each time. */
  approvals: peopleProcedure.query(({ ctx }) => ctx.services.groups.approvals()),
  setApproval: peopleProcedure.input(setGroupApprovalSchema).mutation(async ({ ctx, input }) => {
    await ctx.services.groups.setApproval(input)
    return ok
  }),
})

import { announcementInputSchema, maintenanceInputSchema, type NoticesView } from '@reynard/protocol'
import { adminProcedure } from '../trpc.ts'

/** What everybody is told, and whether new runs are accepted. Everybody reads both in the status. */
export const noticeProcedures = {
  notices: adminProcedure.query(({ ctx }): NoticesView => ctx.services.notices.view()),
  announce: adminProcedure.input(announcementInputSchema.nullable()).mutation(async ({ ctx, input }) => {
    await ctx.services.notices.announce(input)
    return ctx.services.notices.view()
  }),
  setMaintenance: adminProcedure.input(maintenanceInputSchema).mutation(async ({ ctx, input }) => {
    await ctx.services.notices.setMaintenance(input)
    return ctx.services.notices.view()
  }),
}

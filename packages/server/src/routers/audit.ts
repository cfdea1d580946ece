import { listAuditInputSchema, watchAuditInputSchema } from '@reynard/protocol'
import { adminProcedure, router } from '../trpc.ts'

/** Who did what when from where. It is read here, and written by what it tells of. */
export const auditRouter = router({
  list: adminProcedure.input(listAuditInputSchema).query(({ ctx, input }) => ctx.services.audit.list(input)),
  /** The newest entries, then again whenever there are others, at most once a second. */
  watch: adminProcedure
    .input(watchAuditInputSchema)
    .subscription(({ ctx, input, signal }) => ctx.services.audit.watch(input, signal ?? new AbortController().signal)),
})

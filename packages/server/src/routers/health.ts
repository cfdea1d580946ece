import type { DiagnosticsBundle, HealthReport } from '@reynard/protocol'
import { adminProcedure } from '../trpc.ts'

/** How the server is, looked at when it is asked: a database is written to, so these are no queries. */
export const healthProcedures = {
  checkHealth: adminProcedure.mutation(({ ctx }): Promise<HealthReport> => ctx.services.health.check()),
  diagnostics: adminProcedure.mutation(async ({ ctx }): Promise<DiagnosticsBundle> => {
    const bundle = await ctx.services.health.diagnostics()
    await ctx.services.audit.record('diagnostics-create')
    return bundle
  }),
}

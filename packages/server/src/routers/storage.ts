import type { BackupFile } from '@reynard/protocol'
import { adminProcedure } from '../trpc.ts'

/** What is kept where, and backups. Nobody is handed one here: it holds everybody's chats, and lies where the data does. */
export const storageProcedures = {
  watchStorage: adminProcedure.subscription(({ ctx, signal }) =>
    ctx.services.storage.watch(signal ?? new AbortController().signal),
  ),
  countStorage: adminProcedure.mutation(({ ctx }) => {
    ctx.services.storage.count()
    return { ok: true as const }
  }),
  backUp: adminProcedure.mutation(async ({ ctx }): Promise<BackupFile> => {
    const file = await ctx.services.storage.backUp()
    await ctx.services.audit.record('backup-create', { object: { kind: 'backup', name: file.name } })
    return file
  }),
}

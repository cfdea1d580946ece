import {
  type FilterSaved,
  type FilterTrial,
  type FilterView,
  filterSettingsSchema,
  filterTrialInputSchema,
  type ModelSettings,
  modelNameSchema,
  modelSettingsSchema,
  type OperatorSettingsView,
  type ToolStatistics,
  updateOperatorSettingsInputSchema,
  updateWebSearchInputSchema,
  type WebSearchTrial,
  type WebSearchView,
} from '@reynard/protocol'
import { z } from 'zod'
import { adminProcedure, router } from '../trpc.ts'
import { auditRouter } from './audit.ts'
import { consoleProcedures } from './console.ts'
import { consoleModelsRouter } from './console-models.ts'
import { groupsRouter } from './groups.ts'
import { healthProcedures } from './health.ts'
import { noticeProcedures } from './notices.ts'
import { peopleRouter } from './people.ts'
import { storageProcedures } from './storage.ts'

const downloadInput = z.object({ id: z.string().min(1).max(300) })

/** What only the one who runs the server may do: models, downloads, engines, settings. */
export const adminRouter = router({
  ...consoleProcedures,
  ...noticeProcedures,
  ...healthProcedures,
  ...storageProcedures,
  models: consoleModelsRouter,
  people: peopleRouter,
  groups: groupsRouter,
  audit: auditRouter,
  catalog: adminProcedure.query(({ ctx }) => ctx.services.models.catalog()),
  /** Whether the hub that models come from can be reached. `fresh`: somebody presses "Try again". */
  hubReach: adminProcedure
    .input(z.object({ fresh: z.boolean() }))
    .query(({ ctx, input }) => ctx.services.models.hubReach(input.fresh)),
  /** Fetches a model of the catalogue; it goes on when the page is closed. */
  download: adminProcedure.input(downloadInput).mutation(({ ctx: { services }, input: { id } }) => {
    const facts = { object: { kind: 'model', id, name: id }, details: { engine: 'embedded' } }
    return services.audit.around('model-pull', facts, () => services.downloads.start(id))
  }),
  pullOllama: adminProcedure
    .input(z.object({ model: modelNameSchema }))
    .mutation(({ ctx: { services }, input: { model } }) => {
      const facts = { object: { kind: 'model', id: model, name: model }, details: { engine: 'ollama' } }
      return services.audit.around('model-pull', facts, () => services.downloads.pull(model))
    }),
  pauseDownload: adminProcedure.input(downloadInput).mutation(async ({ ctx, input }) => {
    await ctx.services.downloads.pause(input.id)
    return { ok: true as const }
  }),
  resumeDownload: adminProcedure.input(downloadInput).mutation(async ({ ctx, input }) => {
    await ctx.services.downloads.resume(input.id)
    return { ok: true as const }
  }),
  cancelDownload: adminProcedure.input(downloadInput).mutation(async ({ ctx, input }) => {
    const object = { kind: 'model', id: input.id, name: input.id }
    await ctx.services.audit.around('model-pull-cancel', { object }, () => ctx.services.downloads.cancel(input.id))
    return { ok: true as const }
  }),
  removeModel: adminProcedure
    .input(z.object({ engine: z.enum(['ollama', 'embedded', 'openai']), name: modelNameSchema }))
    .mutation(async ({ ctx, input, signal }) => {
      const { engine, name } = input
      const facts = { object: { kind: 'model', id: name, name }, details: { engine } }
      await ctx.services.audit.around('model-remove', facts, () => ctx.services.models.remove(engine, name, signal))
      return { ok: true as const }
    }),
  modelSettings: adminProcedure
    .input(z.object({ model: modelNameSchema }))
    .query(({ ctx, input }): ModelSettings => ctx.services.settings.model(input.model)),
  updateModelSettings: adminProcedure.input(modelSettingsSchema).mutation(async ({ ctx, input }) => {
    await ctx.services.settings.updateModel(input)
    return input
  }),
  /** Looks at every engine now, instead of within seconds. */
  recheckEngines: adminProcedure.mutation(async ({ ctx }) => {
    await ctx.services.models.recheck()
    return ctx.services.status.current()
  }),
  /** What tools were called for since the first call, by group. */
  toolStatistics: adminProcedure.query(({ ctx }): Promise<ToolStatistics> => ctx.services.toolStatistics()),
  settings: adminProcedure.query(({ ctx }): OperatorSettingsView => ctx.services.settings.view()),
  updateSettings: adminProcedure.input(updateOperatorSettingsInputSchema).mutation(async ({ ctx, input }) => {
    await ctx.services.settings.update(input)
    return ctx.services.settings.view()
  }),
  /** The settings as they are, then with each change of anybody's. */
  watchSettings: adminProcedure.subscription(({ ctx, signal }) =>
    ctx.services.settings.watch(signal ?? new AbortController().signal),
  ),
  webSearch: adminProcedure.query(({ ctx }): WebSearchView => ctx.services.webSearch.view()),
  updateWebSearch: adminProcedure.input(updateWebSearchInputSchema).mutation(async ({ ctx, input }) => {
    await ctx.services.webSearch.update(input)
    return ctx.services.webSearch.view()
  }),
  contentFilter: adminProcedure.query(({ ctx }): FilterView => ctx.services.contentFilter.view()),
  /** All rules at once. Where one can't be used nothing is saved, and the answer says which and where. */
  updateContentFilter: adminProcedure
    .input(filterSettingsSchema)
    .mutation(({ ctx, input }): Promise<FilterSaved> => ctx.services.contentFilter.save(input)),
  /** What rules would do to a text, saved or not. Nothing of it is kept. */
  tryContentFilter: adminProcedure
    .input(filterTrialInputSchema)
    .mutation(({ ctx, input }): FilterTrial => ctx.services.contentFilter.tryOut(input)),
  /** One search, on the operator's word: nothing of anybody's is told. */
  tryWebSearch: adminProcedure.mutation(
    ({ ctx, signal }): Promise<WebSearchTrial> => ctx.services.webSearch.tryOut(signal ?? AbortSignal.timeout(30_000)),
  ),
})

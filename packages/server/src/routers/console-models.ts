import { keepAliveSchema, modelNameSchema } from '@reynard/protocol'
import { z } from 'zod'
import { adminProcedure, router } from '../trpc.ts'

const address = z.strictObject({ engine: z.enum(['ollama', 'embedded', 'openai']), name: modelNameSchema })
const until = (signal: AbortSignal | undefined) => signal ?? new AbortController().signal
const factsOf = ({ engine, name }: z.infer<typeof address>) => ({
  object: { kind: 'model', id: name, name },
  details: { engine },
})
const ok = { ok: true as const }

/** Models as whoever runs the server has them: live, with what can be done with each. Orders go on when the page is closed. */
export const consoleModelsRouter = router({
  watch: adminProcedure.subscription(({ ctx, signal }) => ctx.services.modelConsole.watch(until(signal))),
  details: adminProcedure
    .input(address)
    .query(({ ctx, input, signal }) => ctx.services.modelConsole.details(input, until(signal))),
  load: adminProcedure.input(address).mutation(async ({ ctx, input }) => {
    await ctx.services.audit.around('model-load', factsOf(input), () => ctx.services.modelConsole.load(input))
    return ok
  }),
  unload: adminProcedure.input(address).mutation(async ({ ctx, input }) => {
    await ctx.services.audit.around('model-unload', factsOf(input), () => ctx.services.modelConsole.unload(input))
    return ok
  }),
  setKeepAlive: adminProcedure
    .input(address.extend({ keepAlive: keepAliveSchema.nullable() }))
    .mutation(async ({ ctx, input: { keepAlive, ...model } }) => {
      await ctx.services.modelConsole.setKeepAlive(model, keepAlive)
      return ok
    }),
  copy: adminProcedure
    .input(address.extend({ to: modelNameSchema }))
    .mutation(async ({ ctx, input: { to, ...model }, signal }) => {
      const { object, details } = factsOf(model)
      await ctx.services.audit.around('model-copy', { object, details: { ...details, to } }, () =>
        ctx.services.modelConsole.copy(model, to, until(signal)),
      )
      return ok
    }),
})

import {
  askAssistantInputSchema,
  assistantDefinitionSchema,
  assistantReferenceSchema,
  updateAssistantInputSchema,
} from '@reynard/protocol'
import { ownerProcedure, router } from '../trpc.ts'
import { projectRouter } from './project.ts'
import { toolRulesRouter } from './tool-rules.ts'
import { workspaceRouter } from './workspace.ts'

/** Assistants: those that came with the server, and one's own. Export and import carry the definition as it is. */
export const assistantRouter = router({
  list: ownerProcedure.query(({ ctx }) => ctx.services.assistants.list(ctx.ownerId)),
  byId: ownerProcedure
    .input(assistantReferenceSchema)
    .query(({ ctx, input }) => ctx.services.assistants.byId(ctx.ownerId, input.id)),
  create: ownerProcedure
    .input(assistantDefinitionSchema)
    .mutation(({ ctx, input }) => ctx.services.assistants.create(ctx.ownerId, input)),
  update: ownerProcedure
    .input(updateAssistantInputSchema)
    .mutation(({ ctx, input }) => ctx.services.assistants.update(ctx.ownerId, input.id, input.definition)),
  remove: ownerProcedure.input(assistantReferenceSchema).mutation(async ({ ctx, input }) => {
    await ctx.services.assistants.remove(ctx.ownerId, input.id)
    return { ok: true as const }
  }),
  restore: ownerProcedure.input(assistantReferenceSchema).mutation(async ({ ctx, input }) => {
    await ctx.services.assistants.restore(ctx.ownerId, input.id)
    return { ok: true as const }
  }),
  workspace: workspaceRouter,
  project: projectRouter,
  /** `chat.send` to one assistant by its id, whoever the conversation is with. */
  chat: ownerProcedure
    .input(askAssistantInputSchema)
    .mutation(({ ctx, input: { assistant, ...input } }) =>
      ctx.services.runs.send(ctx.ownerId, { ...input, settings: { ...input.settings, assistant } }),
    ),
  rules: toolRulesRouter,
})

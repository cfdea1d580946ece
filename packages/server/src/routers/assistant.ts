import {
  askAssistantInputSchema,
  assistantDefinitionSchema,
  assistantReferenceSchema,
  updateAssistantInputSchema,
} from '@reynard/protocol'
import { chatProcedure, readProcedure, router, toolsProcedure } from '../trpc.ts'
import { projectRouter } from './project.ts'
import { toolRulesRouter } from './tool-rules.ts'
import { workspaceRouter } from './workspace.ts'

/** Assistants: those that came with the server, and one's own. Export and import carry the definition as it is. */
export const assistantRouter = router({
  list: readProcedure.query(({ ctx }) => ctx.services.assistants.list(ctx.ownerId)),
  byId: readProcedure
    .input(assistantReferenceSchema)
    .query(({ ctx, input }) => ctx.services.assistants.byId(ctx.ownerId, input.id)),
  create: toolsProcedure
    .input(assistantDefinitionSchema)
    .mutation(({ ctx, input }) => ctx.services.assistants.create(ctx.ownerId, input)),
  update: toolsProcedure
    .input(updateAssistantInputSchema)
    .mutation(({ ctx, input }) => ctx.services.assistants.update(ctx.ownerId, input.id, input.definition)),
  remove: toolsProcedure.input(assistantReferenceSchema).mutation(async ({ ctx, input }) => {
    await ctx.services.assistants.remove(ctx.ownerId, input.id)
    return { ok: true as const }
  }),
  restore: toolsProcedure.input(assistantReferenceSchema).mutation(async ({ ctx, input }) => {
    await ctx.services.assistants.restore(ctx.ownerId, input.id)
    return { ok: true as const }
  }),
  workspace: workspaceRouter,
  project: projectRouter,
  /** `chat.send` to one assistant by its id, whoever the conversation is with. */
  chat: chatProcedure
    .input(askAssistantInputSchema)
    .mutation(({ ctx, input: { assistant, ...input } }) =>
      ctx.services.runs.send(ctx.ownerId, { ...input, settings: { ...input.settings, assistant } }),
    ),
  rules: toolRulesRouter,
})

import type { EngineTool } from '@reynard/engine'
import { assistantIdSchema, modelNameSchema } from '@reynard/protocol'
import { z } from 'zod'

/** The most that `context` may weigh as JSON, in bytes. */
const CONTEXT_BYTES = 16_384

/** A text of so many characters as people count them: an emoji is one, as for the clients that were written against this limit. */
function text(least: number, most: number) {
  return z.string().superRefine((value, issues) => {
    const length = value.length > most ? [...value].length : value.length
    const shared = { origin: 'string' as const, inclusive: true, input: value }
    if (length < least) issues.addIssue({ ...shared, code: 'too_small', minimum: least })
    if (length > most) issues.addIssue({ ...shared, code: 'too_big', maximum: most })
  })
}

/** Deeper than any schema or context has it; writing what is nested without end would break the server's own stack. */
const DEEPEST = 100

function isDeeperThan(value: unknown, most: number): boolean {
  if (!(value instanceof Object)) return false
  return most === 0 || Object.values(value).some((each) => isDeeperThan(each, most - 1))
}

/** An object of anything, as JSON has it. */
const objectSchema = z
  .record(z.string(), z.unknown())
  .refine((value) => !isDeeperThan(value, DEEPEST), { abort: true, error: `At most ${DEEPEST} levels of nesting` })

const functionSchema = z.object({
  name: z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, 'A tool name has letters, digits and _.- only, 64 at most'),
  description: z.string().max(4096).default(''),
  parameters: objectSchema.default({ type: 'object', properties: {} }),
})
/** A definition as OpenAI and Ollama write it, or the function alone. */
const toolSchema = z.unknown().transform((given, { addIssue }) => {
  const isWrapped = given instanceof Object && 'function' in given
  const parsed = functionSchema.safeParse(isWrapped ? given.function : given)
  if (parsed.success) return parsed.data
  for (const issue of parsed.error.issues) {
    addIssue({ ...issue, path: [...(isWrapped ? ['function'] : []), ...issue.path] })
  }
  return z.NEVER
})

/** The body of `POST /api/ollama/chat` and `/chat/stream`. What it doesn't name is ignored, and null means "not set". */
export const chatRequestSchema = z.object({
  message: text(1, 10_000),
  model: modelNameSchema.nullish(),
  system_prompt: text(0, 32_000).nullish(),
  temperature: z.number().min(0.1).max(2).nullish(),
  max_tokens: z.number().int().min(1).max(8192).nullish(),
  /** Read and checked; which path was called decides. */
  stream: z.boolean().nullish(),
  tools: z.array(toolSchema).max(128).nullish(),
  context: objectSchema
    .refine(
      (context) => Buffer.byteLength(JSON.stringify(context)) <= CONTEXT_BYTES,
      'Context should have at most 16 kB',
    )
    .nullish(),
})
/** The body of `POST /api/ollama/assistant` and `/assistant/stream`: as for a chat, and who answers with or without tools. */
export const assistantRequestSchema = chatRequestSchema.extend({
  assistant_type: assistantIdSchema.nullish().transform((id) => id ?? 'reynard'),
  tools_enabled: z.boolean().nullish(),
})
export type RestChatRequest = Omit<z.infer<typeof chatRequestSchema>, 'tools'> & { tools?: EngineTool[] | null }

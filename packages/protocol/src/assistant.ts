import { z } from 'zod'
import { assistantIdSchema, idSchema, modelNameSchema } from './conversation.ts'
import { pictureSchema } from './picture.ts'
import type { SandboxLevel, ToolEffect, ToolGroup } from './tool.ts'
import { cleanLine, cleanLines, hasVisible } from './visible-text.ts'

/** A tool of an assistant: asked about as its effect demands, asked about always, or not given at all. Nothing loosens the first. */
export const toolRuleSchema = z.enum(['default', 'ask', 'off'])
export type ToolRule = z.infer<typeof toolRuleSchema>

const graphemes = new Intl.Segmenter()
const isOneLetter = (text: string) => {
  const [first, ...more] = graphemes.segment(text)
  return first !== undefined && more.length === 0
}

const nameLetters = 60
const longName = `A name holds ${nameLetters} characters at most.`

/** Nobody means one of these, and who looks up what they mean would find what every object has. */
const isOwnName = (name: string) => !(name in Object.prototype)

/**
 * What makes an assistant, as its owner wrote it. The same JSON is what an export holds and an import takes. Characters that nobody sees
 * are taken out: what a model or another person reads is what its owner read.
 */
export const assistantDefinitionSchema = z.object({
  name: z
    .string()
    .max(nameLetters * 10, longName)
    .transform(cleanLine)
    .pipe(
      z
        .string()
        .min(1, 'Give it a name.')
        .refine(hasVisible, 'Give it a name that can be seen: signs without a shape of their own are no name.')
        .max(nameLetters, longName),
    ),
  /** Stands in its mark. */
  letter: z
    .string()
    .max(16)
    .transform(cleanLine)
    .pipe(
      z
        .string()
        .refine(isOneLetter, 'The mark holds one letter.')
        .refine(hasVisible, 'The mark holds one letter that can be seen.'),
    ),
  /** Stands there instead of the letter. */
  picture: pictureSchema.nullable().default(null),
  description: z
    .string()
    .max(3_000)
    .transform(cleanLine)
    .pipe(z.string().max(300, 'A description holds 300 characters at most.'))
    .default(''),
  instructions: z.string().max(32_000, 'Instructions hold 32,000 characters at most.').transform(cleanLines),
  /** Null: whichever answers a chat that names none. */
  model: modelNameSchema.nullable().default(null),
  /** What is absent or null comes from the chat, the operator, or the model's recommendation. */
  parameters: z
    .object({
      temperature: z.number().min(0).max(2).nullish(),
      maxTokens: z.number().int().min(1).max(131_072).nullish(),
    })
    .default({}),
  /** By the tool's name. A tool that is not named is off; a name that this server does not know is kept and does nothing. */
  tools: z
    .record(z.string().regex(/^[A-Za-z0-9_]{1,64}$/), toolRuleSchema)
    .refine((tools) => Object.keys(tools).length <= 200, 'An assistant has 200 tools at most.')
    .transform((tools) => Object.fromEntries(Object.entries(tools).filter(([name]) => isOwnName(name))))
    .default({}),
})
export type AssistantDefinition = z.infer<typeof assistantDefinitionSchema>

export const updateAssistantInputSchema = z.object({ id: idSchema, definition: assistantDefinitionSchema })
export const assistantReferenceSchema = z.object({ id: assistantIdSchema })

/** A tool as a person chooses it. `unavailable`: why it can't run here and what to do about it, in a sentence. */
export type ToolInfo = {
  name: string
  group: ToolGroup
  effect: ToolEffect
  level: SandboxLevel
  description: string
  /** The deadline of one call unless the operator sets another. Seconds. */
  seconds: number
  /** A person is asked before a call where no rule says anything of it. */
  asks: boolean
  /** A person is asked about each call, and no rule changes that. */
  asksAlways?: boolean
  unavailable: string | null
  /** What its definition takes of a model's window, about. */
  tokens: number
}

/**
 * Calls of tools of everybody on this server, by group. `ran`: those that began; `durationMs` is of these together. `failed` and
 * `denied` (also by nobody's answer) exclude each other. `since`: the first day that was counted, UTC milliseconds; null before any.
 */
export type ToolStatistics = {
  since: number | null
  groups: {
    group: ToolGroup
    calls: number
    ran: number
    failed: number
    denied: number
    durationMs: number
  }[]
}

/** An assistant as lists show it. `builtIn`: it came with the server, and can be duplicated but not changed. */
export type AssistantSummary = {
  id: string
  builtIn: boolean
  name: string
  letter: string
  /** A `data:` URL that stands in its mark instead of the letter. */
  picture: string | null
  /** Its mark, where it came with the server. */
  avatar: 'fox' | 'wolf' | null
  description: string
  model: string | null
  /** Names of the tools that it is given. */
  tools: string[]
  /** What its instructions take of a model's window, about. */
  instructionsTokens: number
  updatedAt: number | null
}

/** An assistant as its page shows it; a copy of `definition` makes another one. `version`: of what came with the server. */
export type Assistant = AssistantSummary & { definition: AssistantDefinition; version: number | null }

/** What a kept definition names that is not on this server: the assistant does without. `model`: null where it is here, or none is named. */
export type MissingHere = { tools: string[]; model: string | null }
export type KeptAssistant = Assistant & { missing: MissingHere }

/** `enabled`, `toolsEnabled`: false where the operator switched them off; then no assistant is listed, or none is given a tool. */
export type AssistantList = {
  enabled: boolean
  toolsEnabled: boolean
  assistants: AssistantSummary[]
  /** Every tool that an assistant can be given. */
  tools: ToolInfo[]
}

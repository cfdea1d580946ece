import { z } from 'zod'

/** What is looked at: what people write, what models write, what models call tools with. */
export const filterPlaceSchema = z.enum(['input', 'output', 'tools'])
export type FilterPlace = z.infer<typeof filterPlaceSchema>

/** `block`: it goes no further. `redact`: a mark stands in its place. `flag`: it is counted for those who run the server. */
export const filterActionSchema = z.enum(['block', 'redact', 'flag'])
export type FilterAction = z.infer<typeof filterActionSchema>

/** The longest a match can be, and so the most that is held back of an answer, in characters (UTF-16 units). */
export const LONGEST_FILTER_WINDOW = 256
export const MOST_FILTER_RULES = 50
export const LONGEST_FILTER_PATTERN = 1_000
/** Of the test box, in characters. */
export const LONGEST_FILTER_TRIAL = 20_000

const ruleId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/)

/** One rule of the content filter. People see its name wherever it does something; never what it found. */
export const filterRuleSchema = z.object({
  id: ruleId,
  name: z
    .string()
    .trim()
    .min(1, 'A rule needs a name: people see it where the rule does something.')
    .max(60)
    .regex(/^[^\p{C}[\]<>`*_]+$/u, 'A name holds none of [ ] < > ` * _.'),
  match: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('pattern'),
      pattern: z.string().min(1, 'Write a pattern.').max(LONGEST_FILTER_PATTERN),
    }),
    z.object({
      kind: z.literal('words'),
      words: z.array(z.string().trim().min(1).max(100)).min(1, 'Write at least one word.').max(300),
    }),
  ]),
  ignoreCase: z.boolean(),
  /** The longest match, in characters. */
  window: z.number().int().min(1).max(LONGEST_FILTER_WINDOW),
  places: z.array(filterPlaceSchema).min(1, 'Choose at least one place.').max(3),
  action: filterActionSchema,
  enabled: z.boolean(),
})
export type FilterRule = z.infer<typeof filterRuleSchema>

/** What is set of the content filter. `secrets`: the rules for keys, tokens and card numbers that Reynard comes with. */
export const filterSettingsSchema = z.object({
  secrets: z.boolean(),
  rules: z
    .array(filterRuleSchema)
    .max(MOST_FILTER_RULES, `There are ${MOST_FILTER_RULES} rules at most.`)
    .refine((rules) => new Set(rules.map(({ id }) => id)).size === rules.length, 'Two rules have the same id.'),
})
export type FilterSettings = z.infer<typeof filterSettingsSchema>

export const NO_FILTER: FilterSettings = { secrets: false, rules: [] }

/** A rule that can't be used. `at`: the character of its pattern, from 0; null where it is no single one. */
export type FilterRuleProblem = { ruleId: string; at: number | null; message: string }

/** How often a rule did what, and when last (UTC milliseconds). Nothing of what it found. */
export type FilterCount = {
  ruleId: string
  name: string
  place: FilterPlace
  action: FilterAction
  count: number
  lastAt: number
}

/** The content filter, as those who run the server see it. `shipped`: what the switch for secrets brings. */
export type FilterView = {
  settings: FilterSettings
  shipped: { name: string; action: FilterAction; places: FilterPlace[]; window: number }[]
  counts: FilterCount[]
}

/** Saved, or which rules can't be used: then nothing is saved. */
export type FilterSaved = { ok: true; view: FilterView } | { ok: false; problems: FilterRuleProblem[] }

/** What would happen to a text. `settings`: rules that are not saved yet. */
export const filterTrialInputSchema = z.object({
  text: z.string().max(LONGEST_FILTER_TRIAL),
  place: filterPlaceSchema,
  settings: filterSettingsSchema,
})

/** `text`: what would go on; of a block, what came before it. `hits`: by rule. */
export type FilterTrial =
  | {
      ok: true
      text: string
      blockedBy: string | null
      hits: { name: string; action: FilterAction; count: number }[]
      /** Characters that are held back of an answer at most. */
      window: number
    }
  | { ok: false; problems: FilterRuleProblem[] }

import { z } from 'zod'

/**
 * What the program behind the wall is asked. `path`: a file or folder of the workspace, '.' for all of it. `leavesOutSecrets`: whether
 * files that by their name may hold secrets are passed over, without a word.
 */
export type AnalysisQuestion = { path: string; leavesOutSecrets: boolean } & (
  | { kind: 'outline' }
  | { kind: 'symbol'; name: string }
  | { kind: 'search'; pattern: string; language: string }
  | { kind: 'lint' }
  | { kind: 'measure' }
  | { kind: 'api' }
)

const cellSchema = z.union([z.string(), z.number(), z.null()])
export type Cell = z.infer<typeof cellSchema>

/** What it says. It has read what an attacker wrote, so its words are an attacker's. `notes`: what was left out, and why. */
export const analysisAnswerSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('rows'),
    rows: z.array(z.array(cellSchema)),
    /** How many there are, when not all are here. */
    total: z.number().int().nonnegative(),
    files: z.number().int().nonnegative(),
    notes: z.array(z.string()),
  }),
  z.object({
    kind: z.literal('text'),
    text: z.string(),
    files: z.number().int().nonnegative(),
    notes: z.array(z.string()),
  }),
  z.object({ kind: z.literal('refused'), message: z.string() }),
])
export type AnalysisAnswer = z.infer<typeof analysisAnswerSchema>

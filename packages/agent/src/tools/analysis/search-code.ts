import { z } from 'zod'
import { filePathSchema } from '../files/file-path.ts'
import { defineTool } from '../tool.ts'
import { analysisTimeoutMs, runAnalysis, tableOf } from './run-analysis.ts'

/** Code by its structure: spaces, line breaks and what metavariables stand for do not matter. */
export const searchCode = defineTool({
  name: 'search_code',
  group: 'code_analysis',
  effect: 'read',
  level: 'L3',
  description:
    'Finds code by its structure. The pattern is code in which $NAME stands for one node and $$$NAME for any number, such as "fetch($URL, $$$REST)" or "if ($A == null) { $$$BODY }".',
  input: z.object({
    pattern: z.string().min(1).max(2_000),
    language: z.enum(['javascript', 'typescript', 'tsx', 'python', 'go', 'css', 'html']),
    path: filePathSchema.default('.'),
  }),
  timeoutMs: analysisTimeoutMs,
  title: ({ pattern }) => ({
    running: 'Searching code',
    done: 'Searched code',
    detail: pattern.slice(0, 300),
    code: true,
  }),
  reads: ({ path }) => [path],
  async execute({ pattern, language, path }, context) {
    const answer = await runAnalysis({ kind: 'search', pattern, language, path }, context)
    if (answer.kind !== 'rows') throw new Error('It gave no rows.')
    const none = 'Nothing has this structure. A pattern must be whole code of its language.'
    return tableOf(['Place', 'Code', 'Where'], answer, none)
  },
})

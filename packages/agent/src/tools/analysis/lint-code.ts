import { z } from 'zod'
import { filePathSchema } from '../files/file-path.ts'
import { defineTool } from '../tool.ts'
import { analysisTimeoutMs, runAnalysis, tableOf } from './run-analysis.ts'

/** Likely mistakes, by our own rules: the project's configuration is code, and does not run. */
export const lintCode = defineTool({
  name: 'lint_code',
  group: 'code_analysis',
  effect: 'read',
  level: 'L3',
  description:
    "Finds likely mistakes in JavaScript, TypeScript (oxlint) and Python without running them, errors first. It goes by its own rules, not the project's.",
  input: z.object({ path: filePathSchema.default('.') }),
  timeoutMs: analysisTimeoutMs,
  title: ({ path }) => ({
    running: 'Checking the code',
    done: 'Checked the code',
    ...(path !== '.' && { detail: path, code: true }),
  }),
  reads: ({ path }) => [path],
  async execute({ path }, context) {
    const answer = await runAnalysis({ kind: 'lint', path }, context)
    if (answer.kind !== 'rows') throw new Error('It gave no rows.')
    return tableOf(['Place', 'Rule', 'Message', 'Severity'], answer, 'No mistake was found.')
  },
})

import { z } from 'zod'
import { filePathSchema } from '../files/file-path.ts'
import { defineTool } from '../tool.ts'
import { analysisTimeoutMs, runAnalysis, tableOf } from './run-analysis.ts'

/** How involved functions are. */
export const measureCode = defineTool({
  name: 'measure_code',
  group: 'code_analysis',
  effect: 'read',
  level: 'L3',
  description:
    'Measures each function of JavaScript, TypeScript, Python or Go: cyclomatic complexity, lines, nesting, parameters; the most involved first. It measures the code, not how fast it runs.',
  input: z.object({ path: filePathSchema.default('.') }),
  timeoutMs: analysisTimeoutMs,
  title: ({ path }) => ({
    running: 'Measuring the code',
    done: 'Measured the code',
    ...(path !== '.' && { detail: path, code: true }),
  }),
  reads: ({ path }) => [path],
  async execute({ path }, context) {
    const answer = await runAnalysis({ kind: 'measure', path }, context)
    if (answer.kind !== 'rows') throw new Error('It gave no rows.')
    const columns = ['Place', 'Function', 'Complexity', 'Lines', 'Nesting', 'Parameters']
    return tableOf(columns, answer, 'There is no function.')
  },
})

import { z } from 'zod'
import { filePathSchema } from '../files/file-path.ts'
import { defineTool } from '../tool.ts'
import { analysisTimeoutMs, runAnalysis, tableOf } from './run-analysis.ts'

/** Where a name of code is defined and used. */
export const findSymbol = defineTool({
  name: 'find_symbol',
  group: 'code_analysis',
  effect: 'read',
  level: 'L3',
  description:
    'Finds where a function, class, type or variable is defined and where it is used, by its exact name. Text and comments do not count.',
  input: z.object({ name: z.string().min(1).max(200), path: filePathSchema.default('.') }),
  timeoutMs: analysisTimeoutMs,
  title: ({ name }) => ({ running: 'Looking for a symbol', done: 'Looked for a symbol', detail: name, code: true }),
  reads: ({ path }) => [path],
  async execute({ name, path }, context) {
    const answer = await runAnalysis({ kind: 'symbol', name, path }, context)
    if (answer.kind !== 'rows') throw new Error('It gave no rows.')
    return tableOf(['Place', 'What', 'Code'], answer, `${name} is neither defined nor used there.`)
  },
})

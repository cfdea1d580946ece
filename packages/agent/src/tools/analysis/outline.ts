import { z } from 'zod'
import { filePathSchema } from '../files/file-path.ts'
import { defineTool } from '../tool.ts'
import { analysisTimeoutMs, runAnalysis, tableOf } from './run-analysis.ts'

/** What code defines, without its bodies. */
export const outline = defineTool({
  name: 'outline',
  group: 'code_analysis',
  effect: 'read',
  level: 'L3',
  description:
    'Lists what a file or folder of code defines, with lines: functions, classes, methods, types, exports. Use it before reading long files. JavaScript, TypeScript, Python, Go, CSS, HTML.',
  input: z.object({ path: filePathSchema }),
  timeoutMs: analysisTimeoutMs,
  title: ({ path }) => ({ running: 'Reading the outline', done: 'Read the outline', detail: path, code: true }),
  reads: ({ path }) => [path],
  async execute({ path }, context) {
    const answer = await runAnalysis({ kind: 'outline', path }, context)
    if (answer.kind !== 'rows') throw new Error('It gave no rows.')
    return tableOf(['Lines', 'What', 'Name', 'Exported'], answer, 'Nothing is defined there.')
  },
})

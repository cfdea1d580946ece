import { z } from 'zod'
import { filePathSchema } from '../files/file-path.ts'
import { defineTool } from '../tool.ts'
import { analysisTimeoutMs, runAnalysis } from './run-analysis.ts'

/** What code offers to others, read from the code itself. */
export const extractApi = defineTool({
  name: 'extract_api',
  group: 'documentation',
  effect: 'read',
  level: 'L3',
  description:
    'Extracts what a file or folder of JavaScript, TypeScript, Python or Go exports: signatures with their doc comments or docstrings, as markdown. Use it before writing documentation.',
  input: z.object({ path: filePathSchema }),
  timeoutMs: analysisTimeoutMs,
  title: ({ path }) => ({ running: 'Reading the API', done: 'Read the API', detail: path, code: true }),
  reads: ({ path }) => [path],
  async execute({ path }, context) {
    const answer = await runAnalysis({ kind: 'api', path }, context)
    if (answer.kind !== 'text') throw new Error('It gave no text.')
    const text = [answer.text || 'Nothing is exported there.', ...answer.notes].join('\n\n')
    return { content: text, display: { kind: 'text', text } }
  },
})

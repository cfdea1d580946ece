import { z } from 'zod'
import { losslessFacts } from '../lossless-facts.ts'
import { defineTool } from '../tool.ts'
import { filePathSchema, readableBytes } from './file-path.ts'

const mostBytes = 24_000

/** A text of the workspace, whole or by lines. */
export const readFile = defineTool({
  name: 'read_file',
  group: 'file_ops',
  effect: 'read',
  level: 'none',
  description: 'Reads a text file of the workspace. Long files come in parts: read on with `from`.',
  input: z.object({
    path: filePathSchema,
    from: z.number().int().min(1).default(1).describe('First line, counted from 1'),
    to: z.number().int().min(1).optional().describe('Last line'),
  }),
  timeoutMs: 10_000,
  title: ({ path }) => ({ running: 'Reading', done: 'Read', detail: path, code: true }),
  facts: async ({ path, from, to }) =>
    losslessFacts(`read ${path}`, {
      kind: 'text',
      text: from === 1 && to === undefined ? '' : `Lines ${from} to ${to ?? 'the end'}`,
    }),
  async execute({ path, from, to }, { session }) {
    const range = { from, ...(to !== undefined && { to }), maxBytes: mostBytes }
    const lines = await session.workspace.readLines(path, range)
    if (lines.binary) {
      const size = readableBytes(lines.totalBytes)
      throw new Error(`${path} is no text (${size}). Use a tool that understands its format.`)
    }
    const total = lines.totalLines ?? 'an unknown number of'
    const place = `Lines ${lines.from} to ${lines.to} of ${total}.`
    const more = lines.truncated ? ` Read on with from = ${lines.to + 1}.` : ''
    return {
      content: lines.text === '' ? `${path} has no lines there.` : `${place}${more}\n${lines.text}`,
      display: { kind: 'text', text: lines.text },
      truncated: lines.truncated,
    }
  },
})

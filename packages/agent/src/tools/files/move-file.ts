import { z } from 'zod'
import { defineTool } from '../tool.ts'
import { filePathSchema } from './file-path.ts'

/** A new name or folder for a file or folder. */
export const moveFile = defineTool({
  name: 'move_file',
  group: 'file_ops',
  effect: 'write',
  level: 'none',
  description: 'Moves or renames a file or folder of the workspace. What is at the new place is never overwritten.',
  input: z.object({ from: filePathSchema, to: filePathSchema }),
  timeoutMs: 10_000,
  title: ({ from, to }) => ({ running: 'Moving', done: 'Moved', detail: `${from} → ${to}`, code: true }),
  changes: ({ from, to }) => [from, to],
  facts: async ({ from, to }) => ({
    wants: `move ${from}`,
    reason: null,
    writes: [from, to],
    hosts: [],
    restorable: null,
    preview: { kind: 'text', text: `${from}\n→ ${to}` },
  }),
  async execute({ from, to }, { session }) {
    const path = await session.workspace.move(from, to)
    // The row names both already.
    return { content: `Moved ${from} to ${path}.`, display: { kind: 'text', text: path === to ? '' : `→ ${path}` } }
  },
})

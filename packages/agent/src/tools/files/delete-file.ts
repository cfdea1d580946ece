import { z } from 'zod'
import { defineTool } from '../tool.ts'
import { filePathSchema, readableBytes } from './file-path.ts'

/** Out of the workspace, into its trash. */
export const deleteFile = defineTool({
  name: 'delete_file',
  group: 'file_ops',
  effect: 'write',
  level: 'none',
  description: 'Deletes a file or folder of the workspace. The person can put it back.',
  input: z.object({ path: filePathSchema }),
  timeoutMs: 10_000,
  title: ({ path }) => ({ running: 'Deleting', done: 'Deleted', detail: path, code: true }),
  changes: ({ path }) => [path],
  refuses: ({ path }, { workspace }) => workspace.removalProblem(path),
  facts: async ({ path }, session) => {
    const entry = session.workspace.find(path)
    const size = entry?.type === 'file' ? `, ${readableBytes(entry.bytes)}` : ''
    return {
      wants: `delete ${path}`,
      reason: null,
      writes: [],
      deletes: [path],
      hosts: [],
      // Nothing is deleted for good: it is moved to the trash, or not at all.
      restorable: true,
      preview: { kind: 'text', text: `${path}${size}` },
    }
  },
  async execute({ path }, { session }) {
    const { bytes, id } = await session.workspace.remove(path)
    const text = `Deleted ${path}, ${readableBytes(bytes)}.`
    return { content: text, display: { kind: 'text', text, trashId: id } }
  },
})

import type { ToolDisplay } from '@reynard/protocol'
import { z } from 'zod'
import { defineTool } from '../tool.ts'
import { diffTexts } from './diff-texts.ts'
import { filePathSchema, readableBytes } from './file-path.ts'
import { textOf } from './text-of.ts'

/** A new file, or a file written anew. */
export const writeFile = defineTool({
  name: 'write_file',
  group: 'file_ops',
  effect: 'write',
  level: 'none',
  description:
    'Writes a whole text file of the workspace, new or in the place of what was there. To change a part, use edit_file.',
  input: z.object({ path: filePathSchema, content: z.string().max(1_000_000) }),
  timeoutMs: 20_000,
  title: ({ path }) => ({ running: 'Writing', done: 'Wrote', detail: path, code: true }),
  changes: ({ path }) => [path],
  async facts({ path, content }, session) {
    const before = await textOf(session, path)
    const isNew = session.workspace.find(path) === undefined
    return {
      wants: `${isNew ? 'write' : 'replace'} ${path}`,
      reason: null,
      writes: [path],
      hosts: [],
      restorable: isNew ? null : false,
      preview:
        before === null
          ? {
              kind: 'text',
              text: `The file that is there is replaced by ${readableBytes(Buffer.byteLength(content))}.`,
            }
          : { kind: 'diff', path, patch: diffTexts(before, content) },
    }
  },
  async execute({ path, content }, { session, signal }) {
    const before = await textOf(session, path)
    const written = await session.workspace.write(path, content, { signal })
    const display: ToolDisplay =
      before === null
        ? { kind: 'files', files: [{ path: written.path, bytes: written.bytes }] }
        : { kind: 'diff', path: written.path, patch: diffTexts(before, content) }
    return {
      content: `${written.created ? 'Wrote' : 'Replaced'} ${written.path}, ${readableBytes(written.bytes)}.`,
      display,
    }
  },
})

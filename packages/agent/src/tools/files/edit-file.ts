import { z } from 'zod'
import { defineTool } from '../tool.ts'
import { diffTexts } from './diff-texts.ts'
import { filePathSchema } from './file-path.ts'
import { textOf } from './text-of.ts'

const inputSchema = z.object({
  path: filePathSchema,
  edits: z
    .array(
      z.object({
        old_text: z.string().min(1).describe('Text as it stands in the file, with enough around it to occur once'),
        new_text: z.string(),
        all: z.boolean().default(false).describe('Replace every place where it occurs'),
      }),
    )
    .min(1)
    .max(50),
})
const editsOf = ({ edits }: z.infer<typeof inputSchema>) =>
  edits.map(({ old_text, new_text, all }) => ({ oldText: old_text, newText: new_text, all }))

/** Exact replacements in a text, all or none. */
export const editFile = defineTool({
  name: 'edit_file',
  group: 'file_ops',
  effect: 'write',
  level: 'none',
  description: 'Changes parts of a text file by exact replacement, all edits or none. Read the file first.',
  input: inputSchema,
  timeoutMs: 20_000,
  title: ({ path }) => ({ running: 'Changing', done: 'Changed', detail: path, code: true }),
  changes: ({ path }) => [path],
  async facts(input, session) {
    const { path } = input
    const before = (await textOf(session, path)) ?? ''
    const after = editsOf(input).reduce(
      (text, { oldText, newText, all }) =>
        all ? text.split(oldText).join(newText) : replaceOnce(text, oldText, newText),
      before,
    )
    return {
      wants: `change ${path}`,
      reason: null,
      writes: [path],
      hosts: [],
      restorable: false,
      preview: { kind: 'diff', path, patch: diffTexts(before, after) },
    }
  },
  async execute(input, { session }) {
    const before = await textOf(session, input.path)
    const edited = await session.workspace.edit(input.path, editsOf(input))
    const after = await textOf(session, edited.path)
    const patch = before === null || after === null ? '' : diffTexts(before, after)
    const places = edited.replaced === 1 ? '1 place' : `${edited.replaced} places`
    return {
      content: `Changed ${edited.path} in ${places}.\n${patch}`,
      display: { kind: 'diff', path: edited.path, patch },
    }
  },
})

/** `String.replace` would read `$&` in the new text. */
function replaceOnce(text: string, oldText: string, newText: string): string {
  const at = text.indexOf(oldText)
  return at < 0 ? text : text.slice(0, at) + newText + text.slice(at + oldText.length)
}

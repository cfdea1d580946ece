import { z } from 'zod'
import { filePathSchema } from '../files/file-path.ts'
import { defineTool } from '../tool.ts'
import { commitTime, revisionSchema, shortId } from './git-input.ts'

const mostLines = 400
const uncommitted = /^0+$/

/** Who last wrote each line of a file. */
export const gitBlame = defineTool({
  name: 'git_blame',
  group: 'version_control',
  effect: 'read',
  level: 'L3',
  description: `Shows for each line of a file which commit last changed it, by whom and when. At most ${mostLines} lines at once: give from_line and to_line.`,
  input: z.object({
    path: filePathSchema,
    from_line: z.number().int().min(1).max(10_000_000).default(1),
    to_line: z.number().int().min(1).max(10_000_000).optional(),
    commit: revisionSchema.optional(),
  }),
  timeoutMs: 30_000,
  title: ({ path }) => ({ running: 'Reading who wrote', done: 'Read who wrote', detail: path, code: true }),
  async execute({ path, from_line, to_line, commit }, { session, signal }) {
    const git = await session.git.repository(signal)
    const last = Math.min(to_line ?? Number.POSITIVE_INFINITY, from_line + mostLines - 1)
    const of = commit === undefined ? {} : { commit }
    const whole = from_line === 1 && to_line === undefined
    const all = await git.blame(path, whole ? of : { ...of, lines: [from_line, last] }, signal)
    const lines = all.slice(0, mostLines)
    const rows = lines.map(({ line, commit: id, author, atMs, text }) =>
      uncommitted.test(id)
        ? [line, 'not committed', null, null, text]
        : [line, shortId(id), author, commitTime(atMs), text],
    )
    const rest = all.length - lines.length
    return {
      content:
        [
          ...rows.map(
            ([line, id, author, at, text]) => `${line} ${id}${author === null ? '' : ` ${author} ${at}`}: ${text}`,
          ),
          ...(rest > 0 ? [`… ${rest} more lines.`] : []),
        ].join('\n') || 'The file is empty.',
      display: { kind: 'table', columns: ['Line', 'Commit', 'Author', 'UTC', 'Text'], rows, totalRows: all.length },
      truncated: rest > 0,
    }
  },
})

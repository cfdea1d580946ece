import type { BlameLine } from '@reynard/sandbox'
import { z } from 'zod'
import { filePathSchema } from '../files/file-path.ts'
import { defineTool } from '../tool.ts'
import { commitTime, revisionSchema, shortId } from './git-input.ts'

/** Read at once; the rest of what is asked for is kept. */
const mostLines = 400
const uncommitted = /^0+$/

/** Who last wrote each line of a file. */
export const gitBlame = defineTool({
  name: 'git_blame',
  group: 'version_control',
  effect: 'read',
  level: 'L3',
  description: `Shows for each line of a file which commit last changed it, by whom and when. Of more than ${mostLines} lines the rest is kept in a file: give from_line and to_line for a part.`,
  input: z.object({
    path: filePathSchema,
    from_line: z.number().int().min(1).max(10_000_000).default(1),
    to_line: z.number().int().min(1).max(10_000_000).optional(),
    commit: revisionSchema.optional(),
  }),
  timeoutMs: 30_000,
  title: ({ path }) => ({ running: 'Reading who wrote', done: 'Read who wrote', detail: path, code: true }),
  reads: ({ path }) => [path],
  async execute({ path, from_line, to_line, commit }, { session, signal }) {
    const git = await session.git.repository(signal)
    const of = commit === undefined ? {} : { commit }
    const whole = from_line === 1 && to_line === undefined
    const lines: [number, number | null] = [from_line, to_line ?? null]
    const { lines: all, truncated } = await git.blame(path, whole ? of : { ...of, lines }, signal)
    const rows = all.slice(0, mostLines).map(cellsOf)
    const rest = all.length - rows.length
    return {
      content: [...rows.map(textOf), ...(rest > 0 ? [`… ${rest} more lines.`] : [])].join('\n') || 'The file is empty.',
      display: {
        kind: 'table',
        columns: ['Line', 'Commit', 'Author', 'UTC', 'Text'],
        rows,
        totalRows: all.length,
        code: [1, 4],
      },
      truncated,
      ...(rest > 0 && { full: all.map((line) => textOf(cellsOf(line))).join('\n') }),
    }
  },
})

type Cells = [line: number, commit: string, author: string | null, at: string | null, text: string]

function cellsOf({ line, commit, author, atMs, text }: BlameLine): Cells {
  return uncommitted.test(commit)
    ? [line, 'not committed', null, null, text]
    : [line, shortId(commit), author, commitTime(atMs), text]
}

function textOf([line, id, author, at, text]: Cells): string {
  return `${line} ${id}${author === null ? '' : ` ${author} ${at}`}: ${text}`
}

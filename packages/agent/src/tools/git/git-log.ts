import { z } from 'zod'
import { filePathSchema } from '../files/file-path.ts'
import { defineTool } from '../tool.ts'
import { commitTime, revisionSchema, shortId } from './git-input.ts'

/** The commits that led to where we are. */
export const gitLog = defineTool({
  name: 'git_log',
  group: 'version_control',
  effect: 'read',
  level: 'L3',
  description: 'Lists commits, the latest first: id, author, time and subject. With path: only those that changed it.',
  input: z.object({
    path: filePathSchema.optional(),
    from: revisionSchema.optional(),
    limit: z.number().int().min(1).max(200).default(20),
  }),
  timeoutMs: 30_000,
  title: ({ path, from }) => ({
    running: 'Reading the history',
    done: 'Read the history',
    ...((path ?? from) !== undefined && { detail: [from, path].filter(Boolean).join(' '), code: true }),
  }),
  async execute({ path, from, limit }, { session, signal }) {
    const git = await session.git.repository(signal)
    const found = await git.log(
      { limit: limit + 1, ...(path !== undefined && { path }), ...(from !== undefined && { from }) },
      signal,
    )
    const log = found.slice(0, limit)
    const next = found[limit]
    if (log.length === 0) {
      const none = path === undefined ? 'Nothing is committed yet.' : `No commit changed ${path}.`
      return { content: none, display: { kind: 'text', text: none } }
    }
    const rows = log.map(({ id, author, atMs, subject }) => [shortId(id), subject, author, commitTime(atMs)])
    return {
      content: [
        ...rows.map(([id, subject, author, at]) => `${id} ${at} ${author}: ${subject}`),
        ...(next === undefined ? [] : [`There are older ones: read on with from = ${shortId(next.id)}.`]),
      ].join('\n'),
      display: { kind: 'table', columns: ['Commit', 'Subject', 'Author', 'UTC'], rows, totalRows: rows.length },
    }
  },
})

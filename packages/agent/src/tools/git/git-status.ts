import type { GitStatus, StatusEntry } from '@reynard/sandbox'
import { z } from 'zod'
import { defineTool } from '../tool.ts'
import { shortId } from './git-input.ts'

const mostEntries = 300
const words: Record<string, string> = {
  M: 'changed',
  A: 'new',
  D: 'deleted',
  R: 'renamed',
  C: 'copied',
  T: 'type changed',
  U: 'in conflict',
  '?': 'new',
}

/** What differs from the last commit, file by file. */
export const gitStatus = defineTool({
  name: 'git_status',
  group: 'version_control',
  effect: 'read',
  level: 'L3',
  description: 'Lists the branch, the last commit and every file of the workspace that differs from it.',
  input: z.object({}),
  timeoutMs: 30_000,
  title: () => ({ running: 'Looking at what changed', done: 'Looked at what changed' }),
  async execute(_input, { session, signal }) {
    const git = await session.git.repository(signal)
    const status = await git.status(signal)
    const rows = status.entries.map((entry) => [entry.path, wordOf(entry), entry.oldPath ?? null])
    const shown = rows.slice(0, mostEntries)
    const all = rows.map(([path, word, oldPath]) => `${word}: ${path}${oldPath === null ? '' : ` (was ${oldPath})`}`)
    const lines = all.slice(0, mostEntries)
    const rest = rows.length - shown.length
    const content = [head(status), ...lines, ...(rest > 0 ? [`… ${rest} more files.`] : [])].join('\n')
    return {
      content,
      display:
        rows.length === 0
          ? { kind: 'text', text: content }
          : {
              kind: 'table',
              columns: ['File', 'State', 'Was'],
              rows: shown,
              totalRows: rows.length,
            },
      truncated: status.truncated,
      ...(rest > 0 && { full: [head(status), ...all].join('\n') }),
    }
  },
})

function head({ branch, commit, entries }: GitStatus): string {
  const where = branch === undefined ? 'On no branch' : `On ${branch}`
  const at = commit === undefined ? ', nothing committed yet' : ` at ${shortId(commit)}`
  const what =
    entries.length === 0
      ? 'nothing differs'
      : entries.length === 1
        ? '1 file differs'
        : `${entries.length} files differ`
  return `${where}${at}: ${what}.`
}

function wordOf({ index, workTree }: StatusEntry): string {
  return words[workTree === '.' ? index : workTree] ?? 'changed'
}

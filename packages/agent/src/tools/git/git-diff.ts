import { splitPatch } from '@reynard/protocol'
import { z } from 'zod'
import { mayHoldSecrets } from '../files/secret-files.ts'
import { defineTool } from '../tool.ts'
import { pathsSchema, revisionSchema } from './git-input.ts'

/** Read of a diff; what the model does not read at once of it is kept. */
const mostBytes = 8 * 1024 * 1024
/** Split into its files for a page, which shows less than that. Characters. */
const mostShown = 500_000

/** Changes as a unified diff: of the work tree, or from one commit to another. */
export const gitDiff = defineTool({
  name: 'git_diff',
  group: 'version_control',
  effect: 'read',
  level: 'L3',
  description:
    'Shows as a diff what the workspace changes on the last commit, new files included. With from: what changed since that commit; with to as well: from one commit to the other.',
  input: z.object({ paths: pathsSchema, from: revisionSchema.optional(), to: revisionSchema.optional() }),
  timeoutMs: 30_000,
  title: ({ paths, from, to }) => ({
    running: 'Comparing',
    done: 'Compared',
    detail:
      [...(from === undefined ? [] : [to === undefined ? from : `${from} to ${to}`]), ...paths].join(' ') ||
      'all changes',
    code: true,
  }),
  async execute({ paths, from, to }, { session, signal }) {
    if (to !== undefined && from === undefined) throw new Error('Give from as well: the commit to compare with.')
    const git = await session.git.repository(signal)
    const { text: whole, truncated } =
      from === undefined
        ? await git.pending(paths, mostBytes, signal)
        : await git.diff({ from, paths, maxBytes: mostBytes, ...(to !== undefined && { to }) }, signal)
    const note = truncated ? '\n… The diff is longer; ask for single paths.' : ''
    const text = session.folder === null ? whole : withoutSecrets(whole)
    return {
      content: text.trim() === '' ? 'Nothing differs.' : `${text}${note}`,
      display: { kind: 'diffs', ...shownOf(text) },
      truncated,
    }
  },
})

/** A folder of this machine holds what its owner would not hand on: such files stand there by name. */
function withoutSecrets(text: string): string {
  return text
    .split(/^(?=diff --git )/m)
    .map((part) => {
      const [file] = splitPatch(part)
      const secret = [file?.path, file?.oldPath].find((path) => path && mayHoldSecrets(path))
      return secret ? `… ${secret} differs. It may hold secrets, so it is not shown.\n` : part
    })
    .join('')
}

function shownOf(text: string) {
  const files = splitPatch(text.slice(0, mostShown))
  const omitted = text.slice(mostShown).match(/^diff --git /gm)?.length ?? 0
  return { files, omitted }
}

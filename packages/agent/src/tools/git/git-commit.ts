import { splitPatch } from '@reynard/protocol'
import { commitMessage } from '@reynard/sandbox'
import { z } from 'zod'
import { defineTool } from '../tool.ts'
import { pathsSchema, shortId } from './git-input.ts'

const mostDiff = 256 << 10
const mostNames = 5

function namesOf(paths: readonly string[]): string {
  const shown = paths.slice(0, mostNames).join(', ')
  const more = paths.length - mostNames
  return `Commits ${paths.length === 1 ? '1 file' : `${paths.length} files`}: ${shown}${more > 0 ? ` and ${more} more` : ''}`
}

/** Commits what has changed, in the person's name. */
export const gitCommit = defineTool({
  name: 'git_commit',
  group: 'version_control',
  effect: 'write',
  level: 'L3',
  description:
    'Commits what the workspace changes, new files included, or only what is under paths. Look at git_diff first and write a message that says why.',
  input: z.object({ message: z.string().trim().min(1).max(20_000), paths: pathsSchema }),
  timeoutMs: 60_000,
  title: ({ message }) => ({
    running: 'Committing',
    done: 'Committed',
    detail: commitMessage(message).split('\n', 1)[0] ?? '',
  }),
  // Nobody is asked about nothing.
  async refuses({ paths }, session) {
    const signal = AbortSignal.timeout(30_000)
    // What can't be looked at is for the commit itself to say.
    const changed = await session.git
      .repository(signal)
      .then((git) => git.pendingFiles(paths, signal))
      .catch(() => null)
    if (changed === null || changed.length > 0) return null
    const where = paths === undefined || paths.length === 0 ? '' : ` under ${paths.join(', ').slice(0, 300)}`
    return `There is nothing to commit: nothing${where} differs from the last commit.`
  },
  async facts({ message, paths }, session) {
    const signal = AbortSignal.timeout(30_000)
    const git = await session.git.repository(signal)
    const [changed, { text, truncated }, author, branch] = await Promise.all([
      git.pendingFiles(paths, signal),
      git.pending(paths, mostDiff, signal),
      session.git.author(),
      git.currentBranch(),
    ])
    const files = splitPatch(text)
    const who = `${author.name} <${author.email}>`
    const goes =
      session.folder === null
        ? `On ${branch ?? 'no branch'} in the history of this chat’s workspace, by ${who}. Nothing is sent anywhere`
        : `One new branch reynard/… in the repository of ${session.folder.path}, by ${who}. Nothing else there changes`
    return {
      wants: `commit ${changed.length === 1 ? '1 file' : `${changed.length} files`}`,
      reason: commitMessage(message).slice(0, 1_000),
      writes: [],
      notes: [namesOf(changed.map(({ path }) => path)).slice(0, 500), goes.slice(0, 500)],
      hosts: [],
      restorable: null,
      preview: { kind: 'diffs', files, omitted: truncated ? Math.max(0, changed.length - files.length) : 0 },
    }
  },
  async execute({ message, paths }, { session, signal }) {
    const { commit, branch, ref } = await session.git.commit({ message, paths }, signal)
    const git = await session.git.repository(signal)
    const parent = commit.parents[0]
    const { text, truncated } =
      parent === undefined
        ? await git.show(commit.id, {}, signal)
        : await git.diff({ from: parent, to: commit.id }, signal)
    const files = splitPatch(text)
    const found = ref === null ? '' : ` It is the branch ${ref} in the folder’s own repository.`
    return {
      content: `Committed ${shortId(commit.id)} on ${branch}: ${commit.subject}.${found}\n${files.map(({ change, path }) => `${change}: ${path}`).join('\n')}`,
      display: { kind: 'diffs', files, omitted: 0 },
      truncated,
    }
  },
})

import { splitPatch } from '@reynard/protocol'
import { z } from 'zod'
import { defineTool } from '../tool.ts'
import { revisionSchema, shortId } from './git-input.ts'

const inputSchema = z.object({
  action: z.enum(['list', 'create', 'switch']).default('list'),
  name: z.string().min(1).max(200).optional().describe('Of the branch to create or to switch to'),
  from: revisionSchema.optional().describe('Where the new branch begins; the last commit unless told'),
})

/** Branches: which there are, a new one, another one's files in the work tree. */
export const gitBranch = defineTool({
  name: 'git_branch',
  group: 'version_control',
  effect: 'write',
  level: 'L3',
  description:
    'Lists the branches; creates one without changing to it; or switches to one, which makes the files what they are on it and is refused where that would lose changes.',
  input: inputSchema,
  timeoutMs: 60_000,
  readsOnly: ({ action }) => action === 'list',
  title: ({ action, name = '' }) => {
    if (action === 'list') return { running: 'Listing branches', done: 'Listed branches' }
    return action === 'create'
      ? { running: 'Creating a branch', done: 'Created a branch', detail: name, code: true }
      : { running: 'Switching branches', done: 'Switched branches', detail: name, code: true }
  },
  async facts(input, session) {
    const name = nameOf(input)
    const base = { reason: null, writes: [], hosts: [], restorable: null }
    if (input.action !== 'switch') {
      const text = `A branch named ${name} begins at ${input.from ?? 'the last commit'}. No file changes.`
      return { ...base, wants: `create the branch ${name}`, preview: { kind: 'text', text } }
    }
    const git = await session.git.repository(AbortSignal.timeout(30_000))
    const { text, truncated } = await git.diff({ from: 'HEAD', to: name })
    const files = splitPatch(text)
    return {
      ...base,
      wants: `switch to the branch ${name}`,
      writes: files.filter(({ change }) => change !== 'deleted').map(({ path }) => path),
      deletes: files.filter(({ change }) => change === 'deleted').map(({ path }) => path),
      reason: truncated ? 'It changes more files than are shown here.' : null,
      preview: { kind: 'diffs', files, omitted: 0 },
    }
  },
  async execute(input, { session, signal }) {
    const git = await session.git.repository(signal)
    if (input.action === 'create') {
      const { name, commit } = await git.createBranch(nameOf(input), input.from)
      const text = `Created the branch ${name} at ${shortId(commit)}.`
      return { content: text, display: { kind: 'text', text } }
    }
    if (input.action === 'switch') {
      const name = nameOf(input)
      await git.switchBranch(name, signal)
      const text = `Switched to the branch ${name}.`
      return { content: text, display: { kind: 'text', text } }
    }
    const branches = await git.branches()
    if (branches.length === 0) {
      const none = 'There is no branch yet: nothing is committed.'
      return { content: none, display: { kind: 'text', text: none } }
    }
    const rows = branches.map(({ name, commit, current }) => [name, shortId(commit), current ? 'current' : null])
    return {
      content: rows
        .map(([name, commit, current]) => `${name} ${commit}${current === null ? '' : ' (current)'}`)
        .join('\n'),
      display: { kind: 'table', columns: ['Branch', 'Commit', 'State'], rows, totalRows: rows.length },
    }
  },
})

function nameOf({ name }: z.infer<typeof inputSchema>): string {
  if (name === undefined) throw new Error('Give the name of the branch.')
  return name
}

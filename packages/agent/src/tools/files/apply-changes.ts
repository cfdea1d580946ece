import type { FileDiff } from '@reynard/protocol'
import { z } from 'zod'
import { defineTool } from '../tool.ts'
import type { FolderProject, ToolSession } from '../tool-session.ts'
import { diffTexts } from './diff-texts.ts'
import { filePathSchema } from './file-path.ts'
import { textOf } from './text-of.ts'

const inputSchema = z.object({
  copy: z.string().min(1).max(20).describe('The copy that the run named'),
  paths: z.array(filePathSchema).max(200).default([]).describe('Only these files; all that were changed unless told'),
})
type Input = z.infer<typeof inputSchema>
const mostShown = 50

/** What a program changed in its copy of a folder of this machine, put into the folder. */
export const applyChanges = defineTool({
  name: 'apply_changes',
  group: 'file_ops',
  effect: 'write',
  level: 'none',
  needs: ['folder'],
  description:
    'Puts files that a run changed in its copy into the project itself. The person is shown the changes and decides.',
  input: inputSchema,
  timeoutMs: 60_000,
  title: ({ copy }) => ({ running: 'Applying changes', done: 'Applied changes', detail: copy, code: true }),
  async refuses(input, session) {
    let changes: Awaited<ReturnType<typeof wanted>>
    try {
      changes = await wanted(input, folderOf(session))
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
    for (const { path, change } of changes) {
      const problem = change === 'deleted' ? await session.workspace.removalProblem(path) : null
      if (problem !== null) return `${problem} Apply the other files without it.`
    }
    return null
  },
  async facts(input, session) {
    const folder = folderOf(session)
    const changes = await wanted(input, folder)
    const files = await diffs(changes.slice(0, mostShown), input.copy, folder, session)
    const gone = changes.filter(({ change }) => change === 'deleted')
    return {
      wants: changes.length === 1 ? `change ${changes[0]?.path}` : `change ${changes.length} files`,
      reason: null,
      writes: changes.filter(({ change }) => change !== 'deleted').map(({ path }) => path),
      deletes: gone.map(({ path }) => path),
      hosts: [],
      restorable: changes.some(({ change }) => change !== 'added') ? false : null,
      preview: { kind: 'diffs', files, omitted: changes.length - files.length },
    }
  },
  async execute(input, { session, signal }) {
    const folder = folderOf(session)
    const changes = await wanted(input, folder)
    const files = await diffs(changes.slice(0, mostShown), input.copy, folder, session)
    await folder.apply(
      input.copy,
      changes.map(({ path }) => path),
      signal,
    )
    return {
      content: `Applied to the project:\n${changes.map(({ path, change }) => `${change}: ${path}`).join('\n')}`,
      display: { kind: 'diffs', files, omitted: changes.length - files.length },
    }
  },
})

function folderOf({ folder }: ToolSession): FolderProject {
  if (folder === null) throw new Error('This chat works on its own files: what a run changes is changed.')
  return folder
}

async function wanted({ copy, paths }: Input, folder: FolderProject) {
  const changes = await folder.changesOf(copy)
  const missing = paths.find((path) => !changes.some((change) => change.path === path))
  if (missing !== undefined) throw new Error(`${missing} was not changed in this copy.`)
  const chosen = paths.length === 0 ? changes : changes.filter(({ path }) => paths.includes(path))
  if (chosen.length === 0) throw new Error('Nothing was changed in this copy.')
  return chosen
}

async function diffs(
  changes: Awaited<ReturnType<typeof wanted>>,
  copy: string,
  folder: FolderProject,
  session: ToolSession,
): Promise<FileDiff[]> {
  const files: FileDiff[] = []
  for (const { path, change } of changes) {
    const before = change === 'added' ? '' : await textOf(session, path)
    const after = change === 'deleted' ? '' : await folder.textOf(copy, path)
    const patch = before === null || after === null ? '' : diffTexts(before, after)
    files.push({ path, oldPath: null, change, patch })
  }
  return files
}

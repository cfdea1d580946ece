import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ToolSession } from '@reynard/agent'
import type { WorkspaceChanges } from '@reynard/protocol'
import { type ChangedFile, type Checkpoints, isKeptOutput } from '@reynard/sandbox'
import { fileChanges } from './file-changes.ts'
import { readState, startOf } from './state-label.ts'

type Request = { since: 'start' | 'commit' | undefined; path: string | undefined }
type Sources = {
  /** Null: no states are kept of these files. */
  checkpoints: Checkpoints | null
  session: Pick<ToolSession, 'git' | 'workspace'>
  /** The state that the files are compared in. */
  now(checkpoints: Checkpoints): Promise<string | null>
}

/** Files that a list of changes names. */
const mostFiles = 500

/** What differs between the files and where the chat began, or the project's last commit. */
export async function listChanges(
  { checkpoints, session, now }: Sources,
  { since, path }: Request,
  signal: AbortSignal,
): Promise<WorkspaceChanges> {
  const states = (await checkpoints?.list())?.states ?? []
  const start = startOf(states.map(readState))
  const commit = await lastCommit(session, signal)
  const choices: WorkspaceChanges['choices'] = [
    ...(start ? (['start'] as const) : []),
    ...(commit ? (['commit'] as const) : []),
  ]
  const chosen = choices.find((choice) => choice === since) ?? choices[0]

  if (chosen === 'start' && start && checkpoints !== null) {
    const to = (await now(checkpoints)) ?? start.id
    const changes = await checkpoints.changes(start.id, to)
    // What tools kept is nobody's work; in a folder of this machine one of this name is its owner's.
    const isWork = (file: ChangedFile) =>
      session.workspace.isElsewhere || file.change !== 'added' || !isKeptOutput(file.path)
    const all = only(changes.filter(isWork), path)
    const patch = await patchOf(all, path, (paths) => checkpoints.diff(start.id, to, { paths }))
    return { since: { kind: 'start', at: start.at }, choices, ...listed(all), ...patch }
  }
  if (chosen === 'commit' && commit) {
    const { git, id, atMs: at, subject } = commit
    const all = only(await git.pendingFiles([], signal), path)
    const patch = await patchOf(all, path, (paths) => git.pending(paths, undefined, signal))
    return { since: { kind: 'commit', at, id, subject }, choices, ...listed(all), ...patch }
  }
  return { since: null, choices, files: [], total: 0, patch: '', truncated: false }
}

/** The repository and its last commit; null where there is none yet. */
async function lastCommit({ git, workspace }: Sources['session'], signal: AbortSignal) {
  if (!workspace.isElsewhere && !existsSync(join(workspace.home, 'git', 'HEAD'))) return null
  const repository = await git.repository(signal)
  const [commit] = await repository.log({ limit: 1 }, signal)
  return commit === undefined ? null : { git: repository, ...commit }
}

const only = (files: ChangedFile[], path: string | undefined) =>
  path === undefined ? files : files.filter((file) => file.path === path)

const listed = (files: readonly ChangedFile[]) => ({ files: fileChanges(files, mostFiles), total: files.length })

async function patchOf(
  files: readonly ChangedFile[],
  path: string | undefined,
  diff: (paths: string[]) => Promise<{ text: string; truncated: boolean }>,
) {
  if (path === undefined || files.length === 0) return { patch: '', truncated: false }
  const { text, truncated } = await diff(
    files.flatMap(({ path, oldPath }) => (oldPath === undefined ? [path] : [oldPath, path])),
  )
  return { patch: text, truncated }
}

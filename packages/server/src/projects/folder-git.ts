import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { namesPrint, SandboxError, type Workspace } from '@reynard/sandbox'
import type { GitHome } from '../assistants/git-port.ts'

/** What was refused of a repository once is so until it changes: work goes on without its history. */
const refused: ReadonlySet<string> = new Set(['denied', 'too-large', 'too-many', 'failed', 'not-found', 'bad-path'])
const mostBranches = 50

/**
 * The repository of a folder of this machine, as the source of history and the place where commits come back to. Its names are looked at
 * before each use, its objects are read only when a name changed.
 */
export function createFolderGit(workspace: Workspace): GitHome {
  const printFile = join(workspace.home, 'imported-names')
  let seen: string | null | undefined
  /** Where each branch of ours in the folder was when we last wrote it. */
  const published = new Map<string, string>()

  return {
    async refresh(git, signal) {
      const print = await namesPrint(workspace)
      seen ??= readText(printFile)
      if (print === seen) return
      try {
        if (print !== null) await git.importFrom(workspace, '.git', signal)
      } catch (error) {
        if (!(error instanceof SandboxError) || !refused.has(error.code)) throw error
      }
      seen = print
      writeFileSync(printFile, print ?? '', { mode: 0o600 })
    },
    async prepareCommit(git) {
      if ((await git.currentBranch())?.startsWith('reynard/')) return
      const taken = new Set((await git.branches()).map(({ name }) => name))
      const name = `reynard/${workspace.id.slice(-8)}`
      const names = Array.from({ length: mostBranches }, (_, index) => (index === 0 ? name : `${name}-${index + 1}`))
      await git.beginBranch(names.find((each) => !taken.has(each)) ?? name)
    },
    async publish(git, commit, signal) {
      const branch = await git.currentBranch()
      if (branch === undefined) return null
      const log = await git.log({ from: commit, limit: 1 }, signal)
      const before = published.get(branch) ?? log[0]?.parents[0]
      const isThere = await git.publish(branch, before, signal)
      if (!isThere) return null
      published.set(branch, commit)
      // What we wrote ourselves is no reason to import again.
      seen = await namesPrint(workspace)
      writeFileSync(printFile, seen ?? '', { mode: 0o600 })
      return branch
    },
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8') || null
  } catch {
    return null
  }
}

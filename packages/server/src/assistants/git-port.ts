import type { GitPort } from '@reynard/agent'
import { defaultAuthor, GitRepository, openGitSession, type Sandbox, type Workspace } from '@reynard/sandbox'

/** Where the history of a project of this machine comes from, and where commits go back to. */
export type GitHome = {
  /** Before anything is asked of the repository. */
  refresh(git: GitRepository, signal: AbortSignal): Promise<void>
  /** Before a commit. */
  prepareCommit(git: GitRepository): Promise<void>
  /** The name under which a commit is found there; null where it stays here. */
  publish(git: GitRepository, commit: string, signal: AbortSignal): Promise<string | null>
}

type Options = {
  workspace: Workspace
  sandbox: Sandbox
  ownerId: string
  /** Whose commits they are. */
  author(): Promise<{ name: string; email: string } | null>
  /** Null: the history is kept here alone. */
  home: GitHome | null
}

/** The repository of a workspace, opened at its first use; its GIT_DIR lies where no tool sees it. */
export function createGitPort({ workspace, sandbox, ownerId, author, home }: Options): GitPort {
  let opened: GitRepository | null = null
  async function repository(signal: AbortSignal): Promise<GitRepository> {
    opened ??= new GitRepository(workspace, openGitSession(sandbox, workspace, ownerId))
    await home?.refresh(opened, signal)
    return opened
  }
  const whose = async () => (await author()) ?? defaultAuthor
  return {
    repository,
    author: whose,
    async commit({ message, paths }, signal) {
      const git = await repository(signal)
      await home?.prepareCommit(git)
      const commit = await git.commit({ message, paths, author: await whose() }, signal)
      const branch = (await git.currentBranch()) ?? 'HEAD'
      const ref = (await home?.publish(git, commit.id, signal)) ?? null
      return { commit, branch, ref }
    },
  }
}

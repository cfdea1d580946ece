import type { Workspace } from '../files/workspace.ts'
import type { Sandbox } from '../session/create-sandbox.ts'
import type { SandboxSession } from '../session/sandbox-session.ts'

/** A repository and checkpoints hold several states of what the quota counts once. */
const statesPerQuota = 8

/**
 * The session in which git runs for a workspace: it sees the workspace's whole home, also the GIT_DIRs that no tool may see, so it is for
 * `GitRepository` and `Checkpoints` alone. `owner`: whose turn it is when many wait.
 */
export function openGitSession(sandbox: Sandbox, workspace: Workspace, owner: string): SandboxSession {
  const { bytes, entries } = workspace.quota.limits
  const quota = { bytes: bytes * statesPerQuota, entries: entries * statesPerQuota }
  return sandbox.open({ owner, workspace: workspace.home, levels: ['L3'], quota })
}

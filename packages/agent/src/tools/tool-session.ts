import type { SandboxSession, SessionOptions, Workspace } from '@reynard/sandbox'

/** What the tools of one run may reach: made by the server for its conversation, and nothing of the host beyond it. */
export interface ToolSession {
  readonly ownerId: string
  readonly conversationId: string
  /** The conversation's folder of files. Errors are `SandboxError`s whose message may be shown to model and person. */
  readonly workspace: Workspace
  /** A part of the sandbox over this workspace that may do no more than what is asked for here. Costs nothing. */
  openSandbox(may: Required<Pick<SessionOptions, 'levels' | 'languages'>>): SandboxSession
}

import type { Commit, GitRepository, SandboxSession, SessionOptions, Workspace } from '@reynard/sandbox'
import type { ChatSearch } from './chats/chat-search.ts'
import type { WebAccess } from './web/web-access.ts'

/** Version control as tools have it. Errors are `SandboxError`s. */
export interface GitPort {
  /** The workspace's repository, opened when it is first needed; the history of a project is brought up to date first. */
  repository(signal: AbortSignal): Promise<GitRepository>
  /** In whose name a commit would be made. */
  author(): Promise<{ name: string; email: string }>
  /** Commits in that name. `ref`: where it can be found in the repository of a folder of this machine; null elsewhere. */
  commit(
    options: { message: string; paths: readonly string[] },
    signal: AbortSignal,
  ): Promise<{ commit: Commit; branch: string; ref: string | null }>
}

/** A file of a copy that is not as it was in the folder. */
export type FolderChange = { path: string; change: 'added' | 'modified' | 'deleted' }

/** A project in a folder of this machine. Programs never write it: each works on a copy, whose changes a person approves or not. */
export interface FolderProject {
  /** The path on this machine, for people. */
  readonly path: string
  /** What programs of a session changed in their copy; null where they changed nothing. */
  changedBy(session: SandboxSession): Promise<{ copy: string; changes: FolderChange[] } | null>
  /** What differs in a copy, by path. `not-found` where it is not kept any more. */
  changesOf(copy: string): Promise<FolderChange[]>
  /** A file of a copy; null where it is no text, or too large for a diff. */
  textOf(copy: string, path: string): Promise<string | null>
  /** Makes files of the folder what they are in a copy. `denied` where one was changed meanwhile: then nothing is. */
  apply(copy: string, paths: readonly string[], signal: AbortSignal): Promise<void>
}

/** What the tools of one run may reach: made by the server for its conversation, and nothing of the host beyond it. */
export interface ToolSession {
  readonly ownerId: string
  readonly conversationId: string
  /** The conversation's folder of files. Errors are `SandboxError`s whose message may be shown to model and person. */
  readonly workspace: Workspace
  /**
   * Where what tools keep for the model lies: the workspace itself, or, where that is a folder of this machine, files of the server's beside
   * it, of which `placeOf` finds what is read.
   */
  readonly kept: Workspace
  /** Version control of the workspace. */
  readonly git: GitPort
  /** The folder of this machine that the workspace is, if it is one: whatever changes there is asked about. */
  readonly folder: FolderProject | null
  readonly web: WebAccess
  readonly chats: ChatSearch
  /**
   * A part of the sandbox over this workspace that may do no more than what is asked for here. Costs nothing. `changes`: whether its
   * programs may write files; not unless told.
   */
  openSandbox(may: Required<Pick<SessionOptions, 'levels' | 'languages'>> & { changes?: boolean }): SandboxSession
  /** What is remembered of the owner; absent where memory is switched off for this run. */
  readonly memory?: ToolMemory
}

/** The door to what is remembered across conversations. */
export interface ToolMemory {
  /** The id of the person's message of this conversation in which these words stand; null where none does. */
  findQuote(quote: string): Promise<string | null>
  /** Keeps a fact with its source; `known` where the same one was there. Errors have a message for model and person. */
  keep(fact: { text: string; quote: string; messageId: string }): Promise<'kept' | 'known'>
}

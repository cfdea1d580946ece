import type { bringProjectInputSchema, CommitAuthor, Project, RegisteredFolder } from '@reynard/protocol'
import type { z } from 'zod'

export type BringProjectInput = z.infer<typeof bringProjectInputSchema>

/** Code that chats work on, and the folders of this machine that they may. What belongs to somebody else is `not-found`. */
export type ProjectService = {
  /** Registered folders, each looked at now. */
  folders(ownerId: string): Promise<RegisteredFolder[]>
  /** Throws `bad-request`, `not-found`, `forbidden` with the reason (see `checkFolder`), `conflict` where it is registered already. */
  registerFolder(ownerId: string, path: string): Promise<RegisteredFolder>
  /** Chats that work in it can't from now on; the folder itself is left as it is. */
  removeFolder(ownerId: string, id: string): Promise<void>
  /**
   * Begins to bring a project into a chat, a new one where none is named; it goes on by itself, and `of` says how far it is. Throws
   * `conflict` where the chat has files or a project already or an answer is being written in it, else what the source is refused for.
   */
  bring(ownerId: string, input: BringProjectInput): Promise<{ conversationId: string }>
  /** Ends a bringing that goes on; nothing of it stays. */
  cancel(ownerId: string, conversationId: string): Promise<void>
  /** The same for a chat that is gone; nobody waits for it. */
  stop(conversationId: string): void
  /** The project of a chat; null where it has none. */
  of(ownerId: string, conversationId: string): Promise<Project | null>
  /** Commits of a chat's files, to be taken elsewhere: a bundle holds all, a patch what was added to what came. `not-found` without any. */
  history(ownerId: string, conversationId: string, form: 'bundle' | 'patch'): Promise<{ name: string; bytes: Buffer }>
  author(ownerId: string): Promise<CommitAuthor | null>
  setAuthor(ownerId: string, author: CommitAuthor | null): Promise<void>
  /** Tidies up what a server that was killed left half way. Once, before the first call. */
  recover(): Promise<void>
  /** Ends what is being brought. */
  close(): Promise<void>
}

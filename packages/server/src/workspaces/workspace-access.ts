import { type Db, disownFiles, findConversation } from '@reynard/db'
import { AppError } from '@reynard/protocol'
import { parsePath, SandboxError, type Workspace } from '@reynard/sandbox'
import type { ToolSessions } from '../assistants/tool-sessions.ts'
import type { ChangeSink } from '../runs/ports.ts'

type Options = { db: Db; sessions: Pick<ToolSessions, 'find'>; changes: ChangeSink }

/** Whose files these are, and what a change of them by their owner means for others. */
export type WorkspaceAccess = {
  /** Null: the conversation has no files. Throws `not-found` for what is somebody else's. */
  find(ownerId: string, conversationId: string): Promise<Workspace | null>
  /** Throws `not-found` also where there are no files. */
  mustFind(ownerId: string, conversationId: string): Promise<Workspace>
  /** A change of a person's: every page of theirs is told. Answers `result`. */
  changed<T>(ownerId: string, conversationId: string, result: T): T
  /** What a person has put there is theirs, whatever an assistant made under this path before. */
  becomesTheirs(conversationId: string, path: string): Promise<void>
}

export function createWorkspaceAccess({ db, sessions, changes }: Options): WorkspaceAccess {
  async function find(ownerId: string, conversationId: string): Promise<Workspace | null> {
    if ((await findConversation(db.kysely, ownerId, conversationId)) === undefined) {
      throw new AppError('not-found', 'This conversation is not here. It may have been deleted.')
    }
    return await sessions.find(conversationId)
  }

  async function mustFind(ownerId: string, conversationId: string): Promise<Workspace> {
    const workspace = await find(ownerId, conversationId)
    if (workspace === null) throw new AppError('not-found', 'This chat has no files yet.')
    return workspace
  }

  return {
    find,
    mustFind,
    changed(ownerId, conversationId, result) {
      changes.publish(ownerId, { kind: 'workspace', conversationId })
      return result
    },
    async becomesTheirs(conversationId, path) {
      await db.commit(await disownFiles(db.kysely, conversationId, [path]))
    },
  }
}

/** A path as it is kept, also of a file that is gone. Throws a `SandboxError` where it names no file of a workspace. */
export function plainPath(path: string): string {
  const segments = parsePath(path)
  if (segments.length === 0) throw new SandboxError('bad-path', 'This names no file.')
  return segments.join('/')
}

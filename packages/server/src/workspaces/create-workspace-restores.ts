import { type Db, disownAllFiles } from '@reynard/db'
import { AppError } from '@reynard/protocol'
import { plainText } from '@reynard/sandbox'
import type { ToolSessions } from '../assistants/tool-sessions.ts'
import type { Clock } from '../runs/ports.ts'
import type { RunService } from '../runs/run-service.ts'
import { type KeptStates, namedPaths, notKept } from './kept-states.ts'
import { refused } from './refused.ts'
import { noteRestore, readRestores } from './restore-log.ts'
import { readState, stateLabel } from './state-label.ts'
import type { WorkspaceAccess } from './workspace-access.ts'
import type { WorkspaceService } from './workspace-service.ts'

type Options = {
  db: Db
  access: WorkspaceAccess
  kept: KeptStates
  sessions: Pick<ToolSessions, 'checkpointsUnavailable'>
  runs: Pick<RunService, 'isLive'>
  clock: Clock
}

/** A file of a checkpoint that is brought back alone; none is larger. */
const mostRestored = 64 << 20

/** Brings states back: of one file, or of all. */
export function createWorkspaceRestores({
  db,
  access,
  kept,
  sessions,
  runs,
  clock,
}: Options): Pick<WorkspaceService, 'restoreFile' | 'restores' | 'restore'> {
  const { find, mustFind, changed, becomesTheirs } = access

  /** What is brought back while a tool works on it would be half of each. */
  function mustRest(conversationId: string): void {
    if (!runs.isLive(conversationId)) return
    throw new AppError(
      'conflict',
      'An answer is being written in this chat. Stop it or wait for its end, then restore.',
    )
  }

  return {
    async restoreFile(ownerId, { conversationId, checkpoint, path }) {
      const workspace = await mustFind(ownerId, conversationId)
      const checkpoints = await kept.of(ownerId, conversationId)
      mustRest(conversationId)
      return await refused(async () => {
        try {
          const [content = null] = await checkpoints.versions([checkpoint], path)
          const undo = await kept.saveNow(checkpoints)
          const [now = null] = await checkpoints.versions([undo], path)
          const isThere = workspace.find(path) !== undefined
          if (isThere && now === null) throw new AppError('conflict', notHeld(path))
          if (content === null) {
            if (await checkpoints.leftOut(checkpoint, path)) throw new AppError('unsupported', wasNotKept)
            if (isThere) await workspace.remove(path)
          } else {
            const file = await checkpoints.findFile(checkpoint, path)
            if (file === null) {
              throw new AppError('unsupported', 'This was a link then. Restore the whole checkpoint to have it back.')
            }
            const { bytes } = await checkpoints.file(checkpoint, path, mostRestored)
            await workspace.write(path, bytes, file)
          }
          await becomesTheirs(conversationId, path)
          return changed(ownerId, conversationId, { undo, left: namedPaths([]) })
        } catch (error) {
          throw notKept(error)
        }
      })
    },

    async restores(ownerId, conversationId) {
      const workspace = await find(ownerId, conversationId)
      const noted = workspace === null ? [] : await readRestores(workspace.home)
      if (noted.length === 0 || (await sessions.checkpointsUnavailable()) !== null) return []
      return await refused(async () => {
        const checkpoints = await kept.of(ownerId, conversationId)
        // What a person did is in no state until one is asked for.
        if (!runs.isLive(conversationId)) await kept.saveNow(checkpoints)
        const { states } = await checkpoints.list()
        const made = states.map(readState).filter(({ made }) => made !== 'restore')
        const changedAt = Math.max(0, ...made.map(({ at }) => at))
        return noted.map((restore) => ({ ...restore, changedSince: changedAt > restore.at }))
      })
    },

    async restore(ownerId, { conversationId, checkpoint }) {
      const { home } = await mustFind(ownerId, conversationId)
      const checkpoints = await kept.of(ownerId, conversationId)
      mustRest(conversationId)
      return await refused(async () => {
        try {
          const { id, left } = await checkpoints.restore(checkpoint, stateLabel('restore', clock.now()))
          // Of a state of before nobody knows any more which of its files the assistant had made.
          await db.commit([disownAllFiles(db.kysely, conversationId)])
          // Then the files are as in no state yet: what is kept of them is no change made since.
          if (left.length > 0) await kept.saveNow(checkpoints)
          // The files are back: a line less in the chat is no failure of that.
          await noteRestore(home, { at: clock.now(), to: checkpoint, undo: id }).catch(() => {})
          return changed(ownerId, conversationId, { undo: id, left: namedPaths(left) })
        } catch (error) {
          throw notKept(error)
        }
      })
    },
  }
}

const notHeld = (path: string) =>
  `What stands at ${plainText(path)} now is in no checkpoint, so it stays and nothing is restored. Move or delete it first.`
const wasNotKept = 'The file was too large to be kept then, or not readable, so this version can’t be restored.'

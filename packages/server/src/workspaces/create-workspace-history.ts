import { type Checkpoints, isKept } from '@reynard/sandbox'
import type { ToolSessions } from '../assistants/tool-sessions.ts'
import { deadlineSignal } from '../deadline-signal.ts'
import type { RunService } from '../runs/run-service.ts'
import { fileChanges } from './file-changes.ts'
import { listVersions } from './file-history.ts'
import { type KeptStates, namedPaths, notKept } from './kept-states.ts'
import { listChanges } from './list-changes.ts'
import { refused } from './refused.ts'
import { readState } from './state-label.ts'
import { plainPath, type WorkspaceAccess } from './workspace-access.ts'
import type { WorkspaceService } from './workspace-service.ts'

type Options = {
  access: Pick<WorkspaceAccess, 'find' | 'mustFind'>
  kept: KeptStates
  sessions: Pick<ToolSessions, 'open' | 'checkpoints' | 'checkpointsUnavailable'>
  runs: Pick<RunService, 'isLive'>
}

/** Files that a list of changes names. */
const mostFiles = 500
const changesMs = 60_000
const none = { checkpoints: [], current: null, notKept: { paths: [], total: 0 } }

/** What became of files: the states that are kept, and what differs between them. */
export function createWorkspaceHistory({
  access,
  kept,
  sessions,
  runs,
}: Options): Pick<WorkspaceService, 'checkpoints' | 'diff' | 'changes' | 'history'> {
  const { find, mustFind } = access
  return {
    async checkpoints(ownerId, conversationId) {
      const workspace = await find(ownerId, conversationId)
      if (workspace === null || (await sessions.checkpointsUnavailable()) !== null) {
        return none
      }
      return await refused(async () => {
        const checkpoints = await kept.of(ownerId, conversationId)
        const { states } = await checkpoints.list()
        if (states.length === 0) return { ...none, notKept: namedPaths(checkpoints.skipped) }
        const current = runs.isLive(conversationId) ? null : await kept.saveNow(checkpoints)
        const all =
          current === null || states.some(({ id }) => id === current) ? states : (await checkpoints.list()).states
        return {
          checkpoints: all.map(readState).sort((a, b) => b.at - a.at),
          current,
          notKept: namedPaths(checkpoints.skipped),
        }
      })
    },

    async diff(ownerId, { conversationId, before, after, path }) {
      const checkpoints = await kept.of(ownerId, conversationId)
      return await refused(async () => {
        try {
          const to = after ?? (await kept.saveNow(checkpoints))
          const all = await checkpoints.changes(before, to)
          const files = path === undefined ? all : all.filter((file) => file.path === path)
          const paths = files.flatMap((file) => (file.oldPath === undefined ? [file.path] : [file.oldPath, file.path]))
          const isAll = path === undefined
          const { text, truncated } =
            files.length === 0
              ? { text: '', truncated: false }
              : await checkpoints.diff(before, to, isAll ? {} : { paths })
          return { files: fileChanges(files, mostFiles), total: files.length, patch: text, truncated }
        } catch (error) {
          throw notKept(error)
        }
      })
    },

    async changes(ownerId, { conversationId, since, path: given }, signal) {
      const path = given === undefined ? undefined : await refused(() => plainPath(given))
      if ((await find(ownerId, conversationId)) === null) {
        return { since: null, choices: [], files: [], total: 0, patch: '', truncated: false }
      }
      const areKept = (await sessions.checkpointsUnavailable()) === null
      const checkpoints = areKept ? await sessions.checkpoints({ ownerId, conversationId }) : null
      const session = await sessions.open({ ownerId, conversationId })
      const now = async (all: Checkpoints) =>
        runs.isLive(conversationId) ? (await all.list()).latest : await kept.saveNow(all)
      return await refused(() =>
        listChanges({ checkpoints, session, now }, { since, path }, deadlineSignal(changesMs, signal)),
      )
    },

    async history(ownerId, { conversationId, path: given }) {
      const path = await refused(() => plainPath(given))
      const workspace = await mustFind(ownerId, conversationId)
      const off = await sessions.checkpointsUnavailable()
      if (off !== null) return { versions: [], unavailable: off }
      return await refused(async () => {
        if (workspace.isElsewhere) {
          return {
            versions: [],
            unavailable:
              'Of a folder of this machine no checkpoints are kept: its own version control tells its history.',
          }
        }
        const checkpoints = await kept.of(ownerId, conversationId)
        if ((await checkpoints.list()).states.length > 0 && !runs.isLive(conversationId))
          await kept.saveNow(checkpoints)
        const versions = await listVersions(checkpoints, path)
        const bytes = workspace.find(path)?.bytes
        const isOut = versions.length === 0 && bytes !== undefined && !isKept(path, bytes)
        return {
          versions,
          unavailable: isOut
            ? 'Checkpoints leave this file out: it is larger than 64 MB, or in a folder that can be made again.'
            : null,
        }
      })
    },
  }
}

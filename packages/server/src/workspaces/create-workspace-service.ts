import { type Db, disownAllFiles, disownFiles, findConversation } from '@reynard/db'
import { AppError, type WorkspaceDiff } from '@reynard/protocol'
import {
  archiveStem,
  type Checkpoints,
  extractArchive,
  isKept,
  parsePath,
  plainText,
  SandboxError,
  type Workspace,
} from '@reynard/sandbox'
import type { ToolSessions } from '../assistants/tool-sessions.ts'
import type { ChangeSink, Clock } from '../runs/ports.ts'
import type { RunService } from '../runs/run-service.ts'
import type { UploadClaims } from '../uploads/upload-claims.ts'
import { freeName } from '../uploads/upload-name.ts'
import type { UploadStore } from '../uploads/upload-store.ts'
import { fileChanges } from './file-changes.ts'
import { listVersions } from './file-history.ts'
import { listChanges } from './list-changes.ts'
import { listFolder } from './list-folder.ts'
import { previewDocument } from './preview-document.ts'
import { previewFile } from './preview-file.ts'
import { refused } from './refused.ts'
import { noteRestore, readRestores } from './restore-log.ts'
import { readState, stateLabel } from './state-label.ts'
import { takeUpload } from './take-upload.ts'
import type { WorkspaceService } from './workspace-service.ts'

type Options = {
  db: Db
  sessions: Pick<ToolSessions, 'open' | 'find' | 'checkpoints' | 'checkpointsUnavailable' | 'limits'>
  uploads: UploadStore
  claims: UploadClaims
  runs: Pick<RunService, 'isLive'>
  changes: ChangeSink
  clock: Clock
}

/** Files that a list of changes names. */
const mostFiles = 500
/** A document that takes longer is not shown. */
const documentMs = 30_000
const changesMs = 60_000
/** Of an archive; a large project has some thousands. */
const mostUnpacked = 20_000
const unpackingMs = 120_000
/** A file of a checkpoint that is brought back alone; none is larger. */
const mostRestored = 64 << 20
/** Files that no checkpoint holds, named. */
const mostNotKept = 20
const none = { checkpoints: [], current: null, notKept: { paths: [], total: 0 } }
const empty = { bytes: 0, entries: 0, over: false }

/** Files of conversations by the workspaces of their tools. */
export function createWorkspaceService({
  db,
  sessions,
  uploads,
  claims,
  runs,
  changes,
  clock,
}: Options): WorkspaceService {
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

  async function checkpointsOf(ownerId: string, conversationId: string): Promise<Checkpoints> {
    await mustFind(ownerId, conversationId)
    const reason = await sessions.checkpointsUnavailable()
    const checkpoints = reason === null ? await sessions.checkpoints({ ownerId, conversationId }) : null
    if (checkpoints === null) throw new AppError('unsupported', reason ?? 'This chat has no checkpoints yet.')
    return checkpoints
  }

  /** What is brought back while a tool works on it would be half of each. */
  function mustRest(conversationId: string): void {
    if (!runs.isLive(conversationId)) return
    throw new AppError(
      'conflict',
      'An answer is being written in this chat. Stop it or wait for its end, then restore.',
    )
  }

  /** The files as they are, kept; tools at work would be caught in the middle of it. */
  const saveNow = async (checkpoints: Checkpoints) => (await checkpoints.save(stateLabel('person', clock.now()))).id

  /** A change of a person's: every page of theirs is told. */
  function changed<T>(ownerId: string, conversationId: string, result: T): T {
    changes.publish(ownerId, { kind: 'workspace', conversationId })
    return result
  }

  /** What a person has put there is theirs, whatever an assistant made under this path before. */
  async function becomesTheirs(conversationId: string, path: string): Promise<void> {
    await db.commit(await disownFiles(db.kysely, conversationId, [path]))
  }

  return {
    async summary(ownerId, conversationId) {
      const workspace = await find(ownerId, conversationId)
      return {
        exists: workspace !== null,
        usage: workspace === null ? empty : await usageOf(workspace),
        quota: workspace?.quota.limits ?? sessions.limits,
        checkpointsUnavailable: await sessions.checkpointsUnavailable(),
      }
    },

    async list(ownerId, { conversationId, path, from }) {
      const workspace = await find(ownerId, conversationId)
      if (workspace === null) return { path, entries: [], from, total: 0, hidden: 0 }
      return await refused(() => listFolder(workspace, path, from))
    },

    async preview(ownerId, { conversationId, path, from, bytes }) {
      const workspace = await mustFind(ownerId, conversationId)
      return await refused(() => previewFile(workspace, path, { from, bytes }))
    },

    async document(ownerId, { conversationId, path, from }, signal) {
      await mustFind(ownerId, conversationId)
      const session = await sessions.open({ ownerId, conversationId })
      const deadline = AbortSignal.timeout(documentMs)
      const stop = signal === undefined ? deadline : AbortSignal.any([signal, deadline])
      return await refused(() => previewDocument(session, path, from, stop))
    },

    async checkpoints(ownerId, conversationId) {
      const workspace = await find(ownerId, conversationId)
      if (workspace === null || (await sessions.checkpointsUnavailable()) !== null) {
        return none
      }
      return await refused(async () => {
        const checkpoints = await checkpointsOf(ownerId, conversationId)
        const { states } = await checkpoints.list()
        if (states.length === 0) return { ...none, notKept: notKeptOf(checkpoints) }
        const current = runs.isLive(conversationId) ? null : await saveNow(checkpoints)
        const all =
          current === null || states.some(({ id }) => id === current) ? states : (await checkpoints.list()).states
        return { checkpoints: all.map(readState).sort((a, b) => b.at - a.at), current, notKept: notKeptOf(checkpoints) }
      })
    },

    async diff(ownerId, { conversationId, before, after, path }): Promise<WorkspaceDiff> {
      const checkpoints = await checkpointsOf(ownerId, conversationId)
      return await refused(async () => {
        try {
          const to = after ?? (await saveNow(checkpoints))
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
      const now = async (kept: Checkpoints) =>
        runs.isLive(conversationId) ? (await kept.list()).latest : await saveNow(kept)
      const deadline = AbortSignal.timeout(changesMs)
      const stop = signal === undefined ? deadline : AbortSignal.any([signal, deadline])
      return await refused(() => listChanges({ checkpoints, session, now }, { since, path }, stop))
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
        const checkpoints = await checkpointsOf(ownerId, conversationId)
        if ((await checkpoints.list()).states.length > 0 && !runs.isLive(conversationId)) await saveNow(checkpoints)
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

    async restoreFile(ownerId, { conversationId, checkpoint, path }) {
      const workspace = await mustFind(ownerId, conversationId)
      const checkpoints = await checkpointsOf(ownerId, conversationId)
      mustRest(conversationId)
      return await refused(async () => {
        try {
          const [content = null] = await checkpoints.versions([checkpoint], path)
          const undo = await saveNow(checkpoints)
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
          return changed(ownerId, conversationId, { undo, left: named([]) })
        } catch (error) {
          throw notKept(error)
        }
      })
    },

    async restores(ownerId, conversationId) {
      const workspace = await find(ownerId, conversationId)
      const kept = workspace === null ? [] : await readRestores(workspace.home)
      if (kept.length === 0 || (await sessions.checkpointsUnavailable()) !== null) return []
      return await refused(async () => {
        const checkpoints = await checkpointsOf(ownerId, conversationId)
        // What a person did is in no state until one is asked for.
        if (!runs.isLive(conversationId)) await saveNow(checkpoints)
        const { states } = await checkpoints.list()
        const made = states.map(readState).filter(({ made }) => made !== 'restore')
        const changedAt = Math.max(0, ...made.map(({ at }) => at))
        return kept.map((restore) => ({ ...restore, changedSince: changedAt > restore.at }))
      })
    },

    async restore(ownerId, { conversationId, checkpoint }) {
      const { home } = await mustFind(ownerId, conversationId)
      const checkpoints = await checkpointsOf(ownerId, conversationId)
      mustRest(conversationId)
      return await refused(async () => {
        try {
          const { id, left } = await checkpoints.restore(checkpoint, stateLabel('restore', clock.now()))
          // Of a state of before nobody knows any more which of its files the assistant had made.
          await db.commit([disownAllFiles(db.kysely, conversationId)])
          // Then the files are as in no state yet: what is kept of them is no change made since.
          if (left.length > 0) await saveNow(checkpoints)
          // The files are back: a line less in the chat is no failure of that.
          await noteRestore(home, { at: clock.now(), to: checkpoint, undo: id }).catch(() => {})
          return changed(ownerId, conversationId, { undo: id, left: named(left) })
        } catch (error) {
          throw notKept(error)
        }
      })
    },

    async remove(ownerId, { conversationId, path }) {
      const workspace = await mustFind(ownerId, conversationId)
      const { id } = await refused(() => workspace.remove(path))
      return changed(ownerId, conversationId, { trashId: id })
    },

    async putBack(ownerId, { conversationId, trashId }) {
      const workspace = await mustFind(ownerId, conversationId)
      const { path } = await refused(() => workspace.restore(trashId))
      await becomesTheirs(conversationId, path)
      return changed(ownerId, conversationId, { path })
    },

    async unpack(ownerId, { conversationId, path }) {
      const workspace = await mustFind(ownerId, conversationId)
      return await refused(async () => {
        const folder = freeName(archiveStem(path), (name) => workspace.find(name) !== undefined)
        const signal = AbortSignal.timeout(unpackingMs)
        const { files } = await extractArchive(workspace, path, { into: folder, maxEntries: mostUnpacked, signal })
        await becomesTheirs(conversationId, folder)
        return changed(ownerId, conversationId, { folder, files })
      })
    },

    async take(ownerId, { conversationId, uploadId, folder }) {
      await find(ownerId, conversationId)
      const { workspace } = await sessions.open({ ownerId, conversationId })
      const path = await refused(() =>
        takeUpload({ db, store: uploads, claims }, { ownerId, uploadId, workspace, folder }),
      )
      return changed(ownerId, conversationId, { path })
    },

    async move(ownerId, { conversationId, from, to }) {
      const workspace = await mustFind(ownerId, conversationId)
      const path = await refused(() => workspace.move(from, to))
      await becomesTheirs(conversationId, path)
      return changed(ownerId, conversationId, { path })
    },
  }
}

const named = (paths: readonly string[]) => ({
  paths: paths.slice(0, mostNotKept).map((path) => plainText(path)),
  total: paths.length,
})
const notKeptOf = ({ skipped }: Checkpoints) => named(skipped)

const notHeld = (path: string) =>
  `What stands at ${plainText(path)} now is in no checkpoint, so it stays and nothing is restored. Move or delete it first.`
const wasNotKept = 'The file was too large to be kept then, or not readable, so this version can’t be restored.'

/** Somebody's folder is not counted; whether anything is in it is told. */
async function usageOf(workspace: Workspace): Promise<Workspace['usage']> {
  if (!workspace.isElsewhere) return workspace.usage
  const { entries } = await refused(() => workspace.list('.'))
  return { ...workspace.usage, entries: Math.max(workspace.usage.entries, entries.length) }
}

/** A path as it is kept, also of a file that is gone. Throws a `SandboxError` where it names no file of a workspace. */
function plainPath(path: string): string {
  const segments = parsePath(path)
  if (segments.length === 0) throw new SandboxError('bad-path', 'This names no file.')
  return segments.join('/')
}

/** Old states are forgotten where there are too many. */
function notKept(error: unknown): unknown {
  return error instanceof SandboxError && error.code === 'not-found'
    ? new AppError('not-found', 'This state is not kept any more.', { cause: error })
    : error
}

import type { Db } from '@reynard/db'
import { archiveStem, extractArchive, type Workspace } from '@reynard/sandbox'
import type { ToolSessions } from '../assistants/tool-sessions.ts'
import { deadlineSignal } from '../deadline-signal.ts'
import type { UploadClaims } from '../uploads/upload-claims.ts'
import { freeName } from '../uploads/upload-name.ts'
import type { UploadStore } from '../uploads/upload-store.ts'
import { listFolder } from './list-folder.ts'
import { previewDocument } from './preview-document.ts'
import { previewFile } from './preview-file.ts'
import { refused } from './refused.ts'
import { takeUpload } from './take-upload.ts'
import type { WorkspaceAccess } from './workspace-access.ts'
import type { WorkspaceService } from './workspace-service.ts'

type Options = {
  db: Db
  access: WorkspaceAccess
  sessions: Pick<ToolSessions, 'open' | 'checkpointsUnavailable' | 'limits'>
  uploads: UploadStore
  claims: UploadClaims
}

type WorkspaceFiles = Pick<
  WorkspaceService,
  'summary' | 'list' | 'preview' | 'document' | 'remove' | 'putBack' | 'unpack' | 'take' | 'move'
>

/** A document that takes longer is not shown. */
const documentMs = 30_000
/** Of an archive; a large project has some thousands. */
const mostUnpacked = 20_000
const unpackingMs = 120_000
const empty = { bytes: 0, entries: 0, over: false }

/** Files as they are now: looked at, and changed by their owner. */
export function createWorkspaceFiles({ db, access, sessions, uploads, claims }: Options): WorkspaceFiles {
  const { find, mustFind, changed, becomesTheirs } = access
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
      return await refused(() => previewDocument(session, path, from, deadlineSignal(documentMs, signal)))
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

/** Somebody's folder is not counted; whether anything is in it is told. */
async function usageOf(workspace: Workspace): Promise<Workspace['usage']> {
  if (!workspace.isElsewhere) return workspace.usage
  const { entries } = await refused(() => workspace.list('.'))
  return { ...workspace.usage, entries: Math.max(workspace.usage.entries, entries.length) }
}

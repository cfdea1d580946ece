import {
  type AttachmentRow,
  type Db,
  disownFiles,
  findMessage,
  insertAttachment,
  isUploadTaken,
  listAttachments,
  listUnplacedAttachments,
  listUnplacedConversations,
} from '@reynard/db'
import { AppError, ATTACHMENT_LIMITS, type Attachment } from '@reynard/protocol'
import type { ToolSessions } from '../assistants/tool-sessions.ts'
import type { Clock, RunLogger } from '../runs/ports.ts'
import type { AttachmentService, PlannedAttachments } from './attachment-service.ts'
import { createDocumentTexts } from './document-texts.ts'
import { contentsToExport, takeImported } from './exported-files.ts'
import { placeFiles } from './place-files.ts'
import { readAttachments } from './read-attachments.ts'
import type { UploadClaims } from './upload-claims.ts'
import { freeName } from './upload-name.ts'
import type { StoredUpload, UploadStore } from './upload-store.ts'

export type AttachmentServiceOptions = {
  db: Db
  store: UploadStore
  claims: UploadClaims
  sessions: Pick<ToolSessions, 'open' | 'find'>
  clock: Clock
  logger: RunLogger
}

const keptMs = 24 * 3_600_000
const sweepEveryMs = 10 * 60_000

/**
 * Files of questions. A question takes its uploads by rows that are committed with it; only then do the files move, and the row says when
 * they have. So at every moment a file is either an upload or the question's, and a process that dies in between is gone on from.
 */
export function createAttachmentService(options: AttachmentServiceOptions): AttachmentService {
  const { db, store, claims, sessions, clock, logger } = options
  const documents = createDocumentTexts(sessions)
  const placing = new Map<string, Promise<void>>()

  /** Moves what a conversation's questions have taken to its workspace, one call after the other. Never rejects. */
  function place(ownerId: string, conversationId: string): Promise<void> {
    const work = async () => {
      try {
        const rows = await listUnplacedAttachments(db.kysely, conversationId)
        if (rows.length > 0) await placeFiles({ db, store, sessions }, { ownerId, conversationId }, rows)
      } catch (error) {
        logger.error({ err: error, conversationId }, 'files of a question could not be placed; trying again later')
      }
    }
    const next = (placing.get(conversationId) ?? Promise.resolve()).then(work)
    placing.set(conversationId, next)
    return next.finally(() => {
      if (placing.get(conversationId) === next) placing.delete(conversationId)
    })
  }

  /** What an earlier question of the conversation came with, as far as it is kept. */
  async function kept(
    ownerId: string,
    conversationId: string,
    keep: { messageId: string; paths: string[] } | undefined,
  ) {
    if (keep === undefined || keep.paths.length === 0) return []
    const message = await findMessage(db.kysely, ownerId, keep.messageId)
    if (message?.conversation_id !== conversationId) {
      throw new AppError('not-found', 'The question that these files came with is not here. It may have been deleted.')
    }
    await place(ownerId, conversationId)
    const rows = await listAttachments(db.kysely, conversationId)
    return rows.filter((row) => row.message_id === keep.messageId && keep.paths.includes(row.path))
  }

  async function checkRoom(conversationId: string, isNew: boolean, uploads: StoredUpload[]) {
    const workspace = isNew || uploads.length === 0 ? null : await sessions.find(conversationId)
    const left = workspace?.quota.left ?? { bytes: ATTACHMENT_LIMITS.waitingBytes, entries: uploads.length }
    const bytes = uploads.reduce((sum, each) => sum + each.bytes, 0)
    if (bytes > left.bytes || uploads.length > left.entries) {
      throw new AppError('bad-request', 'The files of this chat are as many as it may hold. Remove some of them first.')
    }
    return workspace
  }

  async function plan(
    ...[ownerId, { conversationId, isNew, messageId }, input]: Parameters<AttachmentService['plan']>
  ): Promise<PlannedAttachments> {
    const ids = [...new Set(input.attachments)]
    const before = await kept(ownerId, conversationId, input.keep)
    if (before.length + ids.length > ATTACHMENT_LIMITS.perMessage) {
      throw new AppError('bad-request', `A question carries ${ATTACHMENT_LIMITS.perMessage} files at most.`)
    }
    const { uploads, free } = await claims.claim(ownerId, ids)
    try {
      const workspace = await checkRoom(conversationId, isNew, uploads)
      const used = new Set<string>()
      const rows = [
        ...before.map((row) => ({ ...row, upload_id: null })),
        ...uploads.map((upload) => {
          const path = freeName(upload.name, (name) => used.has(fold(name)) || workspace?.find(name) !== undefined)
          used.add(fold(path))
          return { ...upload, path, media_type: upload.mediaType, upload_id: upload.id }
        }),
      ].map(({ path, bytes, media_type, kind, upload_id }, position) => ({
        message_id: messageId,
        position,
        conversation_id: conversationId,
        path,
        bytes,
        media_type,
        kind,
        upload_id,
      }))
      const disowned = await disownFiles(
        db.kysely,
        conversationId,
        uploads.length === 0 ? [] : rows.map(({ path }) => path),
      )
      const { promise: settled, resolve } = Promise.withResolvers<void>()
      return {
        attachments: rows.map(attachmentOf),
        statements: [...rows.map((row) => insertAttachment(db.kysely, row)), ...disowned],
        settled,
        async settle(isAccepted) {
          if (isAccepted && ids.length > 0) await place(ownerId, conversationId)
          free()
          resolve()
        },
      }
    } catch (error) {
      free()
      throw error
    }
  }

  async function list(conversationId: string): Promise<Map<string, Attachment[]>> {
    const rows = await listAttachments(db.kysely, conversationId)
    const byQuestion = Map.groupBy(rows, ({ message_id }) => message_id)
    return new Map([...byQuestion].map(([id, files]) => [id, files.map(attachmentOf)]))
  }

  return {
    plan,
    list,
    freeTexts: documents.forget,
    async read(run, messages, reading) {
      const attached = await list(run.conversationId)
      if (!messages.some(({ id }) => attached.has(id))) return messages
      const workspace = await sessions.find(run.conversationId)
      return await readAttachments(workspace, messages, attached, {
        ...reading,
        extract: (path, characters, signal) => documents.read(run, path, characters, signal),
      })
    },
    take: (ownerId, files) => takeImported(store, ownerId, files),
    place,
    contents: async (conversation, room) =>
      await contentsToExport(conversation, await sessions.find(conversation.id), room),
    async discard(ownerId, uploadId) {
      const isFree = !claims.has(uploadId) && !(await isUploadTaken(db.kysely, uploadId))
      if (!isFree || (await store.find(ownerId, uploadId)) === null) {
        throw new AppError('not-found', 'This file is not here. It may have been sent or removed.')
      }
      await store.remove(uploadId)
    },
    async recover() {
      try {
        for (const { conversation_id, owner_id } of await listUnplacedConversations(db.kysely)) {
          await place(owner_id, conversation_id)
        }
      } catch (error) {
        logger.error({ err: error }, 'files of questions could not be placed; trying again when they are read')
      }
    },
    startSweeping() {
      let cancel = () => {}
      let isStopped = false
      const isTaken = async (id: string) => claims.has(id) || (await isUploadTaken(db.kysely, id))
      const next = async () => {
        await store.sweep(clock.now() - keptMs, isTaken).catch((error: unknown) => {
          logger.warn({ err: error }, 'old uploads could not be removed; trying again later')
        })
        if (!isStopped) cancel = clock.after(sweepEveryMs, () => void next())
      }
      void next()
      return () => {
        isStopped = true
        cancel()
      }
    },
  }
}

/** Two names that are one on some file system. */
const fold = (name: string) => name.normalize('NFC').toLowerCase()

function attachmentOf({ path, bytes, media_type, kind }: AttachmentRow): Attachment {
  return { path, bytes, mediaType: media_type, kind }
}

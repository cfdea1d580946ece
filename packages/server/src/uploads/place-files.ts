import { type AttachmentRow, type Db, placeAttachment } from '@reynard/db'
import type { Workspace } from '@reynard/sandbox'
import type { ToolSessions } from '../assistants/tool-sessions.ts'
import { freeName } from './upload-name.ts'
import type { UploadStore } from './upload-store.ts'

type Host = { db: Db; store: UploadStore; sessions: Pick<ToolSessions, 'open'> }

/**
 * Copies files that questions have taken into the workspace, says so in the database, and only then throws the upload away: whatever dies
 * in between, doing it again ends the same. Rejects with what went wrong; what was placed before stays placed.
 */
export async function placeFiles(
  { db, store, sessions }: Host,
  conversation: { ownerId: string; conversationId: string },
  rows: readonly AttachmentRow[],
): Promise<void> {
  const { workspace } = await sessions.open(conversation)
  for (const row of rows) {
    const { upload_id: uploadId } = row
    if (uploadId === null) continue
    const isThere = (await store.find(null, uploadId)) !== null
    // Without its upload there is nothing to copy: it was thrown away by hand, and the row says what there was.
    const path = isThere ? await copyIn(workspace, store, uploadId, row) : row.path
    await db.commit([placeAttachment(db.kysely, row, path)])
    await store.remove(uploadId)
  }
}

async function copyIn(workspace: Workspace, store: UploadStore, uploadId: string, row: AttachmentRow): Promise<string> {
  // Copied by a process that died before it could say so.
  const there = workspace.find(row.path)
  if (there?.type === 'file' && there.bytes === row.bytes && (await isSame(workspace, store, uploadId, row.path))) {
    return row.path
  }
  const path = freeName(row.path, (name) => workspace.find(name) !== undefined)
  const written = await workspace.write(path, store.read(uploadId), { exclusive: true })
  return written.path
}

async function isSame(workspace: Workspace, store: UploadStore, uploadId: string, path: string): Promise<boolean> {
  const chunkBytes = 1 << 20
  let offset = 0
  let isEqual = true
  for await (const chunk of store.read(uploadId)) {
    if (!(chunk instanceof Uint8Array)) continue
    for (let at = 0; isEqual && at < chunk.byteLength; at += chunkBytes) {
      const piece = chunk.subarray(at, at + chunkBytes)
      const { bytes } = await workspace.read(path, { offset: offset + at, length: piece.byteLength })
      isEqual = bytes.equals(piece)
    }
    offset += chunk.byteLength
    if (!isEqual) return false
  }
  return true
}

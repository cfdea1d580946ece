import { type Db, disownFiles } from '@reynard/db'
import type { Workspace } from '@reynard/sandbox'
import type { UploadClaims } from '../uploads/upload-claims.ts'
import { freeName } from '../uploads/upload-name.ts'
import type { UploadStore } from '../uploads/upload-store.ts'

type Host = { db: Db; store: Pick<UploadStore, 'read' | 'remove'>; claims: Pick<UploadClaims, 'claim'> }
type Upload = { ownerId: string; uploadId: string; workspace: Workspace; folder: string }

/**
 * Moves an upload into a folder of the workspace, under a name that is free there, and answers its path. It is the person's file from then
 * on. Throws `not-found` where there is no such upload of theirs, or a question has it, `conflict` where it is being taken this moment.
 */
export async function takeUpload(
  { db, store, claims }: Host,
  { ownerId, uploadId, workspace, folder }: Upload,
): Promise<string> {
  const { uploads, free } = await claims.claim(ownerId, [uploadId])
  try {
    const below = folder === '.' ? '' : `${folder}/`
    const wanted = uploads[0]?.name ?? 'file'
    const name = freeName(wanted, (tried) => workspace.find(`${below}${tried}`) !== undefined)
    const { path } = await workspace.write(`${below}${name}`, store.read(uploadId), { exclusive: true })
    await db.commit(await disownFiles(db.kysely, workspace.id, [path]))
    await store.remove(uploadId)
    return path
  } finally {
    free()
  }
}

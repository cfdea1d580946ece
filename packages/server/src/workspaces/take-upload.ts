import { type Db, disownFiles, isUploadTaken } from '@reynard/db'
import { AppError } from '@reynard/protocol'
import type { Workspace } from '@reynard/sandbox'
import { freeName } from '../uploads/upload-name.ts'
import type { UploadStore } from '../uploads/upload-store.ts'

type Host = { db: Db; store: UploadStore }
type Upload = { ownerId: string; uploadId: string; workspace: Workspace; folder: string }

/**
 * Moves an upload into a folder of the workspace, under a name that is free there, and answers its path. It is the person's file from then
 * on. Throws `not-found` where there is no such upload of theirs, or a question has it.
 */
export async function takeUpload(
  { db, store }: Host,
  { ownerId, uploadId, workspace, folder }: Upload,
): Promise<string> {
  const upload = (await isUploadTaken(db.kysely, uploadId)) ? null : await store.find(ownerId, uploadId)
  if (upload === null) throw new AppError('not-found', 'This upload is not here any more. Upload the file again.')
  const below = folder === '.' ? '' : `${folder}/`
  const name = freeName(upload.name, (tried) => workspace.find(`${below}${tried}`) !== undefined)
  const { path } = await workspace.write(`${below}${name}`, store.read(uploadId), { exclusive: true })
  await db.commit(await disownFiles(db.kysely, workspace.id, [path.toLowerCase()]))
  await store.remove(uploadId)
  return path
}

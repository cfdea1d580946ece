import { type Db, findProject, findProjectFolder } from '@reynard/db'
import { AppError } from '@reynard/protocol'
import { checkFolder, type ProtectedFolders } from './check-folder.ts'

/** A folder that was registered is still what it was then: registered, there, no link, and none that is refused. */
export function checkRegistered(path: string, known: ProtectedFolders): string {
  const real = checkFolder(path, known)
  if (real !== path)
    throw new AppError('forbidden', `${path} now leads to ${real}. Register that folder, if it is meant.`)
  return path
}

/** The folder that a conversation works in, judged anew at each use; null where it has its own files. Throws `forbidden`, `not-found`. */
export async function folderOf(db: Db, conversationId: string, known: ProtectedFolders): Promise<string | null> {
  const project = await findProject(db.kysely, conversationId)
  if (project === undefined || project.kind !== 'folder') return null
  const folder =
    project.folder_id === null ? undefined : await findProjectFolder(db.kysely, project.owner_id, project.folder_id)
  if (folder === undefined)
    throw new AppError(
      'forbidden',
      `This chat worked in ${project.source}, which is not registered any more. Register it again in the settings, and bring it in a new chat.`,
    )
  return checkRegistered(folder.path, known)
}

import type { Compilable, Insertable, Kysely, Selectable } from 'kysely'
import type { Database } from '../schema.ts'

export type ProjectRow = Selectable<Database['projects']>
export type ProjectFolderRow = Selectable<Database['project_folders']>

type Db = Kysely<Database>

/** A folder of this machine that somebody registered. */
export function insertProjectFolder(db: Db, row: Insertable<Database['project_folders']>): Compilable {
  return db.insertInto('project_folders').values(row)
}

/** Chats that work on it keep their rows, and can't reach it any more. */
export function deleteProjectFolder(db: Db, ownerId: string, id: string): Compilable {
  return db.deleteFrom('project_folders').where('id', '=', id).where('owner_id', '=', ownerId)
}

/** One that somebody registered themselves; not of somebody who is no owner of this server any more. */
export async function findProjectFolder(db: Db, ownerId: string, id: string): Promise<ProjectFolderRow | undefined> {
  return await db
    .selectFrom('project_folders')
    .innerJoin('users', 'users.id', 'project_folders.owner_id')
    .selectAll('project_folders')
    .where('project_folders.id', '=', id)
    .where('owner_id', '=', ownerId)
    .where('users.role', '=', 'owner')
    .where('users.removed_at', 'is', null)
    .executeTakeFirst()
}

/** Those that somebody registered, by path. `chats`: how many work on each. */
export async function listProjectFolders(db: Db, ownerId: string): Promise<(ProjectFolderRow & { chats: number })[]> {
  const rows = await db
    .selectFrom('project_folders as folder')
    .leftJoin('projects as project', 'project.folder_id', 'folder.id')
    .selectAll('folder')
    .select(({ fn }) => fn.count('project.conversation_id').as('chats'))
    .where('folder.owner_id', '=', ownerId)
    .groupBy(['folder.id', 'folder.owner_id', 'folder.path', 'folder.created_at'])
    .orderBy('folder.path')
    .execute()
  return rows.map((row) => ({ ...row, chats: Number(row.chats) }))
}

/** Over what the conversation had before, which failed. */
export function putProject(db: Db, row: Insertable<Database['projects']>): Compilable {
  const { conversation_id: _key, ...values } = row
  return db
    .insertInto('projects')
    .values(row)
    .onConflict((same) => same.column('conversation_id').doUpdateSet(values))
}

/** What came of bringing it; null clears the problem. */
export function updateProject(
  db: Db,
  conversationId: string,
  patch: { state: ProjectRow['state']; name?: string; problem: string | null; base?: string | null },
): Compilable {
  return db.updateTable('projects').set(patch).where('conversation_id', '=', conversationId)
}

/** The conversation is an ordinary one again. */
export function deleteProject(db: Db, conversationId: string): Compilable {
  return db.deleteFrom('projects').where('conversation_id', '=', conversationId)
}

/** What a conversation works on, if it is a project. */
export async function findProject(db: Db, conversationId: string): Promise<ProjectRow | undefined> {
  return await db.selectFrom('projects').selectAll().where('conversation_id', '=', conversationId).executeTakeFirst()
}

/** Projects whose chat is being brought one, as far as anybody knows. */
export async function listImportingProjects(db: Db): Promise<ProjectRow[]> {
  return await db.selectFrom('projects').selectAll().where('state', '=', 'importing').execute()
}

/** Projects that were being brought when a server ended: what came of them is not whole. */
export function failImportingProjects(db: Db, problem: string): Compilable {
  return db.updateTable('projects').set({ state: 'failed', problem }).where('state', '=', 'importing')
}

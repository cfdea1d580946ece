import { afterEach, beforeEach, expect, it } from 'vitest'
import { LOCAL_OWNER_ID } from '../migrations/0001-foundation.ts'
import type { Db } from '../open-database.ts'
import { describeOnEachDialect, openTestDatabase } from '../testing/index.ts'
import { conversationRow, projectRow } from '../testing/sample-rows.ts'
import { deleteApprovalRules, hasApprovalRule, insertApprovalRule } from './approval-rules.ts'
import { insertConversation } from './conversations.ts'
import {
  deleteProject,
  deleteProjectFolder,
  failImportingProjects,
  findProject,
  findProjectFolder,
  insertProjectFolder,
  listProjectFolders,
  putProject,
  updateProject,
} from './projects.ts'

describeOnEachDialect('projects', (dialect) => {
  let db: Db
  beforeEach(async () => {
    db = await openTestDatabase(dialect)
    await db.commit(['c', 'd'].map((id) => insertConversation(db.kysely, conversationRow({ id }))))
  })
  afterEach(() => db.close())

  it('keeps one project of a chat, and its last state', async () => {
    const { kysely } = db
    await db.commit([putProject(kysely, projectRow({ conversation_id: 'c', state: 'importing' }))])
    await db.commit([putProject(kysely, projectRow({ conversation_id: 'c', kind: 'git', state: 'importing' }))])
    await db.commit([failImportingProjects(kysely, 'Bring it again.')])
    expect(await findProject(kysely, 'c')).toMatchObject({ kind: 'git', state: 'failed', problem: 'Bring it again.' })
    await db.commit([updateProject(kysely, 'c', { state: 'ready', problem: null, base: 'abc' })])
    expect(await findProject(kysely, 'c')).toMatchObject({ state: 'ready', problem: null, base: 'abc', name: 'shop' })
    await db.commit([deleteProject(kysely, 'c')])
    expect(await findProject(kysely, 'c')).toBeUndefined()
  })

  it('counts the chats of a folder, and leaves them without it when it goes; somebody else’s stays', async () => {
    const { kysely } = db
    const row = { id: 'f', owner_id: LOCAL_OWNER_ID, path: '/srv/code', created_at: 1 }
    await db.commit([insertProjectFolder(kysely, row)])
    await expect(db.commit([insertProjectFolder(kysely, { ...row, id: 'g' })])).rejects.toThrow()
    await db.commit(
      ['c', 'd'].map((id) => putProject(kysely, projectRow({ conversation_id: id, kind: 'folder', folder_id: 'f' }))),
    )
    expect(await listProjectFolders(kysely, LOCAL_OWNER_ID)).toEqual([{ ...row, chats: 2 }])
    expect(await listProjectFolders(kysely, 'someone')).toEqual([])
    expect(await findProjectFolder(kysely, 'someone', 'f')).toBeUndefined()
    await db.commit([deleteProjectFolder(kysely, 'someone', 'f')])
    expect(await findProjectFolder(kysely, LOCAL_OWNER_ID, 'f')).toEqual(row)
    await db.commit([deleteProjectFolder(kysely, LOCAL_OWNER_ID, 'f')])
    expect(await findProject(kysely, 'c')).toMatchObject({ kind: 'folder', folder_id: null })
  })

  it('forgets what was allowed for a whole conversation, of that one alone', async () => {
    const { kysely } = db
    const rule = { owner_id: LOCAL_OWNER_ID, tool: 'write_file', created_at: 1 }
    await db.commit(['c', 'd'].map((id) => insertApprovalRule(kysely, { ...rule, conversation_id: id })))
    await db.commit([deleteApprovalRules(kysely, 'c')])
    const has = (conversationId: string) =>
      hasApprovalRule(kysely, { ownerId: LOCAL_OWNER_ID, conversationId, tool: 'write_file' })
    expect([await has('c'), await has('d')]).toEqual([false, true])
  })
})

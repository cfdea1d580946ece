import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Db, LOCAL_OWNER_ID, openDatabase } from '@reynard/db'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createAuditLog } from '../audit/create-audit-log.ts'
import { openGroupDirectory } from './group-directory.ts'
import { createGroupService } from './group-service.ts'

const research = { name: 'Research', description: '' }
const tool = { name: 'run_python', group: 'code_execution', effect: 'execute' } as const
const other = '018f0000-0000-7000-8000-0000000000aa'

let dataDir: string
let db: Db
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'reynard-groups-'))
  db = await openDatabase({ dataDir })
})
afterEach(async () => {
  await db.close()
  await rm(dataDir, { recursive: true, force: true })
})

const auditOf = (of: Db) =>
  createAuditLog({ db: of, clock: { now: () => 1_000, after: () => () => {} }, keptDays: () => 365 })

async function open() {
  const directory = await openGroupDirectory(db)
  const clock = { now: () => 1_000 }
  // The owner of the sample has an address, as somebody with an account.
  await db.kysely.updateTable('users').set({ email: 'mara@example.org' }).where('id', '=', LOCAL_OWNER_ID).execute()
  const kit = { assistants: [], tools: [] }
  const groups = createGroupService({
    db,
    kit,
    directory,
    clock,
    audit: auditOf(db),
    mode: () => 'team',
    onChange() {},
  })
  const { id } = await groups.create(research)
  return { directory, groups, id }
}

test('what no rule names is for everybody; what one names, for its groups alone', async () => {
  const { directory, groups, id } = await open()
  const model = { kind: 'model', name: 'llama3' } as const
  expect(directory.mayUse(other, model)).toBe(true)
  await groups.setAccess({ resource: model, groups: [id] })
  await groups.setMember({ groupId: id, userId: LOCAL_OWNER_ID, isMember: true })
  expect([...directory.groupsOf(LOCAL_OWNER_ID)]).toEqual(['everyone', id])
  expect(directory.mayUse(LOCAL_OWNER_ID, model)).toBe(true)
  // Another way to write the same model.
  expect(directory.mayUse(LOCAL_OWNER_ID, { kind: 'model', name: 'LLAMA3:latest' })).toBe(true)
  expect(directory.mayUse(other, { kind: 'model', name: 'LLAMA3:latest' })).toBe(false)
  expect(directory.mayUse(other, { kind: 'model', name: 'llama3:70b' })).toBe(true)
  await groups.setAccess({ resource: model, groups: [] })
  expect(directory.mayUse(LOCAL_OWNER_ID, model)).toBe(false)
})

test('a tool is for whom it is for by its name and by its group of tools', async () => {
  const { directory, groups, id } = await open()
  await groups.setMember({ groupId: id, userId: LOCAL_OWNER_ID, isMember: true })
  await groups.setAccess({ resource: { kind: 'tool-group', name: 'code_execution' }, groups: [id] })
  expect(directory.mayUseTool(LOCAL_OWNER_ID, tool)).toBe(true)
  expect(directory.mayUseTool(other, tool)).toBe(false)
  expect(directory.mayUseTool(other, { name: 'read_file', group: 'file_ops' })).toBe(true)
})

test('a group has its people asked, and nobody else', async () => {
  const { directory, groups, id } = await open()
  await groups.setMember({ groupId: id, userId: LOCAL_OWNER_ID, isMember: true })
  await groups.setApproval({ groupId: id, rule: { target: 'effect', name: 'execute' }, asks: true })
  expect(directory.isAskedAbout(LOCAL_OWNER_ID, tool)).toBe(true)
  expect(directory.isAskedAbout(other, tool)).toBe(false)
  await groups.setApproval({ groupId: id, rule: { target: 'effect', name: 'execute' }, asks: false })
  expect(directory.isAskedAbout(LOCAL_OWNER_ID, tool)).toBe(false)
  // What is known outlives the process.
  await groups.setAccess({ resource: { kind: 'model', name: 'llama3' }, groups: [id] })
  const again = await openGroupDirectory(db)
  expect(again.mayUse(other, { kind: 'model', name: 'llama3' })).toBe(false)
  expect([...again.groupsOf(LOCAL_OWNER_ID)]).toEqual(['everyone', id])
})

test('before the first account there is nothing to say of anybody', async () => {
  const directory = await openGroupDirectory(db)
  const groups = createGroupService({
    db,
    kit: { assistants: [], tools: [] },
    directory,
    clock: { now: () => 1_000 },
    audit: auditOf(db),
    mode: () => 'local',
    onChange() {},
  })
  await expect(groups.create(research)).rejects.toMatchObject({ code: 'conflict' })
  const all = { resource: { kind: 'model', name: 'llama3' } as const, groups: [] }
  await expect(groups.setAccess(all)).rejects.toMatchObject({ code: 'conflict' })
})

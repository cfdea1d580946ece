import type { AuditPage, Group } from '@reynard/protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openTestTeam, type TestTeam } from '../testing/open-test-team.ts'

let team: TestTeam
beforeEach(async () => {
  team = await openTestTeam()
})
afterEach(() => team.server.close())

const list = async () => (await team.owner.browser.query('admin.groups.list')).data as Group[]
async function create(name: string): Promise<string> {
  return ((await team.owner.browser.mutate('admin.groups.create', { name })).data as { id: string }).id
}
const change = (path: string, input: unknown) => team.owner.browser.mutate(`admin.groups.${path}`, input)

test('everybody is in one group from the start, which nobody can change', async () => {
  expect(await list()).toEqual([{ id: 'everyone', name: 'Everyone', description: '', createdAt: 0, members: null }])
  for (const [path, input] of [
    ['update', { id: 'everyone', name: 'All' }],
    ['remove', { id: 'everyone' }],
    ['setMember', { groupId: 'everyone', userId: team.owner.userId, isMember: true }],
  ] as const) {
    expect((await change(path, input)).status).toBe(400)
  }
})

test('groups are made, named, filled, emptied and removed', async () => {
  const jo = await team.join('Jo')
  const id = await create(' Research ')
  expect((await change('setMember', { groupId: id, userId: jo.userId, isMember: true })).status).toBe(200)
  // Twice is as good as once.
  expect((await change('setMember', { groupId: id, userId: jo.userId, isMember: true })).status).toBe(200)
  expect((await change('update', { id, name: 'Labs', description: 'Who tries things' })).status).toBe(200)
  expect((await list())[1]).toMatchObject({
    id,
    name: 'Labs',
    description: 'Who tries things',
    members: [{ userId: jo.userId, name: 'Jo' }],
  })
  await change('setMember', { groupId: id, userId: jo.userId, isMember: false })
  expect((await list())[1]?.members).toEqual([])
  expect((await change('remove', { id })).status).toBe(200)
  expect(await list()).toHaveLength(1)
  expect((await change('remove', { id })).status).toBe(404)
})

test('two groups of one name can not be told apart, so the second is refused', async () => {
  const id = await create('Research')
  for (const name of ['research', 'EVERYONE']) {
    expect(await change('create', { name })).toMatchObject({ status: 409, error: { message: expect.any(String) } })
  }
  const other = await create('Support')
  expect((await change('update', { id: other, name: 'RESEARCH' })).status).toBe(409)
  // Its own name in other letters is no other group's.
  expect((await change('update', { id, name: 'RESEARCH' })).status).toBe(200)
})

test('whoever is removed from the server is in no group any more', async () => {
  const jo = await team.join('Jo')
  const id = await create('Research')
  await change('setMember', { groupId: id, userId: jo.userId, isMember: true })
  await team.owner.browser.mutate('admin.people.remove', { userId: jo.userId })
  expect((await list())[1]?.members).toEqual([])
  expect((await change('setMember', { groupId: id, userId: jo.userId, isMember: true })).status).toBe(404)
})

test('what is for whom can be said of what there is, for groups that there are', async () => {
  const id = await create('Research')
  const model = { kind: 'model', name: 'Llama3:latest' }
  expect((await change('setAccess', { resource: model, groups: [id, id] })).status).toBe(200)
  expect((await change('setAccess', { resource: { kind: 'tool', name: 'run_python' }, groups: [] })).status).toBe(200)
  const access = async () => (await team.owner.browser.query('admin.groups.access')).data
  expect(await access()).toEqual([
    { kind: 'model', name: 'llama3', groups: [id] },
    { kind: 'tool', name: 'run_python', groups: [] },
  ])
  expect((await change('setAccess', { resource: { kind: 'tool', name: 'no_such' }, groups: [] })).status).toBe(400)
  expect((await change('setAccess', { resource: { kind: 'assistant', name: 'nobody' }, groups: [] })).status).toBe(400)
  expect((await change('setAccess', { resource: model, groups: ['everyone'] })).status).toBe(400)
  // What was for this group alone is not suddenly for everybody.
  await change('remove', { id })
  expect(await access()).toContainEqual({ kind: 'model', name: 'llama3', groups: [] })
  expect((await change('setAccess', { resource: model, groups: [id] })).status).toBe(404)
  await change('setAccess', { resource: model, groups: null })
  expect(await access()).toEqual([{ kind: 'tool', name: 'run_python', groups: [] }])
})

test('a member changes none of it', async () => {
  const jo = await team.join('Jo')
  expect((await jo.browser.query('admin.groups.list')).status).toBe(403)
  expect((await jo.browser.mutate('admin.groups.create', { name: 'Mine' })).status).toBe(403)
})

test('each change stands in the audit log, by whom and with what it was before', async () => {
  const jo = await team.join('Jo')
  const id = await create('Research')
  await change('update', { id, name: 'Labs' })
  for (let times = 0; times < 2; times += 1)
    await change('setMember', { groupId: id, userId: jo.userId, isMember: true })
  await change('setAccess', { resource: { kind: 'tool', name: 'run_python' }, groups: [id] })
  await change('setAccess', { resource: { kind: 'tool', name: 'run_python' }, groups: [] })
  await change('setApproval', { groupId: id, rule: { target: 'effect', name: 'network' }, asks: true })
  await change('setMember', { groupId: id, userId: jo.userId, isMember: false })
  await change('remove', { id })
  await change('remove', { id })
  const { entries } = (await team.owner.browser.query('admin.audit.list', { limit: 100 })).data as AuditPage
  const told = entries.filter(({ action }) => /^(?:group|access)-/.test(action)).toReversed()
  expect(told.every(({ actor }) => actor?.name === 'Mara')).toBe(true)
  expect(told.map(({ action, subject, object, details }) => [action, subject?.name ?? object?.name, details])).toEqual([
    ['group-create', 'Research', {}],
    ['group-change', 'Research', { from: 'Research', to: 'Labs' }],
    ['group-join', 'Jo', { inGroup: 'Labs' }],
    ['access-change', 'run_python', { from: 'everybody', to: 'Labs' }],
    ['access-change', 'run_python', { from: 'Labs', to: 'nobody' }],
    ['group-approval-change', 'network', { inGroup: 'Labs', asks: true }],
    ['group-leave', 'Jo', { inGroup: 'Labs' }],
    ['group-remove', 'Labs', {}],
  ])
})

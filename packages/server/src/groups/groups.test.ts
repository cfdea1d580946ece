import type { Group } from '@reynard/protocol'
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

test('a member changes none of it', async () => {
  const jo = await team.join('Jo')
  expect((await jo.browser.query('admin.groups.list')).status).toBe(403)
  expect((await jo.browser.mutate('admin.groups.create', { name: 'Mine' })).status).toBe(403)
})

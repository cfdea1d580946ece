import type { AuditPage, UsageReport } from '@reynard/protocol'
import { afterEach, expect, test } from 'vitest'
import { openTestTeam, type TestTeam } from '../testing/open-test-team.ts'

let team: TestTeam
afterEach(() => team.server.close())

type Person = TestTeam['owner']

async function ask({ browser }: Person, text: string, assistant: string | null = null): Promise<void> {
  const sent = (
    await browser.mutate('chat.send', {
      key: `key-${text}-of-usage`,
      conversationId: null,
      parentId: null,
      text,
      settings: { assistant },
    })
  ).data as { runId: string; conversationId: string }
  await expect
    .poll(
      async () =>
        ((await browser.query('chat.byId', { id: sent.conversationId })).data as { activity: string }).activity,
    )
    .toBe('idle')
}
const report = async (by: Person, range = 'day') =>
  (await by.browser.query('admin.usage', { range })).data as UsageReport

test('what people asked is told by person, group, model, assistant and tool, and as a file', async () => {
  team = await openTestTeam({
    fake: {
      models: [{ name: 'tools:1b', capabilities: ['completion', 'tools'] }],
      answer: ({ messages, prompt }) =>
        prompt === 'look' && messages.at(-1)?.role !== 'tool'
          ? { toolCalls: [{ name: 'list_files', arguments: {} }] }
          : 'One two three.',
    },
  })
  await expect.poll(() => team.server.server.status().defaultModel).toBe('tools:1b')
  const jo = await team.join('Jo')
  expect((await jo.browser.mutate('account.rename', { name: '=Jo' })).status).toBe(200)
  const { id } = (await team.owner.browser.mutate('admin.groups.create', { name: 'Labs' })).data as { id: string }
  await team.owner.browser.mutate('admin.groups.setMember', { groupId: id, userId: jo.userId, isMember: true })
  await ask(team.owner, 'one')
  await ask(jo, 'two')
  await ask(jo, 'look', 'reynard')
  await expect.poll(async () => (await report(team.owner)).total.requests, { timeout: 20_000 }).toBe(3)

  const { total, person, group, model, assistant, tool, since } = await report(team.owner)
  expect(total).toMatchObject({ requests: 3, successful: 3, failed: 0, meanMs: expect.any(Number) })
  expect(total.completionTokens).toBeGreaterThan(0)
  expect(since).toBeGreaterThan(Date.now() - 25 * 3_600_000)
  expect(person.map(({ name, requests }) => [name, requests])).toEqual([
    ['=Jo', 2],
    ['Mara', 1],
  ])
  expect(group).toMatchObject([{ id, name: 'Labs', requests: 2 }])
  expect(model).toMatchObject([{ name: 'tools:1b', requests: 3 }])
  expect(assistant.map(({ name, requests }) => [name, requests]).toSorted()).toEqual([
    ['', 2],
    ['Reynard', 1],
  ])
  expect(tool).toMatchObject([{ name: 'list_files', group: 'file_ops', calls: 1, ran: 1, failed: 0, denied: 0 }])
  // What was counted equals what the log says.
  expect(person.reduce((sum, row) => sum + row.completionTokens, 0)).toBe(total.completionTokens)

  const file = await team.owner.browser.get('/api/usage?range=all&by=person')
  expect(file.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  expect(file.headers.get('content-disposition')).toMatch(/reynard-usage-person-all-.*\.csv/)
  const [head, first] = (await file.text()).split('\r\n')
  expect(head).toBe('person,person_id,requests,successful,failed,prompt_tokens,completion_tokens,mean_ms')
  // No spreadsheet takes a name for a formula.
  expect(first).toMatch(new RegExp(`^'=Jo,${jo.userId},2,2,0,`))
  expect(await (await team.owner.browser.get('/api/usage?range=day&by=tool')).text()).toMatch(
    /\r\nlist_files,file_ops,1,1,0,0,\d+\r\n$/,
  )
  const { entries } = (await team.owner.browser.query('admin.audit.list', { limit: 50 })).data as AuditPage
  expect(entries.filter(({ action }) => action === 'usage-export')).toHaveLength(2)

  expect((await team.owner.browser.get('/api/usage?range=ever&by=person')).status).toBe(400)
  expect((await team.owner.browser.post('/api/usage', {})).status).toBe(405)
  expect((await jo.browser.get('/api/usage?range=day&by=person')).status).toBe(403)
  expect((await jo.browser.query('admin.usage', { range: 'day' })).status).toBe(403)
})

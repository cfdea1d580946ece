import { expect, test } from '@playwright/test'
import { createReynardClient } from '@reynard/client'
import { answerOf, askAssistant, CLERK, makeAssistant, request, writes } from './assistant-page.ts'
import { field } from './chat-page.ts'
import { type ScriptedModel, startScriptedModel } from './scripted-model.ts'
import { type RunningReynard, removeData, startReynard } from './start-reynard.ts'

let model: ScriptedModel
let reynard: RunningReynard

test.beforeAll(async () => {
  model = await startScriptedModel()
  reynard = await startReynard({ OLLAMA_BASE_URL: model.url, REYNARD_TURN_CALLS: '7' })
  await makeAssistant(reynard.url, CLERK)
})
test.afterAll(async () => {
  await reynard.stop()
  await model.close()
  removeData(reynard)
})

test('what was allowed for a chat stands on its page, and asks again once it is taken back', async ({ page }) => {
  model.answerNext(writes('a.md', 'x'), { text: 'That is done.' })
  await page.goto(reynard.url)
  await askAssistant(page, 'Clerk', 'Write a file')
  await request(page)
    .getByRole('button', { name: /Ask every time/ })
    .click()
  await page.getByRole('menuitemradio', { name: 'Always in this chat' }).click()
  await request(page).getByRole('button', { name: 'Approve' }).click()
  await expect(answerOf(page, 'Clerk').getByText('That is done.')).toBeVisible()
  const chat = page.url()

  await page.goto(`${reynard.url}/settings`)
  await page.getByRole('link', { name: 'Open permissions' }).click()
  const chats = page.getByRole('region', { name: 'Allowed in single chats' })
  await expect(chats.getByRole('listitem')).toHaveCount(1)
  await chats.getByRole('button', { name: /^Ask again before write_file in / }).click()
  await expect(chats.getByText('Nothing yet.', { exact: false })).toBeVisible()
  await expect(chats.getByRole('heading')).toBeFocused()

  model.answerNext(writes('b.md', 'x'), { text: 'As you wish.' })
  await page.goto(chat)
  await field(page).fill('Another one')
  await field(page).press('Enter')
  await request(page).getByRole('button', { name: 'Deny', exact: true }).click()
  await expect(answerOf(page, 'Clerk').getByText('Denied: write b.md')).toBeVisible()
})

test('a tool is stopped after the time that was set for it, and the row says so', async ({ page }) => {
  await page.goto(`${reynard.url}/settings/approvals`)
  const javascript = page.getByRole('textbox', { name: 'run_javascript stops after, in seconds' })
  await expect(javascript).toHaveAttribute('placeholder', '10')
  await javascript.fill('4000')
  await expect(page.getByText('1 to 3,600.')).toBeVisible()
  await javascript.fill('1')
  const client = createReynardClient({ baseUrl: reynard.url })
  await expect
    .poll(async () => (await client.trpc.admin.settings.query()).saved)
    .toMatchObject({ toolSeconds: { run_javascript: 1 } })
  await client.close()
  await page.reload()
  await expect(javascript).toHaveValue('1')

  model.answerNext(
    { toolCalls: [{ name: 'run_javascript', arguments: { code: 'for (;;) {}' } }] },
    { text: 'It never ends.' },
  )
  await page.goto(reynard.url)
  await askAssistant(page, 'Clerk', 'Does it end?')
  await expect(answerOf(page, 'Clerk')).toContainText(/JavaScript was stopped after \d+(\.\d)? s/)
  await expect(answerOf(page, 'Clerk').getByText('It never ends.')).toBeVisible()
  await page.goto(`${reynard.url}/settings/approvals`)
  const counts = page.getByRole('table', { name: 'Calls so far' })
  await expect(counts.getByRole('row', { name: /^Running code 1 1 – \d/ })).toBeVisible()
})

test('the context says how the model calls tools, and which of them found no room, by group', async ({ page }) => {
  const client = createReynardClient({ baseUrl: reynard.url })
  const question = { key: crypto.randomUUID(), conversationId: null, parentId: null, text: 'Read a file.' }
  const settings = { assistant: 'codewolf', contextTokens: 2048, maxTokens: 256 }
  const { conversationId, runId } = await client.trpc.chat.send.mutate({ ...question, settings })
  for await (const _event of client.followRun(runId));
  await client.close()
  await page.goto(`${reynard.url}/chat/${conversationId}`)
  await page.getByRole('button', { name: /^Context window/ }).click()
  const context = page.getByRole('dialog', { name: 'Context window' })
  await expect(context).toContainText('The model calls tools in its own format.')
  await expect(context).toContainText(/\d+ tools left out: the model was not told of them\./)
  await expect(context.getByRole('definition').filter({ hasText: 'git_log' })).toHaveCount(1)
  await expect(context.getByRole('term').filter({ hasText: 'Versions' })).toHaveCount(1)
})

test('the operator makes a tool ask each time, and switches tools off and assistants with them', async ({ page }) => {
  await page.goto(`${reynard.url}/settings/approvals`)
  const server = page.getByRole('combobox', { name: 'run_javascript, on this server' })
  const own = page.getByRole('combobox', { name: 'run_javascript, for you' })
  // What is in force now can be read of each tool, before anybody set a rule.
  await expect(own.locator('option:checked')).toHaveText('Allowed (default)')
  await expect(page.getByRole('combobox', { name: 'write_file, for you' }).locator('option:checked')).toHaveText(
    'Asks (default)',
  )
  await server.selectOption('Asks each time')
  await own.selectOption('Allowed')
  await expect(page.getByText('The server asks each time.')).toBeVisible()
  await page.reload()
  await expect(server).toHaveValue('ask')
  await page.getByRole('link', { name: 'Open the console' }).click()
  await expect(page.getByRole('textbox', { name: 'Calls of one answer' })).toHaveAttribute('placeholder', '7')
  await page.getByRole('textbox', { name: 'Steps of one answer' }).fill('5')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('button', { name: 'Save' })).toHaveCount(0)
  await page.reload()
  await expect(page.getByRole('textbox', { name: 'Steps of one answer' })).toHaveValue('5')

  model.answerNext(
    { toolCalls: [{ name: 'run_javascript', arguments: { code: '6 * 7' } }] },
    { text: 'It is forty-two.' },
  )
  await page.goto(reynard.url)
  await askAssistant(page, 'Clerk', 'What is six times seven?')
  const card = page.getByRole('region', { name: 'Clerk wants to run JavaScript' })
  await expect(card).toContainText('6 * 7')
  await expect(card).not.toContainText('restored')
  await expect(card.getByRole('button', { name: /Ask every time/ })).toHaveCount(0)
  await card.getByRole('button', { name: 'Approve' }).click()
  await expect(answerOf(page, 'Clerk').getByText('It is forty-two.')).toBeVisible()

  await page.goto(`${reynard.url}/admin/settings?section=tools`)
  const save = page.getByRole('button', { name: 'Save' })
  await page.getByRole('switch', { name: 'Tools', exact: true }).click()
  await save.click()
  await expect(save).toHaveCount(0)
  await page.goto(`${reynard.url}/settings/assistants`)
  await expect(page.getByText('Tools are switched off on this server', { exact: false })).toBeVisible()
  await page.getByRole('link', { name: 'Where it is switched on' }).click()
  await page.getByRole('switch', { name: 'Assistants' }).click()
  await save.click()
  await expect(save).toHaveCount(0)
  await page.goto(reynard.url)
  await expect(field(page)).toHaveAttribute('placeholder', 'Write to llama3.2:1b')
  await expect(page.getByRole('button', { name: /^Choose an assistant/ })).toHaveCount(0)
})

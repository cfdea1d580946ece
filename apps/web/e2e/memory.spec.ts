import { expect, type Page, test } from '@playwright/test'
import { createReynardClient } from '@reynard/client'
import { answerOf, askAssistant, request } from './assistant-page.ts'
import { ask, chatIdOf, field, lastAnswer } from './chat-page.ts'
import { MADE_SUMMARY, type ScriptedModel, startScriptedModel } from './scripted-model.ts'
import { type RunningReynard, removeData, startReynard } from './start-reynard.ts'

let model: ScriptedModel
let reynard: RunningReynard
const FACT = 'The project is called Foxglove and ships in March.'
const SAID = 'my project Foxglove ships in March'
const proposes = (quote: string) => ({ toolCalls: [{ name: 'remember', arguments: { fact: FACT, quote } }] })
const main = (page: Page) => page.getByRole('main')

test.beforeEach(async () => {
  model = await startScriptedModel()
  reynard = await startReynard({ OLLAMA_BASE_URL: model.url })
})
test.afterEach(async () => {
  await reynard.stop()
  await model.close()
  removeData(reynard)
})

test('what was accepted in one chat answers a question in another, and shows from where', async ({ page }) => {
  model.answerNext(proposes(SAID), { text: 'I will keep that in mind.' })
  await page.goto(reynard.url)
  await askAssistant(page, 'Reynard', `Please remember that ${SAID}.`)
  const card = page.getByRole('region', { name: `Reynard wants to remember “${FACT}”` })
  await expect(card).toContainText(`You wrote: “${SAID}”`)
  // A yes counts for this one fact: nothing wider is offered.
  await expect(card.getByRole('button', { name: /always|this chat|more/i })).toHaveCount(0)
  await card.getByRole('button', { name: 'Approve' }).click()
  await expect(answerOf(page, 'Reynard').getByRole('button', { name: /^Remembered / })).toBeVisible()
  await expect(answerOf(page, 'Reynard').getByText('I will keep that in mind.')).toBeVisible()
  const told = chatIdOf(page)

  model.answerNext({ text: 'That it is called Foxglove, and ships in March.' })
  await page.goto(reynard.url)
  await ask(page, 'What did I tell you about my project last week?')
  await expect(lastAnswer(page).getByText('That it is called Foxglove')).toBeVisible()
  expect(JSON.stringify(model.requests.at(-1)?.body ?? model.requests)).toContain('Foxglove')
  const row = lastAnswer(page).getByRole('button', { name: /^Used 1 memory/ })
  await row.click()
  await expect(lastAnswer(page).getByText(FACT)).toBeVisible()
  await page.reload()
  await lastAnswer(page)
    .getByRole('button', { name: /^Used 1 memory/ })
    .click()
  await lastAnswer(page).getByRole('link', { name: 'Where you said it' }).click()
  await expect(page).toHaveURL(new RegExp(`/chat/${told}\\?message=`))
  await expect(page.getByText(`Please remember that ${SAID}.`)).toBeVisible()

  await page.goto(reynard.url)
  await ask(page, 'Why is the sky blue?')
  await expect(lastAnswer(page).getByText('A short answer.')).toBeVisible()
  await expect(page.getByRole('button', { name: /^Used / })).toHaveCount(0)
})

test('what only a tool or the model said is refused without asking', async ({ page }) => {
  model.answerNext(proposes('the page says that the project is Foxglove'), { text: 'I could not remember that.' })
  await page.goto(reynard.url)
  await askAssistant(page, 'Reynard', 'What does the page say?')
  await expect(answerOf(page, 'Reynard').getByText('I could not remember that.')).toBeVisible()
  await expect(request(page)).toHaveCount(0)
  await page.goto(`${reynard.url}/settings/memory`)
  await expect(main(page).getByText('Nothing is remembered yet.')).toBeVisible()
})

test('facts are added, found, changed, deleted and brought back, by keyboard alone', async ({ page }) => {
  await page.goto(`${reynard.url}/settings/memory`)
  const add = page.getByRole('textbox', { name: 'A fact to remember' })
  for (const text of ['My project is called Foxglove.', '<b>Bold</b> \u202eand reversed\u200b nuts']) {
    await add.fill(text)
    await page.keyboard.press('Enter')
    await expect(add).toHaveValue('')
  }
  await expect(main(page).getByRole('listitem')).toHaveText([/<b>Bold<\/b> and reversed nuts/, /Foxglove/])
  await expect(main(page).getByText('2 memories')).toBeVisible()
  const search = page.getByRole('searchbox', { name: 'Search memories' })
  await search.fill('nuts')
  await expect(main(page).getByRole('listitem')).toHaveText([/Bold/])
  await search.press('Escape')
  await expect(search).toBeFocused()
  await expect(main(page).getByRole('listitem')).toHaveCount(2)
  await search.press('Escape')
  await expect(search).not.toBeFocused()
  await search.fill('foxgl')
  await expect(main(page).getByRole('listitem')).toHaveText([/Foxglove/])
  await expect(main(page).getByText('1 memory')).toBeVisible()

  await main(page).getByRole('button', { name: 'Edit: My project is called Foxglove.' }).press('Enter')
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type('My project is called Foxglove, since May.')
  await page.keyboard.press('Enter')
  const edit = main(page).getByRole('button', { name: 'Edit: My project is called Foxglove, since May.' })
  await expect(edit).toBeFocused()
  await main(page)
    .getByRole('button', { name: /^Delete: My project/ })
    .press('Enter')
  await expect(main(page).getByText('No memory has these words.')).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).press('Enter')
  await expect(edit).toBeVisible()
})

test('it is off where its switches are off: for this chat, for me, for everybody', async ({ page }) => {
  const client = createReynardClient({ baseUrl: reynard.url })
  await client.trpc.chat.memory.create.mutate({ text: 'My project is called Foxglove.' })
  const used = page.getByRole('button', { name: /^Used / })
  const question = 'How is my project called?'
  await page.goto(reynard.url)
  await ask(page, question)
  await expect(used).toHaveCount(1)
  await page
    .getByRole('button', { name: /settings/i })
    .last()
    .click()
  await page.getByRole('switch', { name: 'Memory' }).click()
  await page.keyboard.press('Escape')
  await ask(page, question)
  await expect(page.getByText('A short answer.')).toHaveCount(2)
  await expect(used).toHaveCount(1)

  await page.goto(`${reynard.url}/settings/memory`)
  await page.getByRole('switch', { name: 'Use memory in chats' }).click()
  await expect.poll(async () => (await client.trpc.chat.memory.list.query({})).enabled).toBe(false)
  await client.trpc.admin.updateSettings.mutate({ contextAwareness: false })
  await page.reload()
  await expect(main(page).getByText(/switched off on this server/)).toBeVisible()
  await page.goto(reynard.url)
  await ask(page, question)
  await expect(lastAnswer(page).getByText('A short answer.')).toBeVisible()
  await expect(used).toHaveCount(0)
  await client.close()
})

test('a long chat is summarised: the row says so, and its text can be changed and removed', async ({ page }) => {
  const client = createReynardClient({ baseUrl: reynard.url })
  const text = `A long question. ${'word '.repeat(150)}`
  let last = { conversationId: '', answerId: '' }
  for (let at = 0; at < 4; at += 1) {
    model.answerNext({ text: `An answer. ${'word '.repeat(150)}` })
    const after = { conversationId: last.conversationId, parentId: last.answerId }
    const to = at === 0 ? { conversationId: null, parentId: null } : after
    const settings = { contextTokens: 2048, maxTokens: 256 }
    const sent = await client.trpc.chat.send.mutate({ key: crypto.randomUUID(), text, ...to, settings })
    for await (const _event of client.followRun(sent.runId));
    last = sent
  }
  await page.goto(`${reynard.url}/chat/${last.conversationId}`)
  const row = page.getByRole('complementary', { name: 'Summary' })
  await expect(row).toContainText(/\d earlier messages are summarised · \d+ tokens/, { timeout: 20_000 })
  await row.getByRole('button', { name: 'Show summary' }).click()
  const summary = row.getByRole('textbox', { name: 'Summary' })
  await expect(summary).toHaveValue(MADE_SUMMARY)
  await summary.fill('They spoke of wolves.')
  await row.getByRole('button', { name: 'Save' }).click()
  await expect(row.getByText('edited')).toBeVisible()
  await field(page).click()
  await page.keyboard.type('And now?')
  await page.keyboard.press('Enter')
  await expect(lastAnswer(page).getByText('A short answer.')).toBeVisible()
  expect(JSON.stringify(model.requests)).toContain('They spoke of wolves.')
  await page.getByRole('button', { name: /^Context window/ }).click()
  await expect(page.getByRole('dialog', { name: 'Context window' })).toContainText(/Summary of \d messages/)
  await page.keyboard.press('Escape')

  await row.scrollIntoViewIfNeeded()
  if (!(await row.getByRole('button', { name: 'Remove summary' }).isVisible())) {
    await row.getByRole('button', { name: 'Show summary' }).click()
  }
  await row.getByRole('button', { name: 'Remove summary' }).click()
  await expect(row).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(row).toBeVisible()
  await client.close()
})

import { readFile } from 'node:fs/promises'
import { expect, type Page, test } from '@playwright/test'
import { createReynardClient } from '@reynard/client'
import { ask, field, lastAnswer, sidebar, textOf } from './chat-page.ts'
import { type ScriptedModel, startScriptedModel } from './scripted-model.ts'
import { type RunningReynard, removeData, startReynard } from './start-reynard.ts'

let model: ScriptedModel
let reynard: RunningReynard
const main = (page: Page) => page.getByRole('main')
const liveRows = (page: Page) => page.getByRole('region', { name: 'Live runs' }).getByRole('row')
const words = 'The fox runs along the hedge and looks back once. '.repeat(300)

test.beforeEach(async () => {
  model = await startScriptedModel()
  model.control.set({ tokensPerSecond: 25 })
  reynard = await startReynard({ OLLAMA_BASE_URL: model.url })
  const client = createReynardClient({ baseUrl: reynard.url })
  await client.trpc.admin.updateSettings.mutate({ titles: false })
  await client.close()
})
test.afterEach(async () => {
  await reynard.stop()
  await model.close()
  removeData(reynard)
})

test('the overview follows a chat that streams; the run is stopped there, and the chat says by whom', async ({
  page,
  context,
}) => {
  await page.setViewportSize({ width: 1400, height: 900 })
  model.answerNext({ text: words })
  await page.goto(reynard.url)
  await expect(field(page)).toBeVisible()

  const admin = await context.newPage()
  await admin.setViewportSize({ width: 1400, height: 900 })
  await admin.goto(reynard.url)
  await sidebar(admin).getByRole('link', { name: 'Admin' }).click()
  await expect(admin.getByRole('heading', { name: 'Overview' })).toBeVisible()
  await expect(main(admin).getByText('No run is live.')).toBeVisible()

  await page.bringToFront()
  await ask(page, 'Tell me of the fox')
  await expect(textOf(lastAnswer(page))).toContainText('The fox runs')

  await admin.bringToFront()
  await expect(liveRows(admin).filter({ hasText: 'Tell me of the fox' })).toContainText('Writing')
  await expect(admin.getByRole('link', { name: 'Runs' })).toContainText('1 live')
  await expect(main(admin).getByText('1 running, 0 queued').first()).toBeVisible()
  // The chart names the model once it writes, and its bars are reached by key.
  const chart = main(admin).getByRole('img', { name: /^Stacked bars: tokens per second/ })
  await chart.focus()
  await admin.keyboard.press('End')
  await expect(
    main(admin)
      .getByRole('status')
      .filter({ hasText: /llama3\.2:1b \d/ }),
  ).toBeVisible()
  await main(admin).getByRole('button', { name: 'Show as table' }).click()
  await expect(main(admin).getByRole('region', { name: 'Tokens per second' }).getByRole('table')).toContainText('llama')

  await liveRows(admin).getByRole('button', { name: 'Stop this run' }).click()
  await expect(main(admin).getByText('No run is live.')).toBeVisible()
  await page.bringToFront()
  await expect(lastAnswer(page).getByText('An admin stopped this answer.')).toBeVisible()
})

test('a run is found, opened by keys, watched as it writes, and stays open after a reload', async ({ page }) => {
  await page.setViewportSize({ width: 1400, height: 900 })
  const client = createReynardClient({ baseUrl: reynard.url })
  const send = (text: string) =>
    client.trpc.chat.send.mutate({ key: crypto.randomUUID(), conversationId: null, parentId: null, text })
  model.answerNext({ text: 'Short.' }, { text: words })
  const { runId } = await send('A question about hedges')
  for await (const _event of client.followRun(runId));
  await send('A question about foxes')

  await page.goto(`${reynard.url}/admin/runs`)
  const rows = main(page).getByRole('row')
  await expect(rows.filter({ hasText: 'foxes' })).toContainText('Writing')
  await expect(rows.filter({ hasText: 'hedges' })).toContainText('Done')
  await page.keyboard.press('/')
  await expect(main(page).getByRole('searchbox')).toBeFocused()
  await page.keyboard.type('hedges')
  await expect(rows.filter({ hasText: 'foxes' })).toHaveCount(0)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await expect(rows.filter({ hasText: 'foxes' })).toBeVisible()

  await page.keyboard.press('j')
  await expect(main(page).getByRole('button', { name: 'A question about foxes' })).toBeFocused()
  await page.keyboard.press('Enter')
  const details = page.getByRole('complementary', { name: 'Run details' })
  await expect(details.getByRole('heading', { name: 'A question about foxes' })).toBeVisible()
  await expect(details.getByRole('region', { name: 'What it wrote' }).first()).toContainText('The fox runs')
  await expect(details.getByText('run-start')).toBeAttached()
  await page.reload()
  await expect(details.getByRole('heading', { name: 'A question about foxes' })).toBeVisible()
  await details.getByRole('button', { name: 'Stop run' }).click()
  await expect(details.getByText('Stopped', { exact: true })).toBeVisible()
  await expect(rows.filter({ hasText: 'foxes' })).toContainText('Stopped')
  await main(page).getByRole('combobox', { name: 'State' }).selectOption('Failed')
  await expect(main(page).getByRole('heading', { name: 'No run fits' })).toBeVisible()
  await main(page).getByRole('button', { name: 'Show all runs' }).click()
  await expect(rows.filter({ hasText: 'hedges' })).toBeVisible()
  await client.close()
})

test('the page of health says how each part is, also of its own way to the server, and saves the bundle', async ({
  page,
}) => {
  await page.goto(`${reynard.url}/admin/health`)
  const parts = page.getByRole('list', { name: 'Parts' })
  await expect(parts.getByRole('listitem').filter({ hasText: 'Database' })).toContainText('read it back')
  await expect(parts.getByRole('listitem').filter({ hasText: 'WebSocket' })).toContainText('Opened to')
  await expect(parts.getByRole('listitem').filter({ hasText: 'Clock of this browser' })).toContainText('Well')
  const saved = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save the bundle' }).click()
  expect((await saved).suggestedFilename()).toMatch(/^reynard-diagnostics-.*\.zip$/)
})

test('new runs are paused and an announcement made in the console; the chat says both, and the announcement is put away', async ({
  page,
}) => {
  await page.goto(`${reynard.url}/admin`)
  await page.getByRole('button', { name: 'Pause new runs' }).click()
  await expect(page.getByText('New answers are paused.')).toBeVisible()
  await page.goto(`${reynard.url}/admin/settings?section=notices`)
  await page.getByRole('textbox', { name: 'Your words' }).fill('Back at noon.')
  await page.getByRole('button', { name: 'Save the words' }).click()
  await page.getByRole('textbox', { name: 'Announcement' }).fill('<b>Lunch</b> at one')
  await page.getByRole('button', { name: 'Announce', exact: true }).click()
  await expect(page.getByText('Take back')).toBeVisible()
  await page.getByRole('button', { name: 'History' }).click()
  await expect(main(page).getByText('switched maintenance').first()).toBeVisible()

  await page.goto(reynard.url)
  const bar = page.getByRole('region', { name: 'Announcement' })
  await expect(bar).toContainText('Back at noon.')
  await expect(bar).toContainText('<b>Lunch</b> at one')
  await ask(page, 'Is anybody there?')
  await expect(page.getByText(/^New answers are paused: .* Back at noon\.$/).first()).toBeVisible()
  await bar.getByRole('button', { name: 'Put the announcement away' }).click()
  await expect(bar).not.toContainText('Lunch')
  await page.reload()
  await expect(bar).toContainText('Back at noon.')
  await expect(bar).not.toContainText('Lunch')
})

test('models are loaded and let go from the console, and one that is asked for by name says so before it is removed', async ({
  page,
}) => {
  await page.setViewportSize({ width: 1400, height: 900 })
  const client = createReynardClient({ baseUrl: reynard.url })
  model.control.set({ tokensPerSecond: Number.POSITIVE_INFINITY })
  const { runId } = await client.trpc.chat.send.mutate({
    key: crypto.randomUUID(),
    conversationId: null,
    parentId: null,
    text: 'Hello',
    settings: { model: 'llama3.2:1b' },
  })
  for await (const _event of client.followRun(runId));
  await client.close()
  await page.goto(`${reynard.url}/admin`)
  await page.getByRole('navigation', { name: 'Admin' }).getByRole('link', { name: 'Models' }).click()
  const row = main(page).getByRole('row').filter({ hasText: 'llama3.2:1b' })
  await expect(row).toContainText('Loaded')
  await row.getByRole('button', { name: 'Unload' }).click()
  await expect(row).toContainText('Not loaded')
  await row.getByRole('button', { name: 'Load', exact: true }).click()
  await expect(row.getByText(/^Loaded/)).toBeVisible()
  await row.getByRole('button', { name: 'Details of llama3.2:1b' }).click()
  const details = page.getByRole('dialog', { name: 'Details of llama3.2:1b' })
  await expect(details.getByRole('group', { name: 'Licence' })).toContainText('apache-2.0')
  await details.getByRole('combobox', { name: 'Keep in memory' }).selectOption('For ever')
  await expect(details.getByText('stays loaded')).toBeVisible()
  await page.keyboard.press('Escape')
  await row.getByRole('button', { name: 'More for llama3.2:1b' }).click()
  await page.getByRole('menuitem', { name: 'Remove' }).click()
  const asking = page.getByRole('dialog', { name: 'Remove llama3.2:1b?' })
  await expect(asking.getByText('1 chat of 1 person.')).toBeVisible()
  await asking.getByRole('button', { name: 'Remove' }).click()
  await expect(row).toHaveCount(0)
})

test('usage is told apart by model and tool, live, and saved as a file', async ({ page, context }) => {
  model.answerNext({ text: 'One two three.' })
  await page.goto(reynard.url)
  await ask(page, 'Count to three')
  await expect(textOf(lastAnswer(page))).toContainText('One two three.')

  const admin = await context.newPage()
  await admin.goto(`${reynard.url}/admin`)
  await admin.getByRole('link', { name: 'Usage' }).click()
  await expect(main(admin).getByText('1 request,')).toBeVisible()
  await main(admin).getByRole('radio', { name: 'Models' }).click()
  await expect(main(admin).getByRole('row', { name: /llama3\.2:1b 1 0/ })).toBeVisible()
  await main(admin).getByRole('radio', { name: 'Tools' }).click()
  await expect(main(admin).getByText('No tool was called in this time.')).toBeVisible()
  await main(admin).getByRole('radio', { name: 'Models' }).click()

  await page.bringToFront()
  model.answerNext({ text: 'Four five six.' })
  await ask(page, 'And on')
  await expect(textOf(lastAnswer(page))).toContainText('Four five six.')
  await admin.bringToFront()
  await expect(main(admin).getByRole('row', { name: /llama3\.2:1b 2 0/ })).toBeVisible({ timeout: 15_000 })

  const saved = admin.waitForEvent('download')
  await admin.getByRole('button', { name: 'Save as CSV' }).click()
  const file = await saved
  expect(file.suggestedFilename()).toMatch(/^reynard-usage-model-month-.*\.csv$/)
  expect(await readFile(await file.path(), 'utf8')).toMatch(/\r\nllama3\.2:1b,llama3\.2:1b,2,2,0,/)
})

import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { answerOf, askAssistant, CLERK, makeAssistant, request, writes } from './assistant-page.ts'
import { field, sidebar } from './chat-page.ts'
import { type ScriptedModel, startScriptedModel } from './scripted-model.ts'
import { type RunningReynard, removeData, startReynard } from './start-reynard.ts'

let model: ScriptedModel
let reynard: RunningReynard
let clerk: string

test.beforeAll(async () => {
  model = await startScriptedModel()
  reynard = await startReynard({ OLLAMA_BASE_URL: model.url })
  clerk = await makeAssistant(reynard.url, CLERK)
})
test.afterAll(async () => {
  await reynard.stop()
  await model.close()
  removeData(reynard)
})

/** A chat in which the clerk waits for a yes. */
async function askForYes(page: Page, path: string) {
  model.answerNext(writes(path, 'one\ntwo\n'), { text: 'That is done.' })
  await page.goto(reynard.url)
  await askAssistant(page, 'Clerk', `Write ${path}`)
  await expect(request(page)).toBeVisible()
}
const answer = (page: Page) => answerOf(page, 'Clerk')

test('a request shows exactly what will happen; approved, it is done and the row says by whom', async ({ page }) => {
  await askForYes(page, 'notes.md')
  const card = page.getByRole('region', { name: 'Clerk wants to write notes.md' })
  await expect(card).toContainText('Writes 1 file in this chat’s workspace')
  await expect(card).toContainText('No network')
  await expect(card).not.toContainText('restored')
  await expect(card.getByRole('group', { name: 'Change to notes.md, 2 lines added, 0 removed' })).toContainText('two')
  await expect(card).toContainText('Expires in 30 min')
  await expect(field(page)).toHaveAttribute('placeholder', /^Answer the request above/)
  await expect(sidebar(page).getByText(', Wants to write notes.md')).toBeAttached()
  await card.getByRole('button', { name: 'Approve' }).click()
  await expect(answer(page).getByRole('button', { name: /^Wrote notes\.md Approved by you, \d\d:\d\d/ })).toBeVisible()
  await expect(answer(page).getByText('That is done.')).toBeVisible()
  await expect(request(page)).toHaveCount(0)
  const saving = page.waitForEvent('download')
  await answer(page).getByRole('link', { name: 'Save notes.md' }).click()
  const saved = await saving
  expect(saved.suggestedFilename()).toBe('notes.md')
  expect(readFileSync(await saved.path(), 'utf8')).toBe('one\ntwo\n')
  const conversation = new URL(page.url()).pathname.split('/').at(-1) ?? ''
  rmSync(join(reynard.dataDir, 'workspaces', conversation, 'files', 'notes.md'))
  await answer(page).getByRole('link', { name: 'Save notes.md' }).click()
  await expect(page.getByText('notes.md is not there any more: it was moved or deleted.')).toBeVisible()
})

test('denied with a word, nothing is done, and the model is told the word', async ({ page }) => {
  await askForYes(page, 'secret.md')
  await request(page).getByRole('button', { name: 'Deny and say why' }).click()
  await page.keyboard.type('Use the other file')
  await page.keyboard.press('Enter')
  await expect(answer(page).getByRole('button', { name: /^Denied: write secret\.md/ })).toContainText(
    'Use the other file',
  )
  await expect(answer(page).getByText('That is done.')).toBeVisible()
  const told = model.requests.filter(({ body }) => JSON.stringify(body)?.includes('Use the other file'))
  expect(told.length).toBeGreaterThan(0)
})

test('it waits through a reload, and an answer from a second tab counts in both', async ({ page, context }) => {
  await askForYes(page, 'shared.md')
  await page.reload()
  await expect(request(page)).toBeVisible()
  const second = await context.newPage()
  await second.goto(page.url())
  await request(second).getByRole('button', { name: 'Deny', exact: true }).click()
  for (const tab of [second, page]) {
    await expect(answer(tab).getByText('Denied: write shared.md')).toBeVisible()
    await expect(request(tab)).toHaveCount(0)
  }
})

test('it waits through a killed server, and goes on when it is approved afterwards', async ({ page }) => {
  await askForYes(page, 'kept.md')
  await reynard.kill()
  reynard = await startReynard({
    OLLAMA_BASE_URL: model.url,
    REYNARD_DATA_DIR: reynard.dataDir,
    PORT: new URL(reynard.url).port,
  })
  await page.reload()
  await request(page).getByRole('button', { name: 'Approve' }).click()
  await expect(answer(page).getByRole('button', { name: /^Wrote kept\.md Approved by you/ })).toBeVisible()
  await expect(answer(page).getByText('That is done.')).toBeVisible()
})

test('a whole request goes by the keyboard, and is announced at once', async ({ page }) => {
  await askForYes(page, 'keys.md')
  await expect(page.locator('p[aria-live="assertive"]')).toHaveText('Clerk wants to write keys.md. Press F6 to answer.')
  await expect(field(page)).toBeFocused()
  // Outside of it the letter is a letter, and the key that leads there is named.
  await expect(request(page).locator('kbd').filter({ hasText: 'F6' })).toBeVisible()
  await expect(request(page).locator('kbd').filter({ hasText: /^A$/ })).toBeHidden()
  await page.keyboard.type('a')
  await expect(field(page)).toHaveValue('a')
  await page.keyboard.press('F6')
  await expect(request(page)).toBeFocused()
  await expect(request(page).locator('kbd').filter({ hasText: /^A$/ })).toBeVisible()
  await expect(request(page).getByRole('button', { name: 'Approve' })).not.toHaveAttribute('aria-disabled')
  await page.keyboard.press('a')
  await expect(answer(page).getByRole('button', { name: /^Wrote keys\.md Approved by you/ })).toBeVisible()
  await expect(answer(page)).toBeFocused()
  await expect(page.locator('p[aria-live="assertive"]')).toHaveText('')

  model.answerNext(writes('more.md', 'x'), { text: 'As you wish.' })
  await field(page).fill('More')
  await field(page).press('Enter')
  await expect(request(page)).toBeVisible()
  await page.keyboard.press('F6')
  await page.keyboard.press('d')
  await expect(answer(page).getByText('Denied: write more.md')).toBeVisible()
})

test('F6 leads to a request that was scrolled out of the page', async ({ page }) => {
  const messages = Array.from({ length: 40 }, (_, index) => ({
    id: `m${index}`,
    parentId: index === 0 ? null : `m${index - 1}`,
    role: index % 2 === 0 ? 'user' : 'assistant',
    text: `Message ${index}\n\n`.repeat(6),
    createdAt: Date.now() - 60_000 + index,
  }))
  const long = { title: 'A long chat', createdAt: Date.now(), settings: { assistant: clerk }, messages }
  const taken = await fetch(`${reynard.url}/api/trpc/chat.import`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ format: 'reynard-conversations', version: 1, conversations: [long] }),
  })
  expect(taken.ok).toBe(true)
  model.answerNext(writes('far.md', 'x'), { text: 'That is done.' })
  await page.goto(reynard.url)
  await sidebar(page).getByRole('link', { name: 'A long chat' }).click()
  await expect(page.getByText('Message 39').first()).toBeVisible()
  await field(page).fill('Write far.md')
  await field(page).press('Enter')
  await expect(request(page)).toBeVisible()
  await page
    .getByRole('log')
    .locator('..')
    .evaluate((element) => element.scrollTo(0, 0))
  await expect(request(page)).toHaveCount(0)
  await page.keyboard.press('F6')
  await expect(request(page)).toBeFocused()
  await request(page).getByRole('button', { name: 'Approve' }).click()
  await expect(answer(page).getByText('That is done.')).toBeVisible()
})

test('a press that comes with the card approves nothing', async ({ page }) => {
  await page.addInitScript(() => {
    let pressed = 0
    new MutationObserver(() => {
      const approve = document.querySelector<HTMLElement>(
        '[data-region="approval"] button[data-edge][class*="bg-accent"]',
      )
      if (approve === null || pressed > 0) return
      pressed += 1
      approve.click()
      document.documentElement.dataset.pressed = String(pressed)
    }).observe(document, { subtree: true, childList: true })
  })
  await askForYes(page, 'early.md')
  await expect(page.locator('html')).toHaveAttribute('data-pressed', '1')
  const approve = request(page).getByRole('button', { name: 'Approve' })
  await expect(approve).not.toHaveAttribute('aria-disabled')
  await approve.click()
  await expect(answer(page).getByText('That is done.')).toBeVisible()
})

test('a yes for the whole chat is asked for once', async ({ page }) => {
  await askForYes(page, 'first.md')
  await request(page)
    .getByRole('button', { name: /Ask every time/ })
    .click()
  await page.getByRole('menuitemradio', { name: 'Always in this chat' }).click()
  await request(page).getByRole('button', { name: 'Approve' }).click()
  await expect(answer(page).getByText('That is done.')).toBeVisible()
  model.answerNext(writes('second.md', 'x'), { text: 'Done without a question.' })
  await field(page).fill('Another one')
  await field(page).press('Enter')
  await expect(answer(page).getByText('Done without a question.')).toBeVisible()
  await expect(answer(page).getByRole('button', { name: /^Wrote second\.md/ })).toBeVisible()
})

test('on a phone the request is a sheet from below, and the place to write comes back after it', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  await askForYes(page, 'phone.md')
  await expect(field(page)).toHaveCount(0)
  const box = await request(page).boundingBox()
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeCloseTo(844, -1)
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
  await request(page).getByRole('button', { name: 'Approve' }).click()
  await expect(answer(page).getByText('That is done.')).toBeVisible()
  await expect(field(page)).toBeVisible()
})

test('the new chat leads to what waits', async ({ page }) => {
  await askForYes(page, 'open.md')
  const address = page.url()
  await page.goto(reynard.url)
  const open = page.getByRole('link', { name: /Decide$/ }).first()
  await expect(open).toContainText('Wants to write open.md, asked at')
  await open.click()
  await expect(page).toHaveURL(address)
  await expect(request(page)).toBeVisible()
})

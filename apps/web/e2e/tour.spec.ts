import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { createDemoScript, demoModels, type FakeOllama, startFakeOllama } from '@reynard/fake-ollama'
import { askTour } from '../../../scripts/tour/ask-tour.ts'
import { answerOf, request } from './assistant-page.ts'
import { ask, sidebar } from './chat-page.ts'
import { type RunningReynard, removeData, startReynard } from './start-reynard.ts'

let model: FakeOllama
let reynard: RunningReynard
const settings = () => ({ OLLAMA_BASE_URL: model.url, OLLAMA_DEFAULT_MODEL: 'llama3.2:3b' })

test.beforeAll(async () => {
  model = await startFakeOllama({ models: demoModels, answer: createDemoScript() })
  reynard = await startReynard(settings())
  await askTour(reynard.url)
})
test.afterAll(async () => {
  await reynard.stop()
  await model.close()
  removeData(reynard)
})

const codewolf = (page: Page) => answerOf(page, 'CodeWolf')
const open = (page: Page, chat: RegExp) => sidebar(page).getByRole('link', { name: chat }).click()

test('a file of sales becomes a query, its table and a chart', async ({ page }) => {
  await page.goto(reynard.url)
  await open(page, /Sales by month|Chart the sales/)
  const answer = answerOf(page, 'Reynard')
  await expect(answer.getByRole('button', { name: /^Queried sales/ })).toBeVisible({ timeout: 30_000 })
  await expect(answer.getByRole('row', { name: /2025-10.*14318/ }).first()).toBeVisible()
  await expect(answer.getByRole('img', { name: /Sales by month, 2025/ })).toBeVisible()
  await expect(answer).toContainText('Two months stand out')
})

test('a failing test is found, mended, committed and taken back, over a kill of the server', async ({ page }) => {
  await page.goto(reynard.url)
  // A project gave it its name, and no model gives it another one.
  await open(page, /basket/)
  await expect(codewolf(page)).toContainText('1 of 5 failed', { timeout: 30_000 })
  await expect(request(page)).toContainText('wants to change price.js')

  await reynard.kill()
  reynard = await startReynard({
    ...settings(),
    REYNARD_DATA_DIR: reynard.dataDir,
    PORT: new URL(reynard.url).port,
  })
  await request(page).getByRole('button', { name: 'Approve' }).click({ timeout: 30_000 })
  await expect(codewolf(page)).toContainText(/5 (tests )?passed/, { timeout: 30_000 })
  await expect(request(page)).toContainText('wants to commit 1 file')
  await expect(request(page).getByText('The comparison left it out.', { exact: true })).toBeVisible()
  await expect(request(page)).toContainText('by Reynard <reynard@localhost>')
  // The one line that was mended, in a project whose other lines are committed already.
  await expect(request(page).getByRole('button', { name: 'price.js +1 −1' })).toBeVisible()
  await request(page).getByRole('button', { name: 'Approve' }).click()
  await expect(codewolf(page)).toContainText('The failing test was right', { timeout: 30_000 })

  const chat = new URL(page.url()).pathname.split('/').at(-1) ?? ''
  const price = () => readFileSync(join(reynard.dataDir, 'workspaces', chat, 'files', 'price.js'), 'utf8')
  expect(price()).toContain('>= DISCOUNT_FROM')
  await codewolf(page).getByRole('button', { name: 'Restore to before this' }).first().click()
  await expect.poll(price).toContain('> DISCOUNT_FROM')
})

test('what was said in one chat is answered from memory in another, and shows from where', async ({ page }) => {
  await page.goto(reynard.url)
  await open(page, /Foxglove/)
  await request(page).getByRole('button', { name: 'Approve' }).click()
  await expect(answerOf(page, 'Reynard')).toContainText('I will know it in your other chats', { timeout: 30_000 })
  await page.goto(reynard.url)
  await ask(page, 'What did I tell you about my project last week?')
  const answer = page.getByRole('article').last()
  await expect(answer).toContainText('ships in March', { timeout: 30_000 })
  await answer.getByRole('button', { name: /1 memory/ }).click()
  await expect(answer).toContainText('The project is called Foxglove and ships in March.')
})

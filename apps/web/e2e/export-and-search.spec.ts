import { readFile } from 'node:fs/promises'
import { expect, type Page, test } from '@playwright/test'
import { ask, sidebar, textOf } from './chat-page.ts'
import { type ScriptedModel, startScriptedModel } from './scripted-model.ts'
import { seedChats } from './seed-chats.ts'
import { type RunningReynard, startReynard } from './start-reynard.ts'

let model: ScriptedModel
let reynard: RunningReynard

test.beforeAll(async () => {
  model = await startScriptedModel()
  reynard = await startReynard({ OLLAMA_BASE_URL: model.url })
  await seedChats(reynard.url, [
    { title: 'Birds of the lake', question: 'Which birds are there?', answer: 'The **heron** fishes at dawn.' },
    { title: 'Bread', question: 'How long?', answer: 'Forty minutes at 220 °C.' },
  ])
})
test.afterAll(async () => {
  await reynard.stop()
  await model.close()
})

const row = (page: Page, title: string) => sidebar(page).getByRole('link', { name: title })

test('one chat is exported as Markdown', async ({ page }) => {
  await page.goto(reynard.url)
  await row(page, 'Birds of the lake').hover()
  await page.getByRole('button', { name: 'More for Birds of the lake' }).click()
  const download = page.waitForEvent('download')
  await page.getByRole('menuitem', { name: 'Export as Markdown' }).click()
  const file = await download
  expect(file.suggestedFilename()).toMatch(/\.md$/)
  const content = await readFile(await file.path(), 'utf8')
  expect(content).toMatch(/^# Birds of the lake\n/)
  expect(content).toContain('## You\n\nWhich birds are there?')
  expect(content).toContain('The **heron** fishes at dawn.')
})

test('all chats are exported, and what was deleted comes back by import', async ({ page }) => {
  await page.goto(`${reynard.url}/settings`)
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export JSON' }).click()
  const exported = await (await download).path()

  await row(page, 'Bread').focus()
  await page.keyboard.press('Delete')
  await expect(row(page, 'Bread')).toHaveCount(0)

  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  await (await chooser).setFiles(exported)
  await expect(page.getByText('Imported 1 chat, 1 was here already')).toBeVisible()
  await row(page, 'Bread').click()
  await expect(textOf(page.getByRole('article').last())).toHaveText('Forty minutes at 220 °C.')
  await expect(row(page, 'Birds of the lake')).toHaveCount(1)

  await page.getByRole('link', { name: 'Settings' }).click()
  const again = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  await (await again).setFiles(exported)
  await expect(page.getByText('All 2 chats of this file are here already')).toBeVisible()
  await expect(row(page, 'Bread')).toHaveCount(1)
})

test('a file that is no export is refused with a sentence', async ({ page }) => {
  await page.goto(`${reynard.url}/settings`)
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  await (await chooser).setFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('{"a":1}') })
  await expect(page.getByText(/^This file holds no chats that Reynard exported/)).toBeVisible()
  const again = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  await (await again).setFiles({ name: 'x.md', mimeType: 'text/markdown', buffer: Buffer.from('# Birds') })
  await expect(page.getByText('Markdown is for reading and cannot be imported.')).toBeVisible()
})

test('a word that was just written is found, and its message opens in its place', async ({ page }) => {
  await page.goto(reynard.url)
  model.answerNext({ text: 'The answer names a capercaillie in passing.' })
  await ask(page, 'Name a rare bird.')
  await expect(textOf(page.getByRole('article').last())).toContainText('capercaillie')
  await page.getByRole('link', { name: /^New chat/ }).click()
  await expect(page.getByRole('heading', { name: 'What are you working on?' })).toBeVisible()
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('combobox')).toBeFocused()
  await page.keyboard.type('capercaillie')
  const hit = page.getByRole('option', { name: /capercaillie in passing/ })
  await expect(hit).toBeVisible()
  await hit.click()
  await expect(page).toHaveURL(/\/chat\/[0-9a-f-]{36}\?message=/)
  await expect(page.getByRole('article', { name: /^(?!You, )/ })).toBeFocused()
  await expect(page.getByText('capercaillie').first()).toBeInViewport()
})

import { expect, type Page, test } from '@playwright/test'
import { fillerText } from '@reynard/fake-ollama'
import { ask, field, lastAnswer, waitForEnd } from './chat-page.ts'
import { type ScriptedModel, startScriptedModel } from './scripted-model.ts'
import { type RunningReynard, startReynard } from './start-reynard.ts'

let model: ScriptedModel
let reynard: RunningReynard

test.beforeAll(async () => {
  model = await startScriptedModel()
  reynard = await startReynard({ OLLAMA_BASE_URL: model.url })
})
test.afterAll(async () => {
  await reynard.stop()
  await model.close()
})

/** What the browser says of the pointer, whatever this machine has. */
async function withPointer(page: Page, kind: 'coarse' | 'none'): Promise<void> {
  await page.addInitScript((pointer) => {
    const real = window.matchMedia.bind(window)
    const answer = { true: '(min-width: 0px)', false: '(max-width: 0px)' }
    window.matchMedia = (query) =>
      real(query.replace(/\(pointer: (\w+)\)/g, (_, asked) => (asked === pointer ? answer.true : answer.false)))
  }, kind)
}

test('the help is found by its name, and leads back to the chat that it was opened from', async ({ page }) => {
  await page.goto(reynard.url)
  await ask(page, 'Where is help?')
  await waitForEnd(page)
  const chat = page.url()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('help')
  await page.getByRole('option', { name: 'Help', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'When something does not work' })).toBeVisible()
  await page.getByRole('link', { name: 'Back to the chat' }).click()
  await expect(page).toHaveURL(chat)
})

test('what helps after a failure leads back to the chat that failed', async ({ page }) => {
  await page.goto(reynard.url)
  model.answerNext({ fault: { kind: 'status', status: 500 } })
  await ask(page, 'Fail.')
  await lastAnswer(page).getByRole('link', { name: 'What helps' }).click()
  await expect(page).toHaveURL(/\/help\?from=.*#[a-z-]+$/)
  await page.getByRole('link', { name: 'Back to the chat' }).click()
  await expect(lastAnswer(page).getByRole('link', { name: 'What helps' })).toBeVisible()
})

test('a chat with settings of its own is marked, and a mistyped one is said not to be kept', async ({ page }) => {
  await page.goto(reynard.url)
  await ask(page, 'Who am I?')
  await waitForEnd(page)
  const open = () => page.getByRole('button', { name: 'Settings of this chat' }).click()
  const panel = page.getByRole('dialog', { name: 'Settings of this chat' })
  await open()
  await panel.getByRole('textbox', { name: 'Temperature' }).fill('9')
  await page.keyboard.press('Escape')
  await expect(page.getByText('Temperature stays as it was: 9 is not a number from 0 to 2.')).toBeVisible()
  await open()
  await panel.getByRole('textbox', { name: 'System prompt' }).fill('Speak like a fox.')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: 'Settings of this chat, changed' })).toBeVisible()
})

test('without any pointer the field to write in has the focus, and keeps it', async ({ page }) => {
  await withPointer(page, 'none')
  await page.goto(reynard.url)
  await expect(field(page)).toBeFocused()
  await page.keyboard.type('Hello')
  await page.keyboard.press('Enter')
  await waitForEnd(page)
  await expect(field(page)).toBeFocused()
})

test('on touch nothing takes the focus unasked, yet what is typed on a keyboard is not lost', async ({ page }) => {
  await withPointer(page, 'coarse')
  await page.goto(reynard.url)
  await expect(page.getByRole('button', { name: /^Choose a model: llama/ })).toBeVisible()
  await expect(field(page)).not.toBeFocused()
  await page.keyboard.type('What is a fox?')
  await expect(field(page)).toHaveValue('What is a fox?')
  await page.keyboard.press('Control+Enter')
  await waitForEnd(page)
  await expect(field(page)).toBeFocused()
})

test('what is typed after an answer was asked again, or after a press beside the text, goes into the field', async ({
  page,
}) => {
  await page.goto(reynard.url)
  await ask(page, 'Once.')
  await waitForEnd(page)
  model.answerNext({ text: fillerText(40), tokensPerSecond: 40 })
  await lastAnswer(page).getByRole('button', { name: 'Answer again' }).click()
  await expect(lastAnswer(page)).toContainText('quick brown')
  await waitForEnd(page)
  await expect(lastAnswer(page)).toBeFocused()
  await page.keyboard.type('Next, ')
  await expect(field(page)).toHaveValue('Next, ')
  await lastAnswer(page).click()
  await expect(field(page)).not.toBeFocused()
  await page.keyboard.type('please.')
  await expect(field(page)).toHaveValue('Next, please.')
})

test('a model that was chosen by Ctrl M gives the focus back to the field it was called from', async ({ page }) => {
  await page.goto(reynard.url)
  await expect(field(page)).toBeFocused()
  await page.keyboard.press('Control+m')
  await expect(page.getByRole('combobox')).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('combobox')).toHaveCount(0)
  await page.keyboard.type('On we go')
  await expect(field(page)).toHaveValue('On we go')
})

test('on a phone a table that goes on beyond the edge fades there, until it is scrolled to its end', async ({
  page,
}) => {
  await page.setViewportSize({ width: 390, height: 844 })
  const cells = (word: string) => `| ${Array.from({ length: 8 }, (_, index) => `${word} ${index}`).join(' | ')} |`
  model.answerNext({
    text: `${cells('Head')}\n|${'---|'.repeat(8)}\n${cells('cell')}\n\n| a | b |\n|---|---|\n| 1 | 2 |`,
  })
  await page.goto(reynard.url)
  await ask(page, 'A wide one and a narrow one.')
  await waitForEnd(page)
  const edge = (index: number) =>
    page
      .getByRole('region', { name: 'Table' })
      .nth(index)
      .evaluate((table) => getComputedStyle(table).getPropertyValue('--edge'))
  await expect.poll(() => edge(0)).toBe('40px')
  expect(await edge(1)).toBe('0px')
  await page
    .getByRole('region', { name: 'Table' })
    .first()
    .evaluate((table) => table.scrollTo({ left: table.scrollWidth }))
  await expect.poll(() => edge(0)).toBe('0px')
})

test('a tooltip at the edge of the window stands on one line', async ({ page }) => {
  await page.goto(reynard.url)
  await page.getByRole('button', { name: 'Settings of the new chat' }).hover()
  const tip = page.locator('[aria-hidden]').filter({ hasText: /^Settings of the new chat$/ })
  await expect(tip).toBeVisible()
  expect((await tip.boundingBox())?.height).toBeLessThan(30)
})

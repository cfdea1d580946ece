import { expect, type Page, test } from '@playwright/test'
import { answers, ask, field, lastAnswer, sidebar, textOf, waitForEnd } from './chat-page.ts'
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

async function openChat(page: Page) {
  await page.goto(reynard.url)
  await ask(page, 'Where does the stream end?')
  await waitForEnd(page)
}

/** Where the focus stands, by region. */
const regionOf = (page: Page) =>
  page.evaluate(() => document.activeElement?.closest('[data-region]')?.getAttribute('data-region') ?? 'page')

test('Tab goes from the skip link through sidebar, top bar and conversation to the composer', async ({ page }) => {
  await openChat(page)
  await page.evaluate(() => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
    document.body.tabIndex = -1
    document.body.focus()
  })
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to the conversation' })).toBeFocused()
  const regions: string[] = []
  for (let step = 0; step < 60 && regions.at(-1) !== 'composer'; step++) {
    await page.keyboard.press('Tab')
    const region = await regionOf(page)
    if (regions.at(-1) !== region) regions.push(region)
  }
  expect(regions).toEqual(['sidebar', 'top-bar', 'conversation', 'composer'])
})

test('what was opened by a key gives the focus back when it closes', async ({ page }) => {
  await openChat(page)
  await expect(field(page)).toBeFocused()
  for (const key of ['Control+k', 'Control+m']) {
    await page.keyboard.press(key)
    await expect(page.getByRole('dialog')).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toHaveCount(0)
    await expect(field(page)).toBeFocused()
  }
  await lastAnswer(page).focus()
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(lastAnswer(page)).toBeFocused()

  const settings = page.getByRole('button', { name: 'Settings of this chat' })
  await settings.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog', { name: 'Settings of this chat' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(settings).toBeFocused()
})

test('the settings of a chat open from its menu and keep the focus', async ({ page }) => {
  await openChat(page)
  const more = page.getByRole('banner').getByRole('button', { name: 'More' })
  await more.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('menuitem', { name: 'Settings of this chat' }).press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Settings of this chat' })
  await expect(dialog).toBeVisible()
  await expect(dialog.or(dialog.locator(':focus')).filter({ visible: true }).first()).toBeVisible()
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.closest('[role="dialog"]') !== null)).toBe(true)
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
  await expect(more).toBeFocused()
})

test('a menu names a key only where that key works', async ({ page }) => {
  await openChat(page)
  const rename = page.getByRole('menuitem', { name: 'Rename' })
  await sidebar(page)
    .getByRole('button', { name: /^More for / })
    .first()
    .click({ force: true })
  await expect(rename).toContainText('F2')
  await page.keyboard.press('Escape')
  await expect(rename).toHaveCount(0)
  await page.getByRole('banner').getByRole('button', { name: 'More' }).click()
  await expect(rename).toHaveText('Rename')
})

test('an answer is stopped, written again and stepped through without a mouse', async ({ page }) => {
  model.answerNext({ text: 'The first version.' }, { text: 'The second version.' })
  await page.goto(reynard.url)
  await ask(page, 'Say it.')
  await waitForEnd(page)
  await page.keyboard.press('Alt+ArrowUp')
  await expect(lastAnswer(page)).toBeFocused()
  const again = lastAnswer(page).getByRole('button', { name: 'Answer again' })
  for (let step = 0; step < 6 && !(await again.evaluate((button) => button === document.activeElement)); step++) {
    await page.keyboard.press('Tab')
  }
  await page.keyboard.press('Enter')
  await expect(textOf(lastAnswer(page))).toHaveText('The second version.')
  await waitForEnd(page)
  await expect(answers(page)).toHaveCount(1)
  await lastAnswer(page).focus()
  await page.keyboard.press('[')
  await expect(textOf(lastAnswer(page))).toHaveText('The first version.')
  await expect(lastAnswer(page)).toBeFocused()
})

test('chats are walked, renamed and deleted in the sidebar by keys', async ({ page }) => {
  await openChat(page)
  await openChat(page)
  await expect(sidebar(page).getByRole('listitem').getByRole('link').nth(1)).toBeVisible()
  const first = sidebar(page).getByRole('listitem').getByRole('link').first()
  await first.focus()
  await page.keyboard.press('ArrowDown')
  await expect(first).not.toBeFocused()
  expect(await regionOf(page)).toBe('sidebar')
  await page.keyboard.press('ArrowUp')
  await expect(first).toBeFocused()
  await page.keyboard.press('F2')
  await page.keyboard.type('Renamed by keys')
  await page.keyboard.press('Enter')
  await expect(sidebar(page).getByRole('link', { name: 'Renamed by keys' })).toBeFocused()
  await page.keyboard.press('Delete')
  await expect(page.getByText('Deleted “Renamed by keys”')).toBeVisible()
  await page.keyboard.press('Control+z')
  await expect(sidebar(page).getByRole('link', { name: 'Renamed by keys' })).toBeVisible()
})

test('keys are found where another keyboard writes them', async ({ page }) => {
  model.answerNext({ text: 'The first version.' }, { text: 'The second version.' })
  await page.goto(reynard.url)
  await ask(page, 'Say it.')
  await waitForEnd(page)
  await lastAnswer(page).getByRole('button', { name: 'Answer again' }).click()
  await expect(textOf(lastAnswer(page))).toHaveText('The second version.')
  await lastAnswer(page).focus()
  const press = (keys: { key: string; code: string; ctrlKey: true; altKey?: true; modifierAltGraph?: true }) =>
    page.evaluate((init) => {
      document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init }))
    }, keys)
  // German on Windows: AltGr 8.
  await press({ key: '[', code: 'Digit8', ctrlKey: true, altKey: true, modifierAltGraph: true })
  await expect(textOf(lastAnswer(page))).toHaveText('The first version.')
  await press({ key: 'л', code: 'KeyK', ctrlKey: true })
  await expect(page.getByRole('dialog', { name: 'Search and commands' })).toBeVisible()
})

import { expect, test } from '@playwright/test'
import { fillerText } from '@reynard/fake-ollama'
import { ask, field, lastAnswer, questions, sidebar, textOf, waitForEnd } from './chat-page.ts'
import { type ScriptedModel, startScriptedModel } from './scripted-model.ts'
import { type RunningReynard, removeData, startReynard } from './start-reynard.ts'

let model: ScriptedModel
let reynard: RunningReynard

test.beforeAll(async () => {
  model = await startScriptedModel(0, ['llama3.2:1b', 'second:1b', 'third:1b'])
  reynard = await startReynard({ OLLAMA_BASE_URL: model.url, OLLAMA_DEFAULT_MODEL: 'third:1b' })
})
test.afterAll(async () => {
  await reynard.stop()
  await model.close()
  removeData(reynard)
})

for (const { width, height } of [
  { width: 1280, height: 640 },
  { width: 390, height: 780 },
]) {
  test(`at ${width} × ${height} only one thing scrolls, never the document`, async ({ page }) => {
    await page.setViewportSize({ width, height })
    for (const path of ['/', '/settings', '/settings/models', '/welcome', '/admin/settings?section=chats']) {
      await page.goto(reynard.url + path)
      await expect(page.locator('main [aria-busy="true"], main[aria-busy="true"]')).toHaveCount(0)
      await expect(page.getByRole('heading').first()).toBeVisible()
      if (path.startsWith('/admin')) await page.getByRole('textbox', { name: 'Temperature' }).fill('0.5')
      const extra = await page.evaluate(() => (document.scrollingElement?.scrollHeight ?? 0) - innerHeight)
      expect(extra, path).toBeLessThanOrEqual(0)
    }
  })
}

test('the column of a chat stands where its composer does, before and after it has to scroll', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 600 })
  await page.goto(reynard.url)
  await ask(page, 'Short')
  await waitForEnd(page)
  const left = async () => {
    const text = (await lastAnswer(page).boundingBox())?.x ?? 0
    const column = await page.getByRole('log').boundingBox()
    const composer = await page.locator('[data-region="composer"] > div').boundingBox()
    expect(column?.x).toBe(composer?.x)
    return text
  }
  const before = await left()
  model.answerNext({ text: fillerText(900) })
  await ask(page, 'Long')
  await expect(page.getByRole('article')).toHaveCount(4)
  await waitForEnd(page)
  expect(await left()).toBe(before)
})

test('"Jump to latest" goes when a shorter version brings the end into sight', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 600 })
  model.answerNext({ text: fillerText(900) }, { text: 'Short.' })
  await page.goto(reynard.url)
  await ask(page, 'A question')
  await waitForEnd(page)
  const viewport = page.getByRole('log').locator('..')
  await viewport.hover()
  await page.mouse.wheel(0, -5000)
  const jump = page.getByRole('button', { name: 'Jump to latest' })
  await expect(jump).toBeVisible()
  await questions(page).first().hover()
  await page.getByRole('button', { name: 'Edit the question' }).click()
  await page.keyboard.type(' again')
  await page.keyboard.press('Enter')
  await expect(textOf(lastAnswer(page))).toHaveText('Short.')
  await waitForEnd(page)
  await expect(jump).toHaveCount(0)

  await page.getByRole('button', { name: 'Previous version' }).click()
  await expect(textOf(lastAnswer(page))).toContainText('quick brown')
  await viewport.hover()
  await page.mouse.wheel(0, -5000)
  await expect(jump).toBeVisible()
  await page.getByRole('button', { name: 'Next version' }).click()
  await expect(textOf(lastAnswer(page))).toHaveText('Short.')
  await expect(jump).toHaveCount(0)
})

test('the toast of a deleted chat stays on the screen when that chat goes', async ({ page }) => {
  await page.goto(reynard.url)
  await ask(page, 'To be deleted')
  await waitForEnd(page)
  await page.getByRole('button', { name: 'More', exact: true }).first().click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await expect(page).toHaveURL(`${reynard.url}/`)
  await expect(page.getByRole('button', { name: /^Undo/ })).toBeInViewport({ ratio: 1 })
})

test('a toast leaves the composer free', async ({ page }) => {
  await page.goto(reynard.url)
  await ask(page, 'To be deleted')
  await waitForEnd(page)
  await lastAnswer(page).getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  const undo = page.getByRole('button', { name: /^Undo/ })
  await expect(undo).toBeVisible()
  const toast = await undo.locator('..').boundingBox()
  const composer = await page.locator('[data-region="composer"]').boundingBox()
  expect((toast?.y ?? 0) + (toast?.height ?? 0)).toBeLessThanOrEqual(composer?.y ?? 0)
  await undo.click()
})

test('a toast covers no action of the last answer, on a desk and on a phone', async ({ page }) => {
  await page.goto(reynard.url)
  await ask(page, 'To be deleted soon')
  await waitForEnd(page)
  await page.getByRole('link', { name: 'New chat' }).click()
  model.answerNext({ text: fillerText(400) })
  await ask(page, 'Long')
  await waitForEnd(page)
  await sidebar(page).locator('a[href^="/chat/"]').nth(1).focus()
  await page.keyboard.press('Delete')
  const undo = page.getByRole('button', { name: /^Undo/ })
  await undo.hover()
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 780 })
    const actions = lastAnswer(page).getByRole('button', { name: 'Answer again' })
    await expect(actions).toBeInViewport({ ratio: 1 })
    await expect
      .poll(async () => {
        const [toast, last] = [await undo.locator('..').boundingBox(), await actions.boundingBox()]
        return (toast?.y ?? 0) - (last?.y ?? 0) - (last?.height ?? 0)
      })
      .toBeGreaterThanOrEqual(0)
  }
})

test('the model list opens at the model that answers: Enter changes nothing', async ({ page }) => {
  await page.goto(reynard.url)
  const button = page.getByRole('button', { name: /Choose a model: third/ })
  await expect(button).toBeVisible()
  await page.keyboard.press('Control+m')
  await expect(page.getByRole('option', { name: /third/ })).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('listbox', { name: 'Models' })).toHaveCount(0)
  await expect(button).toBeVisible()
})

test('a server setting is saved by Enter, and says so only then; left unsaved it is kept and said', async ({
  page,
}) => {
  await page.goto(`${reynard.url}/admin/settings?section=chats`)
  const temperature = page.getByRole('textbox', { name: 'Temperature' })
  await expect(temperature).toBeVisible()
  const set = page.getByText('Set here')
  const before = await set.count()
  await temperature.fill('0.7')
  await expect(page.getByText('Not saved yet')).toBeVisible()
  await expect(set).toHaveCount(before)
  await page.getByRole('link', { name: 'Overview' }).click()
  await expect(page.getByText('The changes in Settings are kept there, but not saved')).toBeVisible()
  await page.goBack()
  await expect(temperature).toHaveValue('0.7')
  await temperature.press('Enter')
  await expect(set).toHaveCount(before + 1)
  await expect(page.getByText('Not saved yet')).toHaveCount(0)
  await page.reload()
  await expect(temperature).toHaveValue('0.7')
  await temperature.fill('')
  await temperature.press('Enter')
  await expect(set).toHaveCount(before)
})

test('focus goes back to where it came from after renaming and after leaving an edit, which keeps what was written', async ({
  page,
}) => {
  await page.goto(reynard.url)
  await ask(page, 'Which one?')
  await waitForEnd(page)
  await field(page).click()
  await page.getByRole('button', { name: 'Rename this chat' }).click()
  await page.keyboard.type('Another name')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Another name' })).toBeVisible()
  await expect(field(page)).toBeFocused()
  await page.getByRole('button', { name: 'Rename this chat' }).press('Enter')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: 'Rename this chat' })).toBeFocused()

  await field(page).press('ArrowUp')
  const edit = page.getByRole('textbox', { name: 'Your question' })
  await edit.fill('Which one exactly?')
  await page.keyboard.press('Escape')
  await expect(field(page)).toBeFocused()
  await expect(page.getByText('Your changes are kept in the edit')).toBeVisible()
  await questions(page).first().hover()
  await page.getByRole('button', { name: 'Edit the question' }).click()
  await expect(edit).toHaveValue('Which one exactly?')
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByRole('button', { name: 'Edit the question' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(edit).toHaveValue('Which one?')
})

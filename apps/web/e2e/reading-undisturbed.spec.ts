import { expect, type Page, test } from '@playwright/test'
import { fillerText } from '@reynard/fake-ollama'
import { answers, ask, field, lastAnswer, questions, textOf, waitForEnd } from './chat-page.ts'
import { MADE_TITLE, type ScriptedModel, startScriptedModel } from './scripted-model.ts'
import { type RunningReynard, startReynard } from './start-reynard.ts'

let model: ScriptedModel
let reynard: RunningReynard

test.beforeAll(async () => {
  model = await startScriptedModel(0, [{ name: 'thinker:1b', capabilities: ['completion', 'thinking'] }])
  reynard = await startReynard({ OLLAMA_BASE_URL: model.url })
})
test.afterAll(async () => {
  await reynard.stop()
  await model.close()
})
test.beforeEach(async ({ page }) => {
  await page.goto(reynard.url)
})

const paragraphs = (count: number, word = 'Paragraph') =>
  Array.from({ length: count }, (_, index) => `${word} ${index} is one of many that fill the page.`).join('\n\n')
/** How far the end of the conversation is below the window, in pixels. */
const belowWindow = (page: Page) =>
  page
    .locator('[data-region="conversation"]')
    .evaluate(({ scrollHeight, scrollTop, clientHeight }) => Math.round(scrollHeight - scrollTop - clientHeight))

test('what is selected and unfolded while an answer is written stays so when it ends', async ({ page }) => {
  model.answerNext({ reasoning: 'First this. Then that.', text: paragraphs(12), tokensPerSecond: 60 })
  await ask(page, 'Say a lot.')
  await lastAnswer(page)
    .getByRole('button', { name: /^(Thinking|Thought)/ })
    .click()
  const first = textOf(lastAnswer(page)).last().locator('p').first()
  await expect(textOf(lastAnswer(page)).last().locator('p').nth(1)).toBeVisible()
  await first.selectText()
  const selected = await page.evaluate(() => getSelection()?.toString())
  await waitForEnd(page)
  // The title is made after the end, so the page has read the saved answer by then.
  await expect(page.getByRole('heading', { name: MADE_TITLE })).toBeVisible()
  await expect(lastAnswer(page).getByRole('button', { name: /^Thought/ })).toHaveAttribute('aria-expanded', 'true')
  expect(await page.evaluate(() => getSelection()?.toString())).toBe(selected)
})

test('who follows the end stays there when the field grows', async ({ page }) => {
  model.answerNext({ text: paragraphs(60), tokensPerSecond: 60 })
  await ask(page, 'Say a lot.')
  await expect(textOf(lastAnswer(page)).getByText('Paragraph 12')).toBeVisible()
  await field(page).fill('one\ntwo\nthree\nfour\nfive\nsix\nseven')
  await expect.poll(() => belowWindow(page)).toBeLessThan(20)
  await expect(page.getByRole('button', { name: 'New text below' })).toHaveCount(0)
  await field(page).press('Escape')
})

test('a search hit deep in a long answer is brought into sight and marked', async ({ page }) => {
  model.answerNext({
    text: `${paragraphs(60)}\n\nThe aardvark sleeps in a café, 和食蚁兽一起.\n\n${paragraphs(60, 'Other')}`,
  })
  await ask(page, 'Where does it sleep?')
  await waitForEnd(page)
  await page.goto(reynard.url)
  const marked = () => page.evaluate(() => [...(CSS.highlights.get('search-hit') ?? [])].map(String))
  // Whatever the search finds is marked: a beginning, a word without its accents, a part of a text without spaces.
  for (const [query, found] of [
    ['aardv', 'aardvark'],
    ['cafe', 'café'],
    ['食蚁', '食蚁'],
  ] as const) {
    await page.keyboard.press('Control+k')
    await page.keyboard.type(query)
    await page.getByRole('option', { name: found }).click()
    await expect(lastAnswer(page).getByText('The aardvark sleeps in a café')).toBeInViewport()
    await expect.poll(marked).toEqual([found])
  }
})

test('a question that is being edited is kept when it is scrolled away', async ({ page }) => {
  model.answerNext({ text: paragraphs(200) })
  await ask(page, 'The first question.')
  await waitForEnd(page)
  for (let count = 0; count < 3; count++) {
    model.answerNext({ text: fillerText(3000) })
    await ask(page, 'Another one.')
    await expect(answers(page).last()).toBeVisible()
    await waitForEnd(page)
  }
  const conversation = page.locator('[data-region="conversation"]')
  const toTop = () => conversation.evaluate((element) => element.scrollTo(0, 0))
  await toTop()
  await questions(page).first().hover()
  await questions(page).first().getByRole('button', { name: 'Edit the question' }).click()
  const edit = page.getByRole('textbox', { name: 'Your question' })
  await edit.fill('A careful question')
  await conversation.evaluate((element) => element.scrollTo(0, element.scrollHeight))
  await expect(edit).toHaveCount(0)
  await field(page).focus()
  await toTop()
  await expect(edit).toHaveValue('A careful question')
  await expect(field(page)).toBeFocused()
})

test('buttons that go when they are pressed leave the focus near', async ({ page }) => {
  model.answerNext({ text: fillerText(400), tokensPerSecond: 40 })
  await ask(page, 'Say a lot.')
  await expect(textOf(lastAnswer(page))).toContainText('fox')
  await page.keyboard.press('Escape')
  await lastAnswer(page).getByRole('button', { name: 'Continue' }).press('Enter')
  await expect(lastAnswer(page)).toBeFocused()
  await waitForEnd(page)

  await questions(page).first().getByRole('button', { name: 'Edit the question' }).press('Enter')
  await page.keyboard.press('Escape')
  await expect(questions(page).first().getByRole('button', { name: 'Edit the question' })).toBeFocused()
  await field(page).focus()
  await page.keyboard.press('ArrowUp')
  await expect(page.getByRole('textbox', { name: 'Your question' })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(field(page)).toBeFocused()

  model.answerNext({ fault: { kind: 'status', status: 500, message: 'no' } }, { text: 'Now it works.' })
  await ask(page, 'Fail once.')
  await lastAnswer(page).getByRole('button', { name: 'Retry' }).press('Enter')
  await expect(textOf(lastAnswer(page))).toHaveText('Now it works.')
  await expect(lastAnswer(page)).toBeFocused()

  await page.getByRole('button', { name: 'Hide sidebar' }).press('Enter')
  await expect(page.getByRole('button', { name: 'Show sidebar' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Hide sidebar' })).toBeFocused()
})

test('text is written in the direction of its script, code from the left', async ({ page }) => {
  model.answerNext({ text: 'مرحبا بالعالم.\n\n- عنصر\n\n```js\nlet a\n```' })
  await ask(page, 'שלום')
  await waitForEnd(page)
  const answer = textOf(lastAnswer(page))
  const startOf = (selector: string) =>
    answer.locator(selector).evaluate((element) => {
      const range = document.createRange()
      range.selectNodeContents(element)
      const text = range.getBoundingClientRect()
      const box = element.getBoundingClientRect()
      return Math.abs(box.right - text.right) < Math.abs(box.left - text.left) ? 'right' : 'left'
    })
  expect(await startOf('p')).toBe('right')
  await expect(answer.getByRole('list')).toHaveCSS('direction', 'rtl')
  await expect(answer.locator('pre')).toHaveCSS('direction', 'ltr')
  await expect(questions(page).first().getByText('שלום')).toHaveCSS('direction', 'rtl')
})

test('a chat whose turns were all deleted asks for the next question', async ({ page }) => {
  await ask(page, 'Only this.')
  await waitForEnd(page)
  await questions(page).first().hover()
  await questions(page).first().getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByRole('heading', { name: 'What are you working on?' })).toBeVisible()
  await ask(page, 'Then this.')
  await expect(answers(page)).toHaveCount(1)
})

test('what is unfolded at the end opens below, and nothing above it moves', async ({ page }) => {
  model.answerNext({ reasoning: paragraphs(30, 'Thought'), text: paragraphs(20) })
  await ask(page, 'Think a lot.')
  await waitForEnd(page)
  model.answerNext({ reasoning: paragraphs(30, 'Thought'), text: 'Short.' })
  await ask(page, 'Think again.')
  await expect(textOf(lastAnswer(page))).toHaveText('Short.')
  await waitForEnd(page)
  const row = lastAnswer(page).getByRole('button', { name: /^Thought/ })
  const before = await row.boundingBox()
  await row.click()
  await expect(lastAnswer(page).getByText('Thought 29')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Jump to latest' })).toBeVisible()
  expect((await row.boundingBox())?.y).toBe(before?.y)
})

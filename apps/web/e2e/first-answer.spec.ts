import { expect, test } from '@playwright/test'
import { fillerText } from '@reynard/fake-ollama'
import {
  answers,
  ask,
  expectGrowth,
  field,
  lastAnswer,
  questions,
  recordAnswerTexts,
  recordedTexts,
  sidebar,
  textOf,
  waitForEnd,
} from './chat-page.ts'
import { MADE_TITLE, type ScriptedModel, startScriptedModel } from './scripted-model.ts'
import { type RunningReynard, startReynard } from './start-reynard.ts'

let model: ScriptedModel
let reynard: RunningReynard

test.beforeAll(async () => {
  model = await startScriptedModel(0, ['llama3.2:1b', { name: 'thinker:1b', capabilities: ['completion', 'thinking'] }])
  reynard = await startReynard({ OLLAMA_BASE_URL: model.url, OLLAMA_DEFAULT_MODEL: 'llama3.2:1b' })
})
test.afterAll(async () => {
  await reynard.stop()
  await model.close()
})

test('the text of an answer appears while it is generated, and ends in tokens and time', async ({ page }) => {
  const words = fillerText(250)
  model.answerNext({ text: words, tokensPerSecond: 30 })
  await recordAnswerTexts(page)
  await page.goto(reynard.url)
  await ask(page, 'Where does the stream end?')

  await expect(page).toHaveURL(/\/chat\/[0-9a-f-]{36}$/)
  await expect(questions(page)).toHaveText(/Where does the stream end\?/)
  await expect(page.getByRole('button', { name: 'Stop' })).toBeVisible()
  await expect(lastAnswer(page)).toHaveAttribute('aria-busy', 'true')
  await waitForEnd(page)
  await expect(lastAnswer(page)).not.toHaveAttribute('aria-busy', 'true')
  await expect(page.getByRole('button', { name: 'Send' })).toBeVisible()

  const seen = await recordedTexts(page)
  expect(seen.length).toBeGreaterThan(10)
  expectGrowth(seen, words.join(''))
  await expect(lastAnswer(page).getByText(/^25\d tokens, \d+ s$/)).toBeVisible()
})

test('the chat gets a title in the sidebar and over the page by itself', async ({ page }) => {
  await page.goto(reynard.url)
  await ask(page, 'How cold is the water?')
  await waitForEnd(page)
  await expect(page.getByRole('heading', { name: MADE_TITLE, level: 1 })).toBeVisible()
  await expect(sidebar(page).getByRole('link', { name: MADE_TITLE }).first()).toHaveAttribute('aria-current', 'page')
  await expect(page).toHaveTitle(`${MADE_TITLE} · Reynard`)
})

test('the next question follows in the same chat', async ({ page }) => {
  await page.goto(reynard.url)
  await ask(page, 'One')
  await waitForEnd(page)
  const address = page.url()
  await ask(page, 'Two')
  await expect(questions(page)).toHaveCount(2)
  await expect(answers(page)).toHaveCount(2)
  await waitForEnd(page)
  await expect(textOf(lastAnswer(page))).toHaveText('A short answer.')
  expect(page.url()).toBe(address)
  await expect(field(page)).toHaveValue('')
})

test('a thought stands folded before the answer and opens', async ({ page }) => {
  model.answerNext({ reasoning: 'Water flows down. So it must be the sea.', text: 'In the sea.' })
  await page.goto(reynard.url)
  await page.getByRole('button', { name: /Choose a model/ }).click()
  await page.getByRole('option', { name: /thinker:1b/ }).click()
  await ask(page, 'Where does it end?')
  await waitForEnd(page)
  const thought = lastAnswer(page).getByRole('button', { name: /^Thought for/ })
  await expect(thought).toHaveAttribute('aria-expanded', 'false')
  await thought.click()
  await expect(lastAnswer(page).getByText('So it must be the sea.', { exact: false }).last()).toBeVisible()
  await expect(thought).toHaveAttribute('aria-expanded', 'true')
})

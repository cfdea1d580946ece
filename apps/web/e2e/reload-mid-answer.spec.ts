import { expect, test } from '@playwright/test'
import { fillerText } from '@reynard/fake-ollama'
import {
  ask,
  chatIdOf,
  expectGrowth,
  lastAnswer,
  recordAnswerTexts,
  recordedTexts,
  savedMessages,
  textOf,
  waitForEnd,
} from './chat-page.ts'
import { cutConnection } from './scenes/cut-connection.ts'
import { type ScriptedModel, startScriptedModel } from './scripted-model.ts'
import { type RunningReynard, startReynard } from './start-reynard.ts'

let model: ScriptedModel
let reynard: RunningReynard

const words = fillerText(300)
const whole = words.join('')

test.beforeAll(async () => {
  model = await startScriptedModel()
  reynard = await startReynard({ OLLAMA_BASE_URL: model.url })
})
test.afterAll(async () => {
  await reynard.stop()
  await model.close()
})

const savedAnswer = async (chat: string) => (await savedMessages(reynard.url, chat)).at(-1)

test('a reload in mid-answer goes on without a lost or doubled character', async ({ page }) => {
  model.answerNext({ text: words, tokensPerSecond: 25 })
  await recordAnswerTexts(page)
  await page.goto(reynard.url)
  await ask(page, 'Tell it slowly.')
  await expect(textOf(lastAnswer(page))).toContainText('quick brown fox watches')
  for (const reached of [300, 600]) {
    await expect.poll(async () => (await textOf(lastAnswer(page)).textContent())?.length ?? 0).toBeGreaterThan(reached)
    await page.reload()
  }
  await waitForEnd(page)
  const seen = await recordedTexts(page)
  expect(seen.length).toBeGreaterThan(3)
  expectGrowth(seen, whole)
  expect(await savedAnswer(chatIdOf(page))).toMatchObject({ role: 'assistant', text: whole })
})

test('a closed tab stops nothing', async ({ page, context }) => {
  model.answerNext({ text: words, tokensPerSecond: 40 })
  await page.goto(reynard.url)
  await ask(page, 'Go on without me.')
  await expect(textOf(lastAnswer(page))).toContainText('quick brown')
  const chat = chatIdOf(page)
  const other = await context.newPage()
  await page.close()
  await expect.poll(async () => (await savedAnswer(chat))?.runs.at(-1)?.endReason, { timeout: 20_000 }).toBe('done')
  expect((await savedAnswer(chat))?.text).toBe(whole)
  await other.goto(`${reynard.url}/chat/${chat}`)
  await expect(textOf(lastAnswer(other))).toHaveText(whole)
})

test('a device without a network says that the answer goes on', async ({ page, context }) => {
  model.answerNext({ text: words, tokensPerSecond: 25 })
  const connection = await cutConnection(page)
  await page.goto(reynard.url)
  await ask(page, 'I may lose my network.')
  await expect(textOf(lastAnswer(page))).toContainText('quick brown')
  await context.setOffline(true)
  await connection.cut()
  await expect(page.getByText('No connection. The answer goes on without you. Trying again')).toBeVisible()
})

test('two tabs watch the same answer', async ({ page, context }) => {
  model.answerNext({ text: words, tokensPerSecond: 25 })
  await page.goto(reynard.url)
  await ask(page, 'For both of us.')
  await expect(textOf(lastAnswer(page))).toContainText('quick brown')
  const other = await context.newPage()
  await recordAnswerTexts(other)
  await other.goto(page.url())
  await expect(other.getByRole('button', { name: 'Stop' })).toBeVisible()
  await Promise.all([waitForEnd(page), waitForEnd(other)])
  await expect(textOf(lastAnswer(page))).toHaveText(whole)
  const seen = await recordedTexts(other)
  expect(seen.length).toBeGreaterThan(5)
  expectGrowth(seen, whole)
})

test('a question that was asked in one tab stands in the other', async ({ page, context }) => {
  await page.goto(reynard.url)
  await ask(page, 'First of all')
  await waitForEnd(page)
  const other = await context.newPage()
  await other.goto(page.url())
  await expect(lastAnswer(other)).toBeVisible()
  model.answerNext({ text: 'Seen by both.' })
  await ask(page, 'And now?')
  await expect(textOf(lastAnswer(other))).toHaveText('Seen by both.')
})

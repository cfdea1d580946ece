import { expect, test } from '@playwright/test'
import { fillerText } from '@reynard/fake-ollama'
import { answers, ask, chatIdOf, lastAnswer, savedMessages, sidebar, textOf, waitForEnd } from './chat-page.ts'
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

/** The same data on the same port, as a person who types the command again. */
async function startAgain() {
  reynard = await startReynard({
    OLLAMA_BASE_URL: model.url,
    REYNARD_DATA_DIR: reynard.dataDir,
    PORT: new URL(reynard.url).port,
  })
}

test('killed in mid-answer and started again, the chat is there and goes on by Continue', async ({ page }) => {
  const whole = fillerText(400).join('')
  model.answerNext({ text: fillerText(400), tokensPerSecond: 40 })
  await page.goto(reynard.url)
  await ask(page, 'Tell me everything.')
  await expect(textOf(lastAnswer(page))).toContainText('never asks where it ends the quick')
  const before = (await textOf(lastAnswer(page)).textContent()) ?? ''
  const chat = chatIdOf(page)

  await reynard.kill()
  const cut = page.getByText('No connection to the server. What is here is kept. Trying again', { exact: false })
  await expect(cut.filter({ visible: true })).toHaveCount(1)
  await expect(lastAnswer(page).getByRole('button', { name: 'Try now' })).toBeVisible()
  await expect(page.locator('.caret')).toHaveCount(0)
  await expect(page.getByText(/ is writing$/)).toHaveCount(0)
  await expect(page.getByText(/tokens\/s/)).toHaveCount(0)
  await page.setViewportSize({ width: 390, height: 844 })
  await expect(cut.filter({ visible: true })).toHaveCount(1)
  await page.setViewportSize({ width: 1280, height: 800 })
  await ask(page, 'And this?')
  const waiting = page.getByRole('region', { name: 'Next message' })
  await expect(waiting).toContainText('And this?')
  await expect(waiting).toContainText('Kept here until the server is reached')
  await startAgain()

  const note = page.getByText('The server restarted. Everything up to here is kept.')
  await expect(note).toBeVisible({ timeout: 30_000 })
  await expect(waiting).toContainText('Waits for you: the answer did not finish.')
  await expect(waiting.getByRole('button', { name: 'Send now' })).toBeVisible()
  const kept = (await textOf(lastAnswer(page)).first().textContent()) ?? ''
  expect(whole.startsWith(kept)).toBe(true)
  // At 40 tokens/s a quarter of a second is 10 tokens; what came between the look and the kill is on top.
  expect(kept.length).toBeGreaterThan(before.length - 80)
  await expect(
    sidebar(page).getByRole('link', { name: /Tell me everything.*Interrupted, waits for you/ }),
  ).toBeVisible()

  await waiting.getByRole('button', { name: 'Remove' }).click()
  await page.reload()
  await expect(note).toBeVisible()
  await expect(textOf(lastAnswer(page)).first()).toHaveText(kept)

  model.answerNext({ text: ' And that is all.' })
  await lastAnswer(page).getByRole('button', { name: 'Continue' }).click()
  await waitForEnd(page)
  await expect(note).toHaveCount(0)
  await expect(lastAnswer(page).getByText(/^Continued at \d\d:\d\d by /)).toBeVisible()
  await expect(textOf(lastAnswer(page)).last()).toHaveText('And that is all.')
  await expect(answers(page)).toHaveCount(1)
  const saved = (await savedMessages(reynard.url, chat)).at(-1)
  expect(saved?.runs.map((run) => run.endReason)).toEqual(['interrupted', 'done'])
  expect(saved?.text).toBe(`${kept} And that is all.`)
})

test('an open page finds the server again and asks the next question in it', async ({ page }) => {
  await page.goto(reynard.url)
  await ask(page, 'Are you there?')
  await waitForEnd(page)
  await reynard.stop()
  await expect(page.getByRole('link', { name: /Server not reached/ })).toBeVisible()
  await startAgain()
  await expect(page.getByRole('link', { name: /Ollama at/ })).toBeVisible({ timeout: 30_000 })
  model.answerNext({ text: 'Here again.' })
  await ask(page, 'And now?')
  await expect(textOf(lastAnswer(page))).toHaveText('Here again.')
})

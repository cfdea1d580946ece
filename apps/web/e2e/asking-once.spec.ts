import { expect, test } from '@playwright/test'
import { answers, chatIdOf, field, lastAnswer, questions, savedMessages, textOf, waitForEnd } from './chat-page.ts'
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

test('what is typed before the page is alive stays in the field', async ({ page }) => {
  const scripts = Promise.withResolvers<void>()
  await page.route(/\.js(\?|$)/, async (route) => {
    await scripts.promise
    await route.continue()
  })
  await page.goto(reynard.url, { waitUntil: 'commit' })
  await field(page).click()
  await page.keyboard.type('Typed early')
  scripts.resolve()
  await expect(page.getByRole('link', { name: /Ollama at/ })).toBeVisible({ timeout: 30_000 })
  await expect(field(page)).toHaveValue('Typed early')
  await page.keyboard.press('Enter')
  await expect(textOf(lastAnswer(page))).toHaveText('A short answer.')
  await expect(questions(page)).toContainText('Typed early')
})

for (const place of ['a new chat', 'a chat'] as const) {
  for (const [name, send] of [
    ['a double click on Send', 'click'],
    ['Enter pressed twice', 'enter'],
  ] as const) {
    test(`${name} in ${place} asks once, and stops nothing`, async ({ page }) => {
      await page.goto(reynard.url)
      if (place === 'a chat') {
        await field(page).fill('First')
        await field(page).press('Enter')
        await waitForEnd(page)
      }
      // Slow enough that the answer is still being written when the second press comes.
      model.answerNext({ text: 'word '.repeat(40).trim(), tokensPerSecond: 20 })
      await field(page).fill('Only once')
      if (send === 'click') await page.getByRole('button', { name: 'Send', exact: true }).dblclick({ delay: 120 })
      else {
        await field(page).press('Enter')
        await field(page).press('Enter')
      }
      await expect(textOf(lastAnswer(page))).toContainText('word word')
      await waitForEnd(page)
      await expect(textOf(lastAnswer(page))).toHaveText('word '.repeat(40).trim())
      const asked = place === 'a chat' ? 2 : 1
      await expect(questions(page)).toHaveCount(asked)
      await expect(answers(page)).toHaveCount(asked)
      expect(await savedMessages(reynard.url, chatIdOf(page))).toHaveLength(asked * 2)
    })
  }
}

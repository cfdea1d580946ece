import { expect, test } from '@playwright/test'
import { fillerText } from '@reynard/fake-ollama'
import {
  answers,
  ask,
  chatIdOf,
  field,
  lastAnswer,
  questions,
  savedMessages,
  sidebar,
  textOf,
  waitForEnd,
} from './chat-page.ts'
import { type ScriptedModel, startScriptedModel } from './scripted-model.ts'
import { type RunningReynard, startReynard } from './start-reynard.ts'

let model: ScriptedModel
let reynard: RunningReynard

test.beforeAll(async () => {
  model = await startScriptedModel(0, ['llama3.2:1b', 'second:1b'])
  reynard = await startReynard({ OLLAMA_BASE_URL: model.url, OLLAMA_DEFAULT_MODEL: 'llama3.2:1b' })
})
test.afterAll(async () => {
  await reynard.stop()
  await model.close()
})
test.beforeEach(async ({ page }) => {
  await page.goto(reynard.url)
})

const slow = (tokens = 400) => ({ text: fillerText(tokens), tokensPerSecond: 40 })

test('an answer is written again beside the first, and one steps between them', async ({ page }) => {
  model.answerNext({ text: 'The first version.' }, { text: 'The second version.' })
  await ask(page, 'Say it.')
  await waitForEnd(page)
  await lastAnswer(page).getByRole('button', { name: 'Answer again' }).click()
  await expect(textOf(lastAnswer(page))).toHaveText('The second version.')
  await waitForEnd(page)
  await expect(answers(page)).toHaveCount(1)
  await expect(lastAnswer(page).getByText('2 of 2')).toBeVisible()

  await lastAnswer(page).getByRole('button', { name: 'Previous version' }).click()
  await expect(textOf(lastAnswer(page))).toHaveText('The first version.')
  await expect(lastAnswer(page).getByText('1 of 2')).toBeVisible()
  await page.reload()
  await expect(textOf(lastAnswer(page))).toHaveText('The first version.')

  await lastAnswer(page).focus()
  await page.keyboard.press(']')
  await expect(textOf(lastAnswer(page))).toHaveText('The second version.')
})

test('a found sentence of another version brings that version on screen, in a chat that is open too', async ({
  page,
}) => {
  model.answerNext({ text: 'A walrus hums.' }, { text: 'Nothing of the kind.' })
  await ask(page, 'Which one?')
  await waitForEnd(page)
  await lastAnswer(page).getByRole('button', { name: 'Answer again' }).click()
  await expect(textOf(lastAnswer(page))).toHaveText('Nothing of the kind.')
  await waitForEnd(page)
  // The dialog gives the focus back to it, and the other version takes it over.
  await lastAnswer(page).getByRole('button', { name: 'Answer again' }).focus()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('walrus')
  await expect(page.getByRole('option', { name: /A walrus hums/ })).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Enter')
  await expect(textOf(lastAnswer(page))).toHaveText('A walrus hums.')
  await expect(lastAnswer(page).getByText('1 of 2')).toBeVisible()
  await expect(lastAnswer(page)).toBeFocused()
  // Whoever steps on is not called back.
  await lastAnswer(page).getByRole('button', { name: 'Next version' }).click()
  await expect(textOf(lastAnswer(page))).toHaveText('Nothing of the kind.')
})

test('an answer is written again by another model, and says which', async ({ page }) => {
  await ask(page, 'Say it.')
  await waitForEnd(page)
  await lastAnswer(page).getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Answer again with' }).click()
  await page.getByRole('option', { name: /second:1b/ }).click()
  await expect(lastAnswer(page).getByText('2 of 2')).toBeVisible()
  await expect(lastAnswer(page).getByText('second:1b')).toBeVisible()
})

test('an edited question becomes a second version with an answer of its own', async ({ page }) => {
  model.answerNext({ text: 'Cold.' }, { text: 'Warm.' })
  await ask(page, 'How is winter?')
  await waitForEnd(page)
  await questions(page).hover()
  await questions(page).getByRole('button', { name: 'Edit the question' }).click()
  const editor = page.getByRole('textbox', { name: 'Your question' })
  await expect(editor).toBeFocused()
  await editor.fill('How is summer?')
  await page.keyboard.press('Enter')
  await expect(textOf(lastAnswer(page))).toHaveText('Warm.')
  await expect(questions(page)).toHaveText(/How is summer\?/)
  await expect(questions(page).getByText('2 of 2')).toBeVisible()
  await questions(page).getByRole('button', { name: 'Previous version' }).click()
  await expect(questions(page)).toHaveText(/How is winter\?/)
  await expect(textOf(lastAnswer(page))).toHaveText('Cold.')
})

test('the arrow up in an empty composer edits the last question, and Escape leaves it as it was', async ({ page }) => {
  await ask(page, 'Only this.')
  await waitForEnd(page)
  await field(page).focus()
  await page.keyboard.press('ArrowUp')
  const editor = page.getByRole('textbox', { name: 'Your question' })
  await expect(editor).toHaveValue('Only this.')
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
  await expect(editor).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(editor).toHaveCount(0)
  await expect(questions(page)).toHaveCount(1)
})

test('Escape stops an answer, keeps its text, and Continue goes on', async ({ page }) => {
  model.answerNext(slow())
  await ask(page, 'Go on and on.')
  await expect(textOf(lastAnswer(page))).toContainText('quick brown')
  await page.keyboard.press('Escape')
  await expect(lastAnswer(page).getByText('You stopped this answer.')).toBeVisible()
  const [, saved] = await savedMessages(reynard.url, chatIdOf(page))
  expect(
    fillerText(400)
      .join('')
      .startsWith(saved?.text ?? '-'),
  ).toBe(true)
  await expect(textOf(lastAnswer(page))).toHaveText(saved?.text ?? '')

  model.answerNext({ text: ' The end.' })
  await lastAnswer(page).getByRole('button', { name: 'Continue' }).click()
  await waitForEnd(page)
  await expect(textOf(lastAnswer(page)).last()).toHaveText('The end.')
  await expect(lastAnswer(page).getByText('You stopped this answer.')).toHaveCount(0)
})

test('Stop reaches the engine', async ({ page }) => {
  model.answerNext(slow())
  await ask(page, 'Stop me.')
  await expect(textOf(lastAnswer(page))).toContainText('quick brown')
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(lastAnswer(page).getByText('You stopped this answer.')).toBeVisible()
  await expect.poll(() => model.requests.some((request) => request.outcome === 'open')).toBe(false)
})

test('an answer that was stopped before its first word can be asked for again, not gone on with', async ({ page }) => {
  model.control.set({ prefillMs: 6_000 })
  await ask(page, 'Stop me before you begin.')
  await page.getByRole('button', { name: 'Stop', exact: true }).first().click()
  await expect(lastAnswer(page).getByText('You stopped this answer.')).toBeVisible()
  await expect(lastAnswer(page).getByRole('button', { name: 'Continue' })).toHaveCount(0)
  model.control.set({ prefillMs: 0 })
  model.forgetAnswers()
  model.answerNext({ text: 'In time.' })
  await lastAnswer(page).getByRole('button', { name: 'Retry' }).click()
  await expect(textOf(lastAnswer(page))).toHaveText('In time.')
})

test('an answer that reached its length says so and can be continued', async ({ page }) => {
  await page.getByRole('button', { name: 'Settings of the new chat' }).click()
  await page.getByRole('textbox', { name: 'Longest answer' }).fill('20')
  await page.getByRole('textbox', { name: 'Longest answer' }).press('Tab')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  model.answerNext({ text: fillerText(60) })
  await ask(page, 'Be brief.')
  await expect(lastAnswer(page).getByText('The answer reached 20 tokens.')).toBeVisible()
  await expect(lastAnswer(page).getByRole('button', { name: 'Continue' })).toBeVisible()
})

test('a question that is longer than the window says that the model sees a part of it', async ({ page }) => {
  // As if pasted: typed, it takes minutes.
  await field(page).fill(`Sum this up: ${'the quick brown fox watches a stream '.repeat(4_000)}`)
  await expect(page.getByText(/Longer than the window: about \d+k of 8k tokens/)).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByText(/Longer than the window: about/)).toBeHidden()
  await expect(lastAnswer(page)).toContainText(/longer than the window: about \d+k of 8k tokens/)
})

test('a question that the engine refused as too long does not say that the model sees a part of it', async ({
  page,
}) => {
  model.answerNext({ fault: { kind: 'status', status: 400 } })
  await field(page).fill(`Sum this up: ${'the quick brown fox watches a stream '.repeat(4_000)}`)
  await page.keyboard.press('Enter')
  await expect(lastAnswer(page).getByRole('button', { name: 'Retry' })).toBeVisible()
  await expect(lastAnswer(page)).not.toContainText('longer than the window')
})

test('a second question waits for the end of the answer, then goes by itself', async ({ page }) => {
  model.answerNext(slow(120), { text: 'And the second.' })
  await ask(page, 'One')
  await expect(textOf(lastAnswer(page))).toContainText('quick brown')
  await ask(page, 'Two')
  const waiting = page.getByRole('region', { name: 'Next message' })
  await expect(waiting).toContainText('Sends when this answer ends')
  await expect(waiting).toContainText('Two')
  await expect(questions(page)).toHaveCount(1)
  await page.reload()
  await expect(waiting).toContainText('Two')
  await expect(questions(page)).toHaveCount(2, { timeout: 20_000 })
  await expect(textOf(lastAnswer(page))).toHaveText('And the second.')
  await expect(waiting).toHaveCount(0)
  const texts = (await savedMessages(reynard.url, chatIdOf(page))).map((message) => message.text)
  expect(texts).toEqual(['One', fillerText(120).join(''), 'Two', 'And the second.'])
})

test('a waiting question can be edited and removed', async ({ page }) => {
  model.answerNext(slow())
  await ask(page, 'One')
  await expect(textOf(lastAnswer(page))).toContainText('quick brown')
  await ask(page, 'Two')
  const waiting = page.getByRole('region', { name: 'Next message' })
  await waiting.getByRole('button', { name: 'Edit' }).click()
  await expect(field(page)).toHaveValue('Two')
  await expect(waiting).toHaveCount(0)
  await page.keyboard.press('Enter')
  await waiting.getByRole('button', { name: 'Remove' }).click()
  await expect(waiting).toHaveCount(0)
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(lastAnswer(page).getByText('You stopped this answer.')).toBeVisible()
  await expect(questions(page)).toHaveCount(1)
})

test('each chat keeps its own draft, over a reload too', async ({ page }) => {
  await ask(page, 'The first chat')
  await waitForEnd(page)
  const first = page.url()
  await field(page).fill('Half a thought')
  await page.getByRole('link', { name: /^New chat/ }).click()
  await expect(page).toHaveURL(`${reynard.url}/`)
  await expect(field(page)).toHaveValue('')
  await field(page).fill('Something else')
  await sidebar(page)
    .locator(`a[href="${new URL(first).pathname}"]`)
    .click()
  await expect(field(page)).toHaveValue('Half a thought')
  await page.reload()
  await expect(field(page)).toHaveValue('Half a thought')
  await page.goto(reynard.url)
  await expect(field(page)).toHaveValue('Something else')
  await field(page).fill('')
})

test('what was deleted stays deleted where the page is left before it can be had back', async ({ page }) => {
  await ask(page, 'Keep this one.')
  await waitForEnd(page)
  await ask(page, 'Not this one.')
  await expect(questions(page)).toHaveCount(2)
  await waitForEnd(page)
  await questions(page).last().hover()
  await questions(page).last().getByRole('button', { name: 'Delete' }).click()
  await expect(questions(page)).toHaveCount(1)
  const chat = chatIdOf(page)
  await page.reload()
  await expect.poll(async () => (await savedMessages(reynard.url, chat)).length).toBe(2)
})

test('a question that is deleted while it is answered writes no more, and comes back stopped', async ({ page }) => {
  model.answerNext(slow(2_000))
  await ask(page, 'Never mind.')
  await expect(textOf(lastAnswer(page))).not.toBeEmpty()
  await questions(page).last().hover()
  await questions(page).last().getByRole('button', { name: 'Delete' }).click()
  await expect(questions(page)).toHaveCount(0)
  const runs = async () => (await savedMessages(reynard.url, chatIdOf(page))).flatMap((message) => message.runs)
  await expect.poll(async () => (await runs()).map((run) => run.endReason), { timeout: 5_000 }).toEqual(['stopped'])
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(lastAnswer(page).getByRole('button', { name: 'Continue', exact: true })).toBeVisible()
})

test('what is queued behind the only question goes when that is deleted', async ({ page }) => {
  model.answerNext(slow(2_000), { text: 'Here.' })
  await ask(page, 'Never mind.')
  await expect(textOf(lastAnswer(page))).not.toBeEmpty()
  await field(page).fill('This instead.')
  await field(page).press('Enter')
  await questions(page).last().hover()
  await questions(page).last().getByRole('button', { name: 'Delete' }).click()
  await expect(questions(page)).toHaveText([/This instead\./])
  await expect(textOf(lastAnswer(page))).toHaveText('Here.')
})

test('code that was broken off goes on as code, and prose as prose, however often', async ({ page }) => {
  const length = { doneReason: 'length' as const }
  model.answerNext(
    { text: 'So:\n\n```js\nconst one = 1\n', ...length },
    { text: 'const two = 2\n', ...length },
    { text: 'const three = 3\n```\n\nThen **words**.', ...length },
    { text: 'And **more**.' },
  )
  await ask(page, 'Write it.')
  const code = textOf(lastAnswer(page)).locator('pre')
  for (const text of ['one', 'two', 'three']) {
    await expect(code.getByText(text)).toBeVisible()
    await lastAnswer(page).getByRole('button', { name: 'Continue', exact: true }).click()
  }
  await expect(textOf(lastAnswer(page)).locator('strong')).toHaveText(['words', 'more'])
  await expect(code).toHaveText([/one/, /two/, /three/])
})

test('a deleted answer is gone, and Undo brings it back', async ({ page }) => {
  model.answerNext({ text: 'Keep me.' }, { text: 'Delete me.' })
  await ask(page, 'Say it.')
  await waitForEnd(page)
  await lastAnswer(page).getByRole('button', { name: 'Answer again' }).click()
  await expect(textOf(lastAnswer(page))).toHaveText('Delete me.')
  await waitForEnd(page)
  await lastAnswer(page).getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await expect(textOf(lastAnswer(page))).toHaveText('Keep me.')
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(lastAnswer(page).getByText(/of 2$/)).toBeVisible()
})

test('an answer that failed without a word offers no copy, one with words does', async ({ page }) => {
  model.answerNext({ text: '', fault: { kind: 'status', status: 500, message: 'No.' } })
  await ask(page, 'Fail.')
  await expect(lastAnswer(page).getByRole('button', { name: 'Retry' })).toBeVisible()
  await expect(lastAnswer(page).getByRole('button', { name: 'Answer again' })).toBeVisible()
  await expect(lastAnswer(page).getByRole('button', { name: 'Copy the answer' })).toHaveCount(0)
  await lastAnswer(page).getByRole('button', { name: 'Retry' }).click()
  await expect(lastAnswer(page).getByRole('button', { name: 'Copy the answer' })).toBeVisible()
})

test('a question that can only be refused again is not offered to be sent again', async ({ page }) => {
  await field(page).fill('x'.repeat(200_001))
  await page.keyboard.press('Enter')
  await expect(page.getByText('A message holds 200,000 characters at most.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Try again' })).toHaveCount(0)
  await field(page).fill('Shorter.')
  await page.keyboard.press('Enter')
  await waitForEnd(page)
})

test('Ctrl Z takes back what was typed in a field, and what was deleted where nothing was typed', async ({ page }) => {
  await ask(page, 'Say it.')
  await waitForEnd(page)
  await questions(page).last().hover()
  await questions(page).last().getByRole('button', { name: 'Delete' }).click()
  await expect(questions(page)).toHaveCount(0)
  await field(page).click()
  await page.keyboard.type('typed')
  await page.keyboard.press('Control+z')
  await expect(field(page)).not.toHaveValue('typed')
  await expect(questions(page)).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo' }).focus()
  await field(page).focus()
  await page.keyboard.press('Control+z')
  await expect(questions(page)).toHaveCount(1)
})

test('without colours the open chat and the bubble keep an edge', async ({ page }) => {
  await page.emulateMedia({ forcedColors: 'active' })
  await ask(page, 'Say it.')
  await waitForEnd(page)
  await expect(questions(page).last().getByText('Say it.')).toHaveCSS('border-top-width', '1px')
  await expect(sidebar(page).locator('[aria-current="page"]').locator('..')).toHaveCSS('border-top-width', '1px')
})

import { expect, test } from '@playwright/test'
import { type FakeAnswer, fillerText } from '@reynard/fake-ollama'
import { answers, ask, chatIdOf, field, lastAnswer, savedMessages, textOf, waitForEnd } from './chat-page.ts'
import { type ScriptedModel, startScriptedModel } from './scripted-model.ts'
import { type RunningReynard, removeData, startReynard } from './start-reynard.ts'

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

const text = fillerText(20)
const faults: { name: string; answer: FakeAnswer; says: string | RegExp; kept?: string }[] = [
  {
    name: 'an answer that the engine never begins',
    answer: { fault: { kind: 'hang-up' } },
    says: /Ollama at .* closed the connection without an answer\./,
  },
  {
    name: 'a model that is not there',
    answer: { fault: { kind: 'status', status: 404 } },
    says: /The model ".*" is not here\./,
  },
  {
    name: 'too little memory',
    answer: {
      fault: {
        kind: 'status',
        status: 500,
        message: 'model requires more system memory (11.2 GiB) than is available (9.8 GiB)',
      },
    },
    says: /Out of memory\. It needs 11\.2 GB, 9\.8 are free\./,
  },
  {
    name: 'a busy engine',
    answer: { fault: { kind: 'status', status: 503 } },
    says: /is busy\. Try again in a moment\./,
  },
  {
    name: 'an error in mid-answer',
    answer: { text, fault: { kind: 'error-line', afterTokens: 6 } },
    says: /broke off the answer/,
    kept: 'the quick brown fox watches how',
  },
  {
    name: 'a connection that breaks in mid-answer',
    answer: { text, fault: { kind: 'eof', afterTokens: 6 } },
    says: /broke off the answer/,
    kept: 'the quick brown fox watches how',
  },
  {
    name: 'an answer that ends without an end',
    answer: { text, fault: { kind: 'end-without-done', afterTokens: 6 } },
    says: /ended the answer without finishing it\./,
    kept: 'the quick brown fox watches how',
  },
  {
    name: 'an answer of which nothing arrives',
    answer: { text, fault: { kind: 'swallowed-tool-call' } },
    says: /wrote something that Ollama could not read/,
  },
]

for (const { name, answer, says, kept } of faults) {
  test(`${name}: says what happened, keeps what came, and Retry answers`, async ({ page }) => {
    model.answerNext(answer)
    await page.goto(reynard.url)
    await ask(page, 'Will this work?')
    await expect(lastAnswer(page)).toContainText(says)
    if (kept !== undefined) await expect(textOf(lastAnswer(page))).toHaveText(kept)
    await expect(lastAnswer(page).getByRole('button', { name: 'Change model' })).toBeVisible()
    await expect(lastAnswer(page).getByRole('button', { name: 'Continue' })).toHaveCount(kept === undefined ? 0 : 1)
    await expect(field(page)).toBeEditable()

    model.answerNext({ text: 'It did.' })
    await lastAnswer(page).getByRole('button', { name: 'Retry' }).click()
    await waitForEnd(page)
    await expect(textOf(lastAnswer(page))).toHaveText('It did.')
    await expect(lastAnswer(page)).not.toContainText(says)
    await expect(answers(page)).toHaveCount(1)
  })
}

test('an answer that broke off goes on by Continue, and keeps what was there', async ({ page }) => {
  model.answerNext({ text, fault: { kind: 'eof', afterTokens: 6 } }, { text: ' and ends.' })
  await page.goto(reynard.url)
  await ask(page, 'Go on after that.')
  await lastAnswer(page).getByRole('button', { name: 'Continue' }).click()
  await waitForEnd(page)
  await expect(lastAnswer(page)).not.toContainText('broke off the answer')
  expect((await savedMessages(reynard.url, chatIdOf(page))).at(-1)?.text).toBe(
    'the quick brown fox watches how and ends.',
  )
})

test('where the model is gone that answered before, the answer says which one wrote it', async ({ page }) => {
  model.control.addModel('passing:3b')
  const own = await startReynard({ OLLAMA_BASE_URL: model.url, OLLAMA_DEFAULT_MODEL: 'passing:3b' })
  try {
    await page.goto(own.url)
    await ask(page, 'First')
    await waitForEnd(page)
    await expect(lastAnswer(page)).toContainText('passing:3b')
    model.control.removeModel('passing:3b')
    await expect(page.getByRole('button', { name: /Choose a model: llama3/ })).toBeVisible({ timeout: 30_000 })
    await ask(page, 'Second')
    await waitForEnd(page)
    await expect(lastAnswer(page)).toContainText('passing:3b is not here. llama3.2:1b answered.')
  } finally {
    await own.stop()
    removeData(own)
  }
})

test('after a failure the next question is simply asked', async ({ page }) => {
  model.answerNext({ fault: { kind: 'status', status: 500 } })
  await page.goto(reynard.url)
  await ask(page, 'First')
  await expect(lastAnswer(page).getByRole('button', { name: 'Retry' })).toBeVisible()
  model.answerNext({ text: 'Second try.' })
  await ask(page, 'Second')
  await expect(textOf(lastAnswer(page))).toHaveText('Second try.')
})

test('each failure that has help links to it', async ({ page }) => {
  model.answerNext({ fault: { kind: 'status', status: 404 } })
  await page.goto(reynard.url)
  await ask(page, 'Who helps?')
  await lastAnswer(page).getByRole('link', { name: 'What helps' }).click()
  await expect(page).toHaveURL(/\/help\?from=.*#model-missing$/)
  await expect(page.locator('#model-missing')).toBeInViewport()
})

test('an engine that is gone: the question says so, and Retry answers when it is back', async ({ page }) => {
  await page.goto(reynard.url)
  await ask(page, 'Hello')
  await waitForEnd(page)
  await model.control.stop()
  await ask(page, 'Still there?')
  await expect(lastAnswer(page)).toContainText(/Ollama at .* does not answer/)
  await model.control.start()
  await expect(page.getByRole('link', { name: /Ollama at/ })).toBeVisible({ timeout: 30_000 })
  await lastAnswer(page).getByRole('button', { name: 'Retry' }).click()
  await expect(textOf(lastAnswer(page))).toHaveText('A short answer.')
})

for (const { name, answer, says } of [
  {
    name: 'before its first word',
    answer: { fault: { kind: 'silence-before-headers' } },
    says: /Ollama at .* gave no sign of an answer within 2 s\./,
  },
  {
    name: 'in mid-answer',
    answer: { text, fault: { kind: 'silence-mid-stream', afterTokens: 6 } },
    says: /Ollama at .* was silent for 2 s in mid-answer\./,
  },
] satisfies { name: string; answer: FakeAnswer; says: RegExp }[]) {
  test(`an engine that falls silent ${name} is given up after OLLAMA_TIMEOUT_SECONDS, with what helps`, async ({
    page,
  }) => {
    const impatient = await startReynard({ OLLAMA_BASE_URL: model.url, OLLAMA_TIMEOUT_SECONDS: '2' })
    try {
      model.answerNext(answer)
      await page.goto(impatient.url)
      await ask(page, 'Is anybody there?')
      await expect(lastAnswer(page)).toContainText(says)
      await expect(lastAnswer(page).getByRole('button', { name: 'Retry' })).toBeVisible()
      await lastAnswer(page).getByRole('link', { name: 'What helps' }).click()
      await expect(page).toHaveURL(/\/help\?from=.*#time-outs$/)
      await expect(page.locator('#time-outs')).toBeInViewport()
    } finally {
      await impatient.stop()
      removeData(impatient)
    }
  })
}

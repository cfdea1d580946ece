import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, type Page, test } from '@playwright/test'
import { ask, field, lastAnswer, textOf, waitForEnd } from './chat-page.ts'
import { type ScriptedModel, startScriptedModel } from './scripted-model.ts'
import { type RunningReynard, startReynard } from './start-reynard.ts'

let port: number
let reynard: RunningReynard
let model: ScriptedModel | undefined

/**
 * A port on which nobody listens, and that nobody is given before the test listens there: it lies below those that systems hand out to
 * whoever asks for any.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const wanted = 20_000 + Math.floor(Math.random() * 12_000)
    const server = createServer()
    const isFree = new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(wanted, '127.0.0.1', () => resolve(true))
    })
    if (!(await isFree)) continue
    server.close()
    await once(server, 'close')
    return wanted
  }
}

test.beforeEach(async () => {
  port = await freePort()
  reynard = await startReynard({ OLLAMA_BASE_URL: `http://127.0.0.1:${port}` })
})
test.afterEach(async () => {
  await reynard.stop()
  await model?.close()
  model = undefined
})

const firstScreen = (page: Page) => page.getByRole('heading', { name: 'Choose a model to start with' })
const usesOllama = (page: Page) =>
  expect(page.getByRole('link', { name: /Ollama at/ })).toBeVisible({ timeout: 30_000 })

test('started later, Ollama is found by itself, and the question that was asked before is answered', async ({
  page,
}) => {
  await page.goto(reynard.url)
  await expect(firstScreen(page)).toBeVisible()
  await expect(page.getByRole('link', { name: /No engine answers|No model yet/ })).toBeVisible()
  await expect(page.getByText('Sends as soon as the model is ready')).toBeVisible()
  await ask(page, 'Are you awake?')
  await expect(lastAnswer(page)).toContainText('Waiting for a model')
  await expect(lastAnswer(page)).toContainText(/Ollama at .* does not answer \(nothing listens there\)/)
  await expect(lastAnswer(page)).not.toContainText('GGUF')
  await expect(page.getByRole('status').filter({ hasText: 'Waiting for a model' })).toHaveCount(1)
  await expect(lastAnswer(page).getByRole('link', { name: 'Get a model' })).toBeVisible()

  model = await startScriptedModel(port)
  await usesOllama(page)
  await waitForEnd(page)
  await expect(textOf(lastAnswer(page))).toHaveText('A short answer.')
  await expect(lastAnswer(page)).toContainText('llama3.2:1b')
})

test('a question that waits for any model outlives its page, and is sent when one comes', async ({ page }) => {
  await page.goto(reynard.url)
  await expect(firstScreen(page)).toBeVisible()
  await ask(page, 'Who is there?')
  await expect(lastAnswer(page)).toContainText('Waiting for a model')
  const chat = page.url()
  await page.goto('about:blank')
  model = await startScriptedModel(port)
  await model.control.request('/api/chat')
  await page.goto(chat)
  await expect(textOf(lastAnswer(page))).toHaveText('A short answer.')
})

test('a question that waits for any model can be taken back', async ({ page }) => {
  await page.goto(reynard.url)
  await ask(page, 'Never mind')
  await lastAnswer(page).getByRole('button', { name: 'Take it back' }).click()
  await expect(lastAnswer(page)).toContainText('You stopped this answer.')
  await expect(field(page)).toBeEditable()
})

test('what was typed before Ollama came is still in the field, and is answered', async ({ page }) => {
  await page.goto(reynard.url)
  await expect(firstScreen(page)).toBeVisible()
  await field(page).fill('Half a question')
  model = await startScriptedModel(port)
  await expect(page.getByRole('heading', { name: 'What are you working on?' })).toBeVisible({ timeout: 30_000 })
  await expect(field(page)).toHaveValue('Half a question')
  await field(page).press('Enter')
  await expect(textOf(lastAnswer(page))).toHaveText('A short answer.')
})

test('an Ollama without a model: one is pulled by name, and a question asked meanwhile is answered by it', async ({
  page,
}) => {
  model = await startScriptedModel(port, [])
  model.control.set({ pullBytes: 50_000_000, pullBytesPerSecond: 4_000_000 })
  await page.goto(reynard.url)
  await expect(firstScreen(page)).toBeVisible()
  await expect(page.getByRole('radio', { name: 'Ollama' })).toBeChecked()
  await expect(page.getByText('Ollama is running, but has no model. Pull one here.')).toBeVisible()
  await page.getByRole('textbox', { name: 'Pull by name' }).fill('qwen3:0.6b')
  await page.getByRole('button', { name: 'Pull', exact: true }).click()
  await expect(page.getByText('Sends as soon as the model is ready')).toBeVisible()
  await ask(page, 'Are you there yet?')
  await expect(lastAnswer(page)).toContainText('The model is on its way')
  await expect(lastAnswer(page)).toContainText(/Downloading qwen3:0\.6b/)
  model.control.set({ pullBytesPerSecond: Number.POSITIVE_INFINITY })
  await waitForEnd(page)
  await expect(textOf(lastAnswer(page))).toHaveText('A short answer.')
  await expect(lastAnswer(page)).toContainText('qwen3:0.6b')
})

test('a question that waits for a model can be taken back', async ({ page }) => {
  model = await startScriptedModel(port, [])
  model.control.set({ pullBytes: 50_000_000, pullBytesPerSecond: 1_000_000 })
  await page.goto(reynard.url)
  await page.getByRole('radio', { name: 'Ollama' }).click()
  await page.getByRole('textbox', { name: 'Pull by name' }).fill('qwen3:0.6b')
  await page.getByRole('button', { name: 'Pull', exact: true }).click()
  await expect(page.getByText('Sends as soon as the model is ready')).toBeVisible()
  await ask(page, 'Never mind')
  await lastAnswer(page).getByRole('button', { name: 'Take it back' }).click()
  await expect(lastAnswer(page)).toContainText('You stopped this answer.')
})

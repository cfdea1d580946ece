import { expect, type Page, test } from '@playwright/test'
import { createDemoScript, demoModels, type FakeOllama, startFakeOllama } from '@reynard/fake-ollama'
import { type RunningReynard, removeData, startReynard } from './start-reynard.ts'

let model: FakeOllama
let reynard: RunningReynard
test.beforeAll(async () => {
  model = await startFakeOllama({ models: demoModels, answer: createDemoScript() })
  reynard = await startReynard({ OLLAMA_BASE_URL: model.url, OLLAMA_DEFAULT_MODEL: 'llama3.2:3b' })
})
test.afterAll(async () => {
  await reynard.stop()
  await model.close()
  removeData(reynard)
})

function listen(page: Page): string[] {
  const errors: string[] = []
  page.on('pageerror', ({ message }) => errors.push(message))
  return errors
}

/** Holds back code that the server's page does not name, which is what a busy machine does to it. Answers how to let it go. */
async function holdLateCode(page: Page, address: string): Promise<() => void> {
  const html = await (await page.request.get(address)).text()
  const { promise, resolve } = Promise.withResolvers<void>()
  await page.route('**/_next/static/chunks/*.js', async (route) => {
    if (!html.includes(`src="${new URL(route.request().url()).pathname}"`)) await promise
    await route.continue()
  })
  return resolve
}

test('what is taken over late from the server’s page is what it was there, though its data came before its code', async ({
  page,
}) => {
  const errors = listen(page)
  const release = await holdLateCode(page, reynard.url)
  // Where the status comes, all of the page is drawn anew, and what was to be taken over with it.
  await page.routeWebSocket(/\/api\/trpc/, () => {})
  await page.route('**/api/trpc/**', async (route) => {
    const response = await route.fetch()
    const answers: unknown[] = JSON.parse(await response.text())
    const at = new URL(route.request().url()).pathname.split(/[/,]/).indexOf('chat.status') - 3
    if (at >= 0) answers[at] = { error: { message: 'Late', code: -32_603, data: { code: 'INTERNAL_SERVER_ERROR' } } }
    await route.fulfill({ response, body: JSON.stringify(answers) })
  })
  await page.goto(reynard.url)
  await expect(page.getByRole('button', { name: /CodeWolf/ }).first()).toBeVisible()
  release()
  await expect(page.getByRole('button', { name: /^(Bring|Add) a project/ })).toBeVisible()
  expect(errors).toEqual([])
})

for (const path of [
  '/settings',
  '/settings/models',
  '/settings/assistants',
  '/settings/memory',
  '/settings/approvals',
  '/settings/filter',
])
  test(`${path} opens without an error, also where code comes late`, async ({ page }) => {
    const errors = listen(page)
    const release = await holdLateCode(page, reynard.url + path)
    await page.goto(reynard.url + path)
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await expect(page.getByRole('link', { name: /llama3\.2|Ollama/ }).first()).toBeVisible()
    release()
    await page.waitForLoadState('networkidle')
    expect(errors).toEqual([])
  })

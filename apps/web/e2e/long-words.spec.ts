import { expect, type Page, test } from '@playwright/test'
import { createReynardClient } from '@reynard/client'
import { CLERK, makeAssistant } from './assistant-page.ts'
import { sidebar } from './chat-page.ts'
import { type ScriptedModel, startScriptedModel } from './scripted-model.ts'
import { type RunningReynard, removeData, startReynard } from './start-reynard.ts'

let model: ScriptedModel
let reynard: RunningReynard
const WORD = 'z'.repeat(900)
const NAME = 'N'.repeat(60)

test.beforeAll(async () => {
  model = await startScriptedModel()
  reynard = await startReynard({ OLLAMA_BASE_URL: model.url })
  await makeAssistant(reynard.url, { ...CLERK, name: NAME, description: 'x'.repeat(300) })
  const client = createReynardClient({ baseUrl: reynard.url })
  await client.trpc.chat.memory.create.mutate({ text: WORD })
  const question = { key: crypto.randomUUID(), conversationId: null, parentId: null, text: WORD }
  await client.trpc.chat.send.mutate(question)
  await client.close()
})
test.afterAll(async () => {
  await reynard.stop()
  await model.close()
  removeData(reynard)
})

/** What is wider than the room that it stands in, where nothing scrolls sideways. */
const overruns = (page: Page) =>
  page.getByRole('main').evaluate((main) => {
    const edge = main.getBoundingClientRect().right
    const wide = [...main.querySelectorAll('button, a, [role=switch], p')].filter(
      (each) => each.getBoundingClientRect().right > edge + 1,
    )
    return [main.scrollWidth > main.clientWidth, ...wide.map((each) => each.textContent.slice(0, 40))].filter(Boolean)
  })

for (const width of [1280, 390]) {
  test(`a word without end leaves every page its width at ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 844 })
    await page.goto(`${reynard.url}/settings/memory`)
    await expect(page.getByText(WORD)).toBeVisible()
    expect(await overruns(page)).toEqual([])
    await page.goto(`${reynard.url}/settings/assistants`)
    await expect(page.getByRole('link', { name: `Edit ${NAME}` })).toBeVisible()
    expect(await overruns(page)).toEqual([])
    await page.goto(reynard.url)
    const card = page.getByRole('main').getByRole('button', { name: NAME })
    await expect(card).toBeVisible()
    expect(await overruns(page)).toEqual([])
    // Cut where its line ends, and marked as cut.
    const description = card.locator('span span')
    expect(await description.evaluate((each) => each.scrollWidth <= each.clientWidth)).toBe(true)
    if (width < 640) return
    const row = sidebar(page).getByRole('button', { name: NAME })
    const { x, width: taken } = (await row.locator('span').last().boundingBox()) ?? { x: 0, width: Number.NaN }
    const box = (await row.boundingBox()) ?? { x: 0, width: 0 }
    expect(x + taken).toBeLessThanOrEqual(box.x + box.width)
  })
}

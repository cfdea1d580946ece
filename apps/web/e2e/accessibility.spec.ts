import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page, test } from '@playwright/test'
import { startFakeOllama } from '@reynard/fake-ollama'
import { seedChats } from './seed-chats.ts'
import { type RunningReynard, startReynard } from './start-reynard.ts'

let ollama: Awaited<ReturnType<typeof startFakeOllama>>
let reynard: RunningReynard
let empty: RunningReynard

test.beforeAll(async () => {
  ollama = await startFakeOllama({ port: 0 })
  reynard = await startReynard({ OLLAMA_BASE_URL: ollama.url })
  empty = await startReynard()
  await seedChats(reynard.url, [
    {
      title: 'Everything that an answer can hold',
      question: 'Show it.',
      answer:
        '## A heading\n\nText with `code`, **weight** and a [link](https://example.org).\n\n| Lake | km² |\n|---|--:|\n| Ladoga | 17,700 |\n\n```ts\nconst answer = 42 // the one\n```\n\n- [x] done\n- [ ] open\n\n$$a^2 + b^2 = c^2$$',
    },
  ])
})
test.afterAll(async () => {
  await reynard.stop()
  await empty.stop()
  await ollama.close()
})

const sidebarRow = (page: Page) => page.getByRole('link', { name: 'Everything that an answer can hold' })

/** Where to go, and what to have done there before it is looked at. */
const views: Record<string, (page: Page) => Promise<void>> = {
  'new chat': async (page) => {
    await page.goto(reynard.url)
    await sidebarRow(page).waitFor()
  },
  'a chat': async (page) => {
    await page.goto(reynard.url)
    await sidebarRow(page).click()
    await page.getByRole('heading', { name: 'A heading' }).waitFor()
  },
  palette: async (page) => {
    await page.goto(reynard.url)
    await sidebarRow(page).waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('option').first().waitFor()
  },
  'model picker': async (page) => {
    await page.goto(reynard.url)
    await sidebarRow(page).waitFor()
    await page.keyboard.press('Control+m')
    await page.getByRole('option').first().waitFor()
  },
  'settings of a chat': async (page) => {
    await page.goto(reynard.url)
    await page.getByRole('button', { name: 'Settings of the new chat' }).click()
    await page.getByRole('dialog').waitFor()
  },
  settings: async (page) => {
    await page.goto(`${reynard.url}/settings`)
    await page.getByText('OLLAMA_TEMPERATURE').waitFor()
  },
  models: async (page) => {
    await page.goto(`${reynard.url}/settings/models`)
    await page.getByRole('heading', { name: 'Get more' }).waitFor()
  },
  'first run': async (page) => {
    await page.goto(`${empty.url}/welcome`)
    await page.getByRole('radio').first().waitFor()
  },
  'the drawer on a phone': async (page) => {
    await page.setViewportSize({ width: 390, height: 844 })
    await page.goto(reynard.url)
    await page.getByRole('button', { name: 'Open chats' }).click()
    await sidebarRow(page).waitFor()
  },
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const [name, open] of Object.entries(views)) {
    test(`${name} has no finding in the ${colorScheme} theme`, async ({ page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await open(page)
      const { violations } = await new AxeBuilder({ page }).analyze()
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
    })
  }
}

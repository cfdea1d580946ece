import { expect, type Page, test } from '@playwright/test'
import { startFakeOllama } from '@reynard/fake-ollama'
import { seedChats } from './seed-chats.ts'
import { type RunningReynard, startReynard } from './start-reynard.ts'

let ollama: Awaited<ReturnType<typeof startFakeOllama>>
let reynard: RunningReynard

test.beforeAll(async () => {
  ollama = await startFakeOllama({ port: 0 })
  reynard = await startReynard({ OLLAMA_BASE_URL: ollama.url })
  await seedChats(reynard.url, [
    { title: 'Gearbox of the mill', question: 'Why does it whine?', answer: 'The third wheel is worn.' },
    { title: 'Letter to the landlord', question: 'Make it calm.', answer: 'Dear neighbour, the heron left.' },
    { title: 'Tender, lot 3', question: 'Translate it.', answer: 'Here it is.', daysOld: 1 },
    { title: 'Old notes', question: 'Sum up.', answer: 'Nothing much.', daysOld: 70 },
  ])
})
test.afterAll(async () => {
  await reynard.stop()
  await ollama.close()
})

const sidebar = (page: Page) => page.getByRole('navigation', { name: 'Chats' })
const row = (page: Page, title: string) => sidebar(page).getByRole('link', { name: title })

test('rows do not run into each other where the browser writes larger', async ({ page }) => {
  await page.goto(reynard.url)
  await expect(row(page, 'Gearbox of the mill')).toBeVisible()
  await page.evaluate(() => {
    document.documentElement.style.fontSize = '24px'
  })
  const first = await row(page, 'Gearbox of the mill').boundingBox()
  const second = await row(page, 'Letter to the landlord').boundingBox()
  expect((first?.y ?? 0) + (first?.height ?? 0)).toBeLessThanOrEqual(second?.y ?? 0)
})

test('chats stand by date; arrows move, F2 renames, Delete deletes and Ctrl Z brings it back', async ({ page }) => {
  await page.goto(reynard.url)
  await expect(sidebar(page).getByText('Today', { exact: true })).toBeVisible()
  await expect(sidebar(page).getByText('Yesterday', { exact: true })).toBeVisible()

  await row(page, 'Gearbox of the mill').focus()
  await page.keyboard.press('ArrowDown')
  await expect(row(page, 'Letter to the landlord')).toBeFocused()

  await page.keyboard.press('F2')
  await page.getByRole('textbox', { name: 'New title for Letter to the landlord' }).fill('Letter, second draft')
  await page.keyboard.press('Enter')
  await expect(row(page, 'Letter, second draft')).toBeFocused()
  await page.reload()

  await row(page, 'Letter, second draft').focus()
  await page.keyboard.press('Delete')
  await expect(row(page, 'Letter, second draft')).toHaveCount(0)
  await expect(page.getByText('Deleted “Letter, second draft”')).toBeVisible()
  await page.keyboard.press('Control+z')
  await expect(row(page, 'Letter, second draft')).toBeVisible()
})

test('a pin and a title show in the other tab by themselves', async ({ page, context }) => {
  const other = await context.newPage()
  await Promise.all([page.goto(reynard.url), other.goto(reynard.url)])
  await expect(row(other, 'Old notes')).toBeVisible()
  await row(page, 'Old notes').hover()
  await page.getByRole('button', { name: 'More for Old notes' }).click()
  await page.getByRole('menuitem', { name: 'Pin' }).click()
  await expect(sidebar(other).getByText('Pinned', { exact: true })).toBeVisible()
})

test('the palette finds a sentence in a message and opens the chat at it', async ({ page }) => {
  await page.goto(reynard.url)
  await expect(row(page, 'Tender, lot 3')).toBeVisible()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('heron')
  const hit = page.getByRole('option', { name: /the heron left/ })
  await expect(hit.locator('mark')).toHaveText('heron')
  await expect(page.getByText(/^1 result, \d+ ms$/)).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/chat\/[0-9a-f-]{36}\?message=[0-9a-f-]{36}&q=heron/)
})

test('the same hit opened again scrolls to it again', async ({ page }) => {
  const filler = Array.from({ length: 60 }, (_, line) => `Line ${line} of a long letter.`).join('\n\n')
  await seedChats(reynard.url, [{ title: 'Long letter', question: 'The kingfisher, if you can.', answer: filler }])
  await page.goto(reynard.url)
  const search = async () => {
    await page.keyboard.press('Control+k')
    await page.keyboard.type('kingfisher')
    await page.getByRole('option', { name: /kingfisher/ }).click()
    await expect(page.getByRole('dialog')).toHaveCount(0)
  }
  const question = page.getByRole('article', { name: /^You, / })
  await search()
  await expect(question).toBeFocused()
  await expect(question).toBeInViewport()
  expect(await page.evaluate(() => CSS.highlights.get('search-hit')?.size)).toBe(1)
  const address = page.url()
  await page.mouse.move(700, 300)
  await expect(async () => {
    await page.mouse.wheel(0, 20_000)
    await expect(question).not.toBeInViewport({ timeout: 1_000 })
  }).toPass({ timeout: 15_000 })
  await search()
  await expect(question).toBeInViewport()
  await expect(question).toBeFocused()
  expect(page.url()).toBe(address)
})

test('several hits of one chat stand together, its title once, each with its hit in sight', async ({ page }) => {
  const before = 'some words that stand far ahead of what is looked for in this sentence and push it away '
  await seedChats(reynard.url, [
    {
      title: 'A title that is so long that it would take the whole row of the palette for itself',
      question: `${before}nightjar, asked`,
      answer: `${before}nightjar, answered`,
    },
  ])
  await page.goto(reynard.url)
  await page.keyboard.press('Control+k')
  await page.keyboard.type('nightjar')
  const hits = page.getByRole('option', { name: /nightjar/ })
  await expect(hits).toHaveCount(2)
  const list = await page.getByRole('listbox').boundingBox()
  for (const hit of await hits.all()) {
    const mark = await hit.locator('mark').boundingBox()
    expect((mark?.x ?? 0) + (mark?.width ?? 0)).toBeLessThan((list?.x ?? 0) + (list?.width ?? 0) - 60)
  }
  await expect(hits.nth(0).getByText(/^A title that is so long/)).toBeInViewport({ ratio: 0.9 })
  expect(
    (
      await hits
        .nth(1)
        .getByText(/^A title that is so long/)
        .boundingBox()
    )?.width,
  ).toBeLessThan(2)
})

test('a chat by REST stands under API chats and opens from there', async ({ page }) => {
  for (const message of ['Call the first', 'Call the second']) {
    const response = await fetch(`${reynard.url}/api/ollama/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ message }),
    })
    expect(response.status).toBe(200)
  }
  await page.goto(reynard.url)
  await row(page, 'Old notes').click()
  await expect(page.getByRole('article').first()).toContainText('Sum up.')
  await page.getByRole('button', { name: 'API chats' }).click()
  for (const message of ['Call the first', 'Call the second', 'Call the first']) {
    await row(page, message).click()
    await expect(page.getByRole('article', { name: /^You, / })).toContainText(message)
    await expect(row(page, message)).toHaveAttribute('aria-current', 'page')
  }
})

test('the palette does what it names, and Escape closes it', async ({ page }) => {
  await page.goto(reynard.url)
  await expect(row(page, 'Tender, lot 3')).toBeVisible()
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('dark theme')
  await page.keyboard.press('Enter')
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await page.reload()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').fill('content filter')
  await page.getByRole('option', { name: 'Content filter' }).click()
  await expect(page.getByRole('heading', { name: 'Content filter', level: 1 })).toBeVisible()
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('dialog')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
})

test('a new chat asked for where there is one has the focus in its field', async ({ page }) => {
  await page.goto(reynard.url)
  const field = page.getByRole('textbox', { name: 'Message', exact: true })
  await expect(field).toBeFocused()
  await row(page, 'Tender, lot 3').focus()
  await page.keyboard.press('Control+Shift+O')
  await expect(field).toBeFocused()
  await row(page, 'Tender, lot 3').focus()
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('combobox')).toBeFocused()
  await page.keyboard.press('Control+Shift+O')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(field).toBeFocused()
})

test('F6 goes through the regions and ? shows the keys, but not while somebody types', async ({ page }) => {
  await page.goto(reynard.url)
  await expect(row(page, 'Tender, lot 3')).toBeVisible()
  await row(page, 'Tender, lot 3').focus()
  await page.keyboard.press('F6')
  await expect(page.locator('[data-region="sidebar"]:focus-within')).toHaveCount(0)
  await row(page, 'Tender, lot 3').focus()
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('what?')
  await expect(page.getByRole('combobox')).toHaveValue('what?')
})

test('an address that no chat can have stands beside the chats, in the theme of this device', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.goto(`${reynard.url}/chat/no-such-chat`)
  await expect(page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible()
  await expect(sidebar(page)).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
})

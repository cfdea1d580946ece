import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, type Locator, type Page, test } from '@playwright/test'
import { createReynardClient } from '@reynard/client'
import { openBadProxy } from '@reynard/client/testing'
import { answerOf, askAssistant, CLERK, makeAssistant, request, writes } from './assistant-page.ts'
import { type ScriptedModel, startScriptedModel } from './scripted-model.ts'
import { type RunningReynard, removeData, startReynard } from './start-reynard.ts'

let model: ScriptedModel
let reynard: RunningReynard
let proxy: Awaited<ReturnType<typeof openBadProxy>>

test.beforeAll(async () => {
  model = await startScriptedModel()
  reynard = await startReynard({ OLLAMA_BASE_URL: model.url })
  proxy = await openBadProxy(reynard.url)
  await makeAssistant(reynard.url, { ...CLERK, tools: { write_file: 'default' } })
  await makeAssistant(reynard.url, { ...CLERK, name: 'Asker' })
})
test.afterAll(async () => {
  await proxy.close()
  await reynard.stop()
  await model.close()
  removeData(reynard)
})

const panel = (page: Page) => page.getByRole('region', { name: 'Workspace', exact: true })
const line = (page: Page, name: string) => page.getByRole('treeitem', { name: new RegExp(`^${name}`) })
const undo = (page: Page) => page.getByRole('button', { name: /^Undo(?! the restore)/ })
const fileOf = (page: Page, name: string) => {
  const chat = new URL(page.url()).pathname.split('/').at(-1) ?? ''
  return join(reynard.dataDir, 'workspaces', chat, 'files', name)
}
const read = (page: Page, name: string) => readFileSync(fileOf(page, name), 'utf8')

/** A double click whose second press comes when the first one has done its work. */
async function pressTwice(page: Page, button: Locator, done: () => Promise<unknown>) {
  await button.scrollIntoViewIfNeeded()
  const box = await button.boundingBox()
  if (!box) throw new Error('There is nothing to press.')
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await page.mouse.down()
  await page.mouse.up()
  await done()
  await page.mouse.down({ clickCount: 2 })
  await page.mouse.up({ clickCount: 2 })
}

async function writeTwice(page: Page) {
  model.answerNext(writes('list.txt', 'one\n'), writes('list.txt', 'one\ntwo\n'), { text: 'That is done.' })
  await page.goto(reynard.url)
  await askAssistant(page, 'Clerk', 'Write the list')
  await expect(answerOf(page, 'Clerk').getByText('That is done.')).toBeVisible()
}

test('Restore pressed twice is done once, and its Undo brings back what was there', async ({ page }) => {
  await writeTwice(page)
  const restore = page.getByRole('button', { name: 'Restore to before this' }).last()
  const restored = page.waitForResponse(/workspace\.restore/)
  await pressTwice(page, restore, async () => {
    await restored
    await expect(undo(page)).toBeVisible()
  })
  expect(read(page, 'list.txt')).toBe('one\n')
  await undo(page).click()
  await expect.poll(() => read(page, 'list.txt')).toBe('one\ntwo\n')
})

test('on a slow path a restore and its undo say at once that they are under way', async ({ page }) => {
  await writeTwice(page)
  proxy.slow = { latencyMs: 800, bytesPerSecond: 2_000_000 }
  await page.goto(proxy.url + new URL(page.url()).pathname)
  await page.getByRole('button', { name: 'Restore to before this' }).last().click({ timeout: 30_000 })
  await expect(page.getByRole('button', { name: 'Restoring…' })).toBeVisible()
  await undo(page).click({ timeout: 30_000 })
  await expect(page.getByText('Undoing the restore…')).toBeVisible()
  await expect(page.getByText('The restore was undone.')).toBeVisible({ timeout: 30_000 })
  await expect(page.getByRole('button', { name: 'Undo the restore' })).toHaveCount(0)
  expect(read(page, 'list.txt')).toBe('one\ntwo\n')
})

test('a file that is deleted twice on a slow path is deleted once, and comes back by Undo', async ({ page }) => {
  await writeTwice(page)
  proxy.slow = { latencyMs: 400, bytesPerSecond: 2_000_000 }
  await page.goto(proxy.url + new URL(page.url()).pathname)
  await page.getByRole('button', { name: 'Workspace', exact: true }).click()
  await line(page, 'list.txt').click()
  const remove = panel(page).getByRole('button', { name: 'Delete', exact: true })
  await remove.dblclick()
  await expect(undo(page)).toBeVisible()
  await expect(line(page, 'list.txt')).toHaveCount(0)
  await undo(page).click()
  await expect(line(page, 'list.txt')).toBeVisible()
})

test('Delete of a memory pressed twice leaves the one that moves under the pointer', async ({ page }) => {
  const client = createReynardClient({ baseUrl: reynard.url })
  for (const text of ['Foxes like grapes.', 'Wolves like sheep.', 'Hares like clover.'])
    await client.trpc.chat.memory.create.mutate({ text })
  await client.close()
  await page.goto(`${reynard.url}/settings/memory`)
  const rows = page.getByRole('main').getByRole('listitem')
  await expect(rows).toHaveCount(3)
  await pressTwice(page, rows.first().getByRole('button', { name: /^Delete/ }), () => expect(rows).toHaveCount(2))
  await expect(rows).toHaveCount(2)
  await undo(page).click()
  await expect(rows).toHaveCount(3)
})

test('Approve pressed twice, and in two tabs on a slow path, is one yes that nobody hears an error of', async ({
  page,
  context,
}) => {
  model.answerNext(writes('once.md', 'one\n'), writes('next.md', 'next\n'), { text: 'That is done.' })
  await page.goto(reynard.url)
  await askAssistant(page, 'Asker', 'Write it')
  await expect(request(page)).toBeVisible()
  proxy.slow = { latencyMs: 400, bytesPerSecond: 2_000_000 }
  const second = await context.newPage()
  await second.goto(proxy.url + new URL(page.url()).pathname)
  const first = (tab: Page) => tab.getByRole('region', { name: 'Asker wants to write once.md' })
  for (const tab of [second, page])
    await expect(first(tab).getByRole('button', { name: 'Approve' })).not.toHaveAttribute('aria-disabled')
  await first(second).getByRole('button', { name: 'Approve' }).click()
  await first(page).getByRole('button', { name: 'Approve' }).dblclick({ delay: 150 })
  for (const tab of [page, second]) {
    const next = tab.getByRole('region', { name: 'Asker wants to write next.md' })
    await expect(next).toBeVisible()
    await expect(tab.locator('[data-toast]')).toHaveCount(0)
  }
  // The second press was meant for the first question.
  await page.reload()
  await request(page).getByRole('button', { name: 'Deny', exact: true }).click()
  for (const tab of [page, second]) await expect(answerOf(tab, 'Asker').getByText('That is done.')).toBeVisible()
  expect(read(page, 'once.md')).toBe('one\n')
})

test('a page that is reloaded again and again in the midst of calls shows each of them once', async ({ page }) => {
  model.answerNext(writes('a.md', 'a\n'), writes('b.md', 'b\n'), writes('c.md', 'c\n'), { text: 'That is done.' })
  await page.goto(reynard.url)
  await askAssistant(page, 'Asker', 'Write three')
  for (const name of ['a.md', 'b.md', 'c.md']) {
    const card = page.getByRole('region', { name: `Asker wants to write ${name}` })
    await expect(card.getByRole('button', { name: 'Approve' })).not.toHaveAttribute('aria-disabled')
    await card.getByRole('button', { name: 'Approve' }).click({ noWaitAfter: true })
    await page.reload()
    // What was sent before the page went is done; what was not is asked again.
    if (await card.isVisible())
      await card
        .getByRole('button', { name: 'Approve' })
        .click({ timeout: 3_000 })
        .catch(() => {})
  }
  await expect(answerOf(page, 'Asker').getByText('That is done.')).toBeVisible()
  for (const name of ['a.md', 'b.md', 'c.md'])
    await expect(answerOf(page, 'Asker').getByRole('button', { name: new RegExp(`^Wrote ${name}`) })).toHaveCount(1)
})

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { createReynardClient } from '@reynard/client'
import { answerOf, request } from './assistant-page.ts'
import { fileStage } from './scenes/file-scenes.ts'
import type { OpenStage } from './scenes/stage.ts'

let stage: OpenStage
test.beforeAll(async () => {
  stage = await fileStage.open()
})
test.afterAll(() => stage.close())

const answer = (page: Page) => answerOf(page, 'CodeWolf')
const row = (page: Page, name: RegExp) => answer(page).getByRole('button', { name })

test('files are listed, found, read, moved and deleted: each row opens to what came of it', async ({ page }) => {
  await stage.show('rows-files', page)
  const results = answer(page).getByRole('group', { name: 'Result' })
  for (const name of ['docs/discounts.md', 'shop/basket.py', 'shop/draft.txt'])
    await expect(answer(page).getByRole('link', { name: `Save ${name}` })).toBeVisible()
  await expect(row(page, /^Searched files discount in \*\*\/\*\.\{py,md\}/)).toBeVisible()
  await expect(results.filter({ hasText: 'shop/basket.py:2:    return sum(prices) - discount' })).toBeVisible()
  await expect(results.filter({ hasText: 'A voucher never pays money out.' }).last()).toBeVisible()
  await expect(row(page, /^Moved docs\/discounts\.md → shop\/README\.md Approved by you/)).toBeVisible()
  await expect(row(page, /^Deleted shop\/draft\.txt Approved by you/)).toBeVisible()
  await expect(results.filter({ hasText: 'Deleted shop/draft.txt, 24 bytes.' })).toBeVisible()
  await expect(
    answer(page)
      .getByRole('button', { name: /^Restore/ })
      .last(),
  ).toBeVisible()
})

test('who wrote each line, a new branch and all branches stand in tables', async ({ page }) => {
  await stage.show('rows-history', page)
  const blame = answer(page).getByRole('group', { name: 'Table, 6 rows' })
  await expect(blame.getByRole('row', { name: /2 [0-9a-f]{8} Ada Lovelace .* return sum\(prices\)/ })).toBeVisible()
  await expect(row(page, /^Created a branch never-negative Approved by you/)).toBeVisible()
  await expect(answer(page).getByRole('row', { name: /^main [0-9a-f]{8} current/ })).toBeVisible()
  await expect(answer(page).getByRole('row', { name: /^never-negative/ })).toBeVisible()
})

test('what a program changed in its copy of a folder comes into the folder by a yes', async ({ page }) => {
  await stage.show('rows-apply-asks', page)
  await expect(request(page)).toContainText('max(0, sum(prices) - discount)')
  await expect(request(page)).toContainText(/Writes 2 files in \/\S+\/basket on this machine/)
  await expect(request(page)).not.toContainText('workspace')
  await request(page).getByRole('button', { name: 'Approve' }).click()
  await expect(answer(page).getByText('A discount stops at zero now.')).toBeVisible()
  await expect(row(page, /^Applied changes/)).toHaveAttribute('aria-expanded', 'true')
  await expect(answer(page).getByText('max(0, sum(prices) - discount)').last()).toBeVisible()
})

test('every tool that there is, is called by some browser test or scene', async ({ page }) => {
  await stage.show('rows-history', page)
  const client = createReynardClient({ baseUrl: new URL(page.url()).origin })
  const { tools } = await client.trpc.assistant.list.query()
  await client.close()
  const folders = [import.meta.dirname, join(import.meta.dirname, 'scenes')]
  const scripts = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(folder, file), 'utf8')),
  )
  const isCalled = (name: string) =>
    scripts.some(
      (script) =>
        script.includes(`'${name}', {`) || script.includes(`'${name}')`) || script.includes(`name: '${name}'`),
    )
  expect(tools.map(({ name }) => name).filter((name) => !isCalled(name))).toEqual([])
})

import { readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import type { FakeOllama } from '@reynard/fake-ollama'
import { answerOf, askAssistant } from './assistant-page.ts'
import { startDataModel } from './scenes/data-scenes.ts'
import { type RunningReynard, removeData, startReynard } from './start-reynard.ts'

let model: FakeOllama
let reynard: RunningReynard

test.beforeAll(async () => {
  model = await startDataModel()
  reynard = await startReynard({ OLLAMA_BASE_URL: model.url })
})
test.afterAll(async () => {
  await reynard.stop()
  await model.close()
  removeData(reynard)
})

test('a file is described, queried and drawn: table and chart stand in the answer, and keys step through its points', async ({
  page,
}) => {
  const errors: string[] = []
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
  await page.goto(reynard.url)
  await askAssistant(page, 'Reynard', 'Where do the refunds come from?')
  const answer = answerOf(page, 'Reynard')
  await expect(answer.getByText('The rise is one channel', { exact: false })).toBeVisible({ timeout: 30_000 })
  await expect(answer.getByRole('button', { name: /^Described orders-2026-q3\.csv/ })).toBeVisible()
  await expect(answer.getByRole('button', { name: /^Queried orders_2026_q3 refunds by channel/ })).toBeVisible()
  await expect(answer.getByRole('row', { name: /Marketplace.*19240.*904.*4\.7/ })).toBeVisible()

  const chart = answer.getByRole('img', { name: /^Line chart: Refund rate by week/ })
  await expect(chart).toHaveAccessibleName(
    'Line chart: Refund rate by week, percent of orders. Marketplace goes from 3% at 1 Jul to 7.9% at 23 Sept, the most of 4.',
  )
  await chart.focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await expect(answer.getByText('8 Jul', { exact: true })).toBeVisible()
  await page.keyboard.press('End')
  await expect(answer.getByText('Marketplace 7.9%', { exact: false })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(answer.getByText('Marketplace 7.9%', { exact: false })).toBeHidden()

  await answer.getByRole('button', { name: 'Show as table' }).click()
  await expect(answer.getByRole('row', { name: /^2026-07-01/ })).toBeVisible()
  const download = page.waitForEvent('download')
  await answer.getByRole('button', { name: 'Download CSV' }).last().click()
  const csv = await readFile(await (await download).path(), 'utf8')
  expect(csv.split('\r\n').slice(0, 2)).toEqual([
    'week,Marketplace,Partners,Web shop,Phone',
    expect.stringMatching(/^2026-07-01,3,/),
  ])
  await answer.getByRole('button', { name: 'Show as chart' }).click()
  await expect(chart).toBeVisible()

  await page.reload()
  await expect(chart).toBeVisible()
  expect(errors).toEqual([])
})

test('what a query may not and can not do is said in its row', async ({ page }) => {
  await page.goto(reynard.url)
  await askAssistant(page, 'Reynard', 'Ask for a column that is not there')
  const answer = answerOf(page, 'Reynard')
  await expect(answer.getByText('There is no profit in this file.')).toBeVisible({ timeout: 30_000 })
  await expect(answer.getByText(/Referenced column "profit" not found/)).toBeVisible()
  await expect(answer.getByText('Blocked: a query reads only the tables here', { exact: false })).toBeVisible()
})

test('a figure of Python is shown in its row, as the image that it is', async ({ page }) => {
  await page.goto(reynard.url)
  await askAssistant(page, 'Reynard', 'Draw the days until a refund')
  const answer = answerOf(page, 'Reynard')
  const figure = answer.getByRole('img', { name: 'Figure that Python drew' })
  await expect(figure).toBeVisible({ timeout: 30_000 })
  expect(await figure.evaluate((image: HTMLImageElement) => [image.src.slice(0, 5), image.naturalWidth > 300])).toEqual(
    ['blob:', true],
  )
  await expect(answer.getByRole('link', { name: /^Save output\/figure-/ })).toBeVisible()
})

import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { makeGguf } from '../../../packages/engine/src/embedded/testing/make-gguf.ts'
import { type StandInHub, startStandInHub } from '../../../packages/engine/src/embedded/testing/stand-in-hub.ts'
import { type RunningReynard, removeData, startReynard } from './start-reynard.ts'

/** Bytes that are listed as a model; nothing here asks it anything. The size of this one is published rounded, so any file will do. */
const content = Buffer.concat([
  makeGguf({ 'general.architecture': 'qwen35', 'general.basename': 'Qwen3.5', 'general.size_label': '4B' }),
  Buffer.alloc(6_000_000),
])
let hub: StandInHub
let reynard: RunningReynard

test.beforeEach(async () => {
  hub = await startStandInHub(content)
  reynard = await startReynard({ HF_ENDPOINT: hub.endpoint })
})
test.afterEach(async () => {
  await reynard.stop()
  await hub.close()
  removeData(reynard)
})

const row = (page: Page) => page.getByRole('radio', { name: /Qwen3\.5 4B/ })
const download = (page: Page) => page.getByRole('button', { name: /^Download Qwen3\.5 4B/ })
const card = (page: Page) => page.getByRole('region', { name: 'Downloading Qwen3.5 4B' })

test('a model of the catalogue is fetched while no page is open, and can be chosen then', async ({ context }) => {
  hub.faults = ['hold']
  const first = await context.newPage()
  await first.goto(reynard.url)
  await row(first).click()
  await download(first).click()
  await expect(card(first).getByRole('progressbar')).toBeVisible()
  await expect(card(first)).toContainText('3 of 6 MB')
  await expect(card(first)).toContainText('Goes on if you close this page.')
  await first.close()

  const second = await context.newPage()
  await second.goto(reynard.url)
  await expect(card(second)).toContainText('3 of 6 MB')
  await second.close()
  hub.release()

  const third = await context.newPage()
  await third.goto(`${reynard.url}/settings/models`)
  await expect(third.getByRole('listitem').filter({ hasText: 'Qwen3.5 4B' }).first()).toBeVisible()
  await expect(row(third)).toContainText('Here')
  await expect(row(third)).toBeDisabled()
  await third.goto(reynard.url)
  await expect(third.getByRole('heading', { name: 'What are you working on?' })).toBeVisible()
  await third.keyboard.press('Control+m')
  await third.getByRole('option', { name: /Qwen3\.5 4B/ }).click()
  await expect(third.getByRole('button', { name: /Choose a model: Qwen3\.5 4B/ })).toBeVisible()
})

test('a hub that is out of reach is said before anybody presses a button, and can be asked again', async ({ page }) => {
  hub.isDown = true
  await page.goto(reynard.url)
  await row(page).click()
  await expect(page.getByText(/The model hub at .* is out of order right now/)).toBeVisible()
  await expect(download(page)).toHaveCount(0)
  hub.isDown = false
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(download(page)).toBeVisible()
})

test('a file that cannot be used is named with a reason, and can be removed', async ({ page }) => {
  const folder = join(reynard.dataDir, 'models')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'noise.gguf'), 'no model')
  await page.goto(`${reynard.url}/settings/models`)
  const listed = page.getByRole('region', { name: 'Files that cannot be used' })
  await expect(listed).toContainText('noise.gguf Still being copied')
  utimesSync(join(folder, 'noise.gguf'), new Date(0), new Date(0))
  await expect(listed).toContainText('It is no GGUF file that llama.cpp reads')
  await listed.getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(listed).toHaveCount(0)
})

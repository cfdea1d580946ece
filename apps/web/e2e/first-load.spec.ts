import { gzipSync } from 'node:zlib'
import { expect, test } from '@playwright/test'
import { field } from './chat-page.ts'
import { type ScriptedModel, startScriptedModel } from './scripted-model.ts'
import { type RunningReynard, removeData, startReynard } from './start-reynard.ts'

let model: ScriptedModel
let reynard: RunningReynard

test.beforeAll(async () => {
  model = await startScriptedModel()
  reynard = await startReynard({ OLLAMA_BASE_URL: model.url })
})
test.afterAll(async () => {
  await reynard.stop()
  await model.close()
  removeData(reynard)
})

/** Bytes, gzipped: the goal of bench:ui. What one import too many costs is seen here, and not weeks later there. */
const MOST_SCRIPT_BYTES = 220_000

test('a new chat can be typed in after 220 kB of scripts', async ({ page }) => {
  const scripts: Promise<{ url: string; bytes: number }>[] = []
  page.on('response', (response) => {
    if (response.request().resourceType() !== 'script') return
    scripts.push(response.body().then((body) => ({ url: response.url(), bytes: gzipSync(body).length })))
  })
  await page.goto(reynard.url, { waitUntil: 'networkidle' })
  await expect(field(page)).toBeFocused()
  const loaded = (await Promise.all(scripts)).sort((one, other) => other.bytes - one.bytes)
  const total = loaded.reduce((sum, { bytes }) => sum + bytes, 0)
  expect(total).toBeGreaterThan(100_000)
  expect(total, loaded.map(({ url, bytes }) => `${bytes} ${url}`).join('\n')).toBeLessThanOrEqual(MOST_SCRIPT_BYTES)
})

import { expect, test } from '@playwright/test'
import { openBadProxy } from '@reynard/client/testing'
import { ask, expectGrowth, lastAnswer, recordAnswerTexts, recordedTexts, textOf, waitForEnd } from './chat-page.ts'
import { type ScriptedModel, startScriptedModel } from './scripted-model.ts'
import { type RunningReynard, startReynard } from './start-reynard.ts'

let model: ScriptedModel
let reynard: RunningReynard
let proxy: Awaited<ReturnType<typeof openBadProxy>>

test.beforeAll(async () => {
  model = await startScriptedModel()
  reynard = await startReynard({ OLLAMA_BASE_URL: model.url })
  proxy = await openBadProxy(reynard.url)
})
test.afterAll(async () => {
  await proxy.close()
  await reynard.stop()
  await model.close()
})

declare global {
  interface Window {
    saidOffline?: string
  }
}

for (const upgrades of ['pass', 'refuse'] as const) {
  const by = upgrades === 'pass' ? 'WebSocket' : 'events'
  test(`half a second away and dripping, by ${by}, a chat is answered and nobody calls it offline`, async ({
    page,
  }) => {
    test.setTimeout(120_000)
    proxy.upgrades = upgrades
    proxy.slow = { latencyMs: 500, bytesPerSecond: 300_000 }
    await recordAnswerTexts(page)
    await page.addInitScript(() => {
      new MutationObserver(() => {
        const said = /No connection|Server not reached/.exec(document.body?.textContent ?? '')
        if (said) window.saidOffline = said[0]
      }).observe(document, { subtree: true, childList: true, characterData: true })
    })
    await page.goto(proxy.url)
    await expect(page.getByRole('link', { name: /Ollama at/ })).toBeVisible({ timeout: 30_000 })
    const whole = Array.from({ length: 240 }, (_, n) => `word${n}`).join(' ')
    model.answerNext({ text: whole, tokensPerSecond: 40 })
    await ask(page, 'Are you far away?')
    await expect(textOf(lastAnswer(page))).toContainText('word1', { timeout: 30_000 })
    await waitForEnd(page)
    await expect(textOf(lastAnswer(page))).toHaveText(whole)
    const seen = await recordedTexts(page)
    expect(seen.length).toBeGreaterThan(3)
    expectGrowth(seen, whole)

    model.answerNext({ text: 'word '.repeat(2_000), tokensPerSecond: 40 })
    await ask(page, 'And when you are stopped?')
    await expect(textOf(lastAnswer(page))).toContainText('word word', { timeout: 30_000 })
    await page.keyboard.press('Escape')
    await expect(lastAnswer(page)).toContainText('You stopped this answer.', { timeout: 30_000 })
    expect(await page.evaluate(() => window.saidOffline)).toBeUndefined()
  })
}

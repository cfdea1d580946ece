import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page, test } from '@playwright/test'
import { fillerText } from '@reynard/fake-ollama'
import { ask, field, lastAnswer, questions, textOf, waitForEnd } from './chat-page.ts'
import { type ScriptedModel, startScriptedModel } from './scripted-model.ts'
import { type RunningReynard, startReynard } from './start-reynard.ts'

let model: ScriptedModel
let reynard: RunningReynard

test.beforeAll(async () => {
  model = await startScriptedModel()
  reynard = await startReynard({ OLLAMA_BASE_URL: model.url })
})
test.afterAll(async () => {
  await reynard.stop()
  await model.close()
})

test('a whole chat goes by the keyboard alone', async ({ page }) => {
  await page.goto(reynard.url)
  await expect(field(page)).toBeFocused()
  await page.keyboard.type('First line')
  await page.keyboard.press('Shift+Enter')
  await page.keyboard.type('second line')
  await page.keyboard.press('Enter')
  await waitForEnd(page)
  await expect(questions(page)).toContainText('First line\nsecond line', { useInnerText: true })
  await expect(field(page)).toBeFocused()

  await page.keyboard.press('Alt+ArrowUp')
  await expect(
    page
      .getByRole('article')
      .filter({ has: page.locator(':focus') })
      .or(page.locator('article:focus')),
  ).toHaveCount(1)
  await page.keyboard.press('Control+Shift+O')
  await expect(page.getByRole('heading', { name: 'What are you working on?' })).toBeVisible()
  await expect(field(page)).toBeFocused()
  await page.keyboard.type('Another chat')
  await page.keyboard.press('Enter')
  await waitForEnd(page)
  await page.keyboard.press('Control+k')
  await page.keyboard.type('second line')
  await expect(page.getByRole('option', { name: /second line/ }).first()).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(questions(page)).toContainText('second line')
})

test('a screen reader hears that an answer is written and that it ended, and no word of it in between', async ({
  page,
}) => {
  await page.addInitScript(() => {
    const heard: string[] = []
    Object.assign(window, { heard })
    new MutationObserver(() => {
      for (const region of document.querySelectorAll(
        '[role="status"], [aria-live="polite"], [aria-live="assertive"]',
      )) {
        const text = region.textContent?.trim()
        if (text && heard.at(-1) !== text) heard.push(text)
      }
    }).observe(document, { subtree: true, childList: true, characterData: true })
  })
  model.answerNext({ text: fillerText(90), tokensPerSecond: 50 })
  await page.goto(reynard.url)
  await ask(page, 'Speak.')
  await waitForEnd(page)
  await expect(page.getByText(/^Answer finished, \d+ tokens$/)).toBeAttached()
  const heard = await page.evaluate(() => ('heard' in window ? (window.heard as string[]) : []))
  expect(heard.filter((text) => text === 'llama3.2:1b is writing')).toHaveLength(1)
  expect(heard.at(-1)).toMatch(/^Answer finished, 9\d tokens$/)
  expect(heard.join(' ')).not.toContain('quick')
  await expect(page.getByRole('log', { name: 'Conversation' })).toHaveAttribute('aria-live', 'off')
})

test('nothing moves for whoever asked for less motion', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' })
  model.answerNext({ text: fillerText(300), tokensPerSecond: 40 })
  await page.goto(reynard.url)
  await ask(page, 'Hold still.')
  await expect(textOf(lastAnswer(page))).toContainText('quick brown')
  const moving = await page.evaluate(() =>
    document
      .getAnimations()
      .filter((animation) => {
        const { duration, iterations } = animation.effect?.getComputedTiming() ?? {}
        return animation.playState === 'running' && (Number(duration) > 1 || iterations === Number.POSITIVE_INFINITY)
      })
      .map((animation) => animation.effect instanceof KeyframeEffect && animation.effect.target?.className),
  )
  expect(moving).toEqual([])
  await page.keyboard.press('Escape')
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`an answer has no finding of axe while it is written, stopped and failed, in the ${colorScheme} theme`, async ({
    page,
  }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    model.answerNext({ text: fillerText(600), tokensPerSecond: 40 })
    await page.goto(reynard.url)
    await ask(page, 'Look at this.')
    await expect(textOf(lastAnswer(page))).toContainText('quick brown')
    await ask(page, 'And this')
    await expect(page.getByRole('region', { name: 'Next message' })).toBeVisible()
    expect(await findings(page)).toEqual([])
    await page.getByRole('region', { name: 'Next message' }).getByRole('button', { name: 'Remove' }).click()
    await page.keyboard.press('Escape')
    await expect(lastAnswer(page).getByText('You stopped this answer.')).toBeVisible()
    expect(await findings(page)).toEqual([])
    model.answerNext({ fault: { kind: 'status', status: 500 } })
    await ask(page, 'Fail.')
    await expect(lastAnswer(page).getByRole('button', { name: 'Retry' })).toBeVisible()
    expect(await findings(page)).toEqual([])
  })
}

async function findings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
}

test('on a phone nothing is wider than the screen', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 })
  model.answerNext({
    text: `A_very_long_word_${'without_a_break_'.repeat(30)}\n\n| one | two | three | four | five | six |\n|---|---|---|---|---|---|\n| a long cell | another long cell | and one more | and more | and more | and more |\n\n\`\`\`ts\nconst line = '${'x'.repeat(200)}'\n\`\`\`\n\n$$${'a+'.repeat(80)}b$$`,
  })
  const isTooWide = () =>
    page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)
  await page.goto(reynard.url)
  await expect(field(page)).toBeVisible()
  expect(await isTooWide()).toBe(false)
  await ask(page, `Wide ${'https://example.org/'.repeat(10)}`)
  await waitForEnd(page)
  expect(await isTooWide()).toBe(false)
  const log = page.getByRole('log')
  const sideways = await log.evaluate((element) => {
    const box = element.parentElement
    return box ? box.scrollWidth - box.clientWidth : 0
  })
  expect(sideways).toBe(0)
  for (const path of ['/settings', '/settings/models', '/welcome']) {
    await page.goto(reynard.url + path)
    await expect(page.getByRole('heading').first()).toBeVisible()
    expect(await isTooWide(), path).toBe(false)
  }
})

test('a reader who scrolled up stays there while text comes, and a button leads to it', async ({ page }) => {
  await page.setViewportSize({ width: 900, height: 500 })
  model.answerNext({ text: fillerText(600) }, { text: fillerText(500), tokensPerSecond: 60 })
  await page.goto(reynard.url)
  await ask(page, 'A long one')
  await waitForEnd(page)
  await ask(page, 'And another')
  await expect(textOf(lastAnswer(page))).toContainText('quick brown')
  const viewport = page.getByRole('log').locator('..')
  await viewport.hover()
  await page.mouse.wheel(0, -400)
  await expect(page.getByRole('button', { name: 'New text below' })).toBeVisible()
  const place = await viewport.evaluate((element) => element.scrollTop)
  const length = (await textOf(lastAnswer(page)).textContent())?.length ?? 0
  await expect
    .poll(async () => (await textOf(lastAnswer(page)).textContent())?.length ?? 0)
    .toBeGreaterThan(length + 200)
  expect(await viewport.evaluate((element) => element.scrollTop)).toBe(place)
  await page.getByRole('button', { name: 'New text below' }).click()
  await expect(page.getByRole('button', { name: 'New text below' })).toHaveCount(0)
  await page.keyboard.press('Escape')
})

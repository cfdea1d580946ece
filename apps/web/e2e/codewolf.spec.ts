import { expect, type Page, test } from '@playwright/test'
import type { FakeToolCall } from '@reynard/fake-ollama'
import { answerOf, askAssistant, request } from './assistant-page.ts'
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

const call = (name: string, values: Record<string, unknown>): { toolCalls: FakeToolCall[] } => ({
  toolCalls: [{ name, arguments: values }],
})
const answer = (page: Page) => answerOf(page, 'CodeWolf')

const wrong = `/** What all of it costs, in cents. */
export function total(prices) {
  return prices.reduce((sum, price) => sum - price, 0)
}
`
const tests = `import test from 'node:test'
import assert from 'node:assert/strict'
import { total } from './shop.mjs'

test('adds the prices', () => assert.equal(total([100, 250]), 350))
test('of nothing is nothing', () => assert.equal(total([]), 0))
`
const file = (name: string, text: string) => ({ name, mimeType: 'text/javascript', buffer: Buffer.from(text) })

async function attach(page: Page, ...files: ReturnType<typeof file>[]) {
  await expect(field(page)).toBeFocused()
  const choosing = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Attach files' }).press('Enter')
  await (await choosing).setFiles(files)
  const chips = page.getByRole('list', { name: 'Files of your message' }).getByRole('listitem')
  await expect(chips).toHaveCount(files.length)
}

test('a failing test is found, shown red, its cause is mended after a yes, and it is green', async ({ page }) => {
  model.answerNext(
    { text: 'I run the tests first.', ...call('run_tests', {}) },
    call('find_symbol', { name: 'total' }),
    call('edit_file', { path: 'shop.mjs', edits: [{ old_text: 'sum - price', new_text: 'sum + price' }] }),
    call('run_tests', {}),
    { text: 'It took the prices away instead of adding them.' },
  )
  await page.goto(reynard.url)
  await attach(page, file('shop.mjs', wrong), file('shop.test.mjs', tests))
  await askAssistant(page, 'CodeWolf', 'A test fails. Find out why and mend it.')

  const red = answer(page)
    .getByRole('button', { name: /^Ran tests/ })
    .first()
  await expect(red).toContainText('1 of 2 failed')
  await expect(red).toHaveAttribute('aria-expanded', 'true')
  const table = answer(page).getByRole('group', { name: 'Tests, node:test' })
  await expect(table.getByText('adds the prices', { exact: true })).toBeVisible()
  await expect(table.getByText('shop.test.mjs:5', { exact: true })).toBeVisible()
  await expect(table.getByText('1 other test passed')).toBeVisible()
  await expect(answer(page).getByText('as the project itself says')).toBeVisible()
  const said = table.getByRole('button', { name: /All of what adds the prices says/ })
  await said.click()
  await expect(table.getByRole('group', { name: 'All of what adds the prices says' })).toContainText('-350')
  await table.getByRole('button', { name: '1 other test passed' }).click()
  await expect(table.getByText('of nothing is nothing')).toBeVisible()
  await expect(answer(page).getByRole('cell', { name: 'defines function' })).toBeVisible()

  const card = request(page)
  await expect(card).toContainText('sum + price')
  await card.getByRole('button', { name: 'Approve' }).click()
  await expect(answer(page).getByText('It took the prices away instead of adding them.')).toBeVisible()
  const green = answer(page)
    .getByRole('button', { name: /^Ran tests/ })
    .last()
  await expect(green).toContainText('2 passed')
  await expect(answer(page).getByText('2 tests passed')).toBeVisible()

  await page.reload()
  await expect(answer(page).getByText('1 other test passed')).toBeVisible()
  await expect(answer(page).getByText('2 tests passed')).toBeVisible()
})

test('tests show what they print while they run, and Stop ends them with all that they started', async ({ page }) => {
  const endless =
    "import test from 'node:test'\nconsole.error('it has begun')\ntest('waits', () => new Promise(() => setInterval(() => {}, 1000)))\n"
  model.answerNext(call('write_file', { path: 'wait.test.mjs', content: endless }), call('run_tests', {}))
  await page.goto(reynard.url)
  await askAssistant(page, 'CodeWolf', 'Run the test that waits.')
  const row = answer(page).getByRole('button', { name: /^Running tests/ })
  await row.click()
  await expect(answer(page).getByRole('group', { name: 'Output' })).toContainText('it has begun')
  await answer(page).getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(answer(page).getByText('Running tests was stopped')).toBeVisible()
})

test('code is looked at by structure: each tool gives its rows, and the API its words', async ({ page }) => {
  model.answerNext(
    call('write_file', {
      path: 'shop.mjs',
      content: `import fs from 'node:fs'\n${wrong}if (total === NaN) { debugger }\n`,
    }),
    call('outline', { path: 'shop.mjs' }),
    call('search_code', { pattern: '$LIST.reduce($$$HOW)', language: 'javascript' }),
    call('lint_code', {}),
    call('measure_code', {}),
    call('extract_api', { path: 'shop.mjs' }),
    { text: 'There is a comparison that is never true.' },
  )
  await page.goto(reynard.url)
  await askAssistant(page, 'CodeWolf', 'Review this code.')
  await expect(answer(page).getByText('There is a comparison that is never true.')).toBeVisible()
  const table = (name: RegExp) => answer(page).getByRole('button', { name })
  for (const name of [/^Read the outline/, /^Searched code/, /^Checked the code/, /^Measured the code/])
    await expect(table(name)).toHaveAttribute('aria-expanded', 'true')
  await expect(answer(page).getByRole('cell', { name: 'use-isnan' })).toBeVisible()
  await expect(answer(page).getByRole('cell', { name: '$LIST = prices', exact: false })).toBeVisible()
  await table(/^Read the API/).click()
  await expect(answer(page).getByRole('group', { name: 'Result' })).toContainText('What all of it costs, in cents.')
})

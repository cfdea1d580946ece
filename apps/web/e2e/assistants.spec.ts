import { readFile } from 'node:fs/promises'
import { expect, type Page, test } from '@playwright/test'
import { answerOf, askAssistant, CLERK, makeAssistant } from './assistant-page.ts'
import { ask, field, lastAnswer, sidebar, textOf, waitForEnd } from './chat-page.ts'
import { type ScriptedModel, startScriptedModel } from './scripted-model.ts'
import { type RunningReynard, removeData, startReynard } from './start-reynard.ts'

let model: ScriptedModel
let reynard: RunningReynard

test.beforeAll(async () => {
  model = await startScriptedModel()
  reynard = await startReynard({ OLLAMA_BASE_URL: model.url })
  await makeAssistant(reynard.url, CLERK)
})
test.afterAll(async () => {
  await reynard.stop()
  await model.close()
  removeData(reynard)
})

const runs = (code: string) => ({ toolCalls: [{ name: 'run_javascript', arguments: { code } }] })

test('an assistant is chosen by @, heads its answer, and what its tool did stands at its place', async ({ page }) => {
  model.answerNext({ text: 'Let me count.', ...runs('console.log("counted")\n6 * 7') }, { text: 'It is **42**.' })
  await page.goto(reynard.url)
  await askAssistant(page, 'Clerk', 'What is six times seven?')
  const answer = answerOf(page, 'Clerk')
  await expect(answer.getByText('It is 42.')).toBeVisible()
  const row = answer.getByRole('button', { name: /^Ran JavaScript/ })
  await expect(row).toHaveAttribute('aria-expanded', 'false')
  const order = (await answer.textContent()) ?? ''
  expect(order.indexOf('Let me count.')).toBeLessThan(order.indexOf('Ran JavaScript'))
  expect(order.indexOf('Ran JavaScript')).toBeLessThan(order.indexOf('It is 42.'))

  const { y } = (await row.boundingBox()) ?? { y: Number.NaN }
  await row.click()
  await expect(answer.getByRole('group', { name: 'Output' })).toContainText('counted')
  await expect(answer.getByText('exit 0')).toBeVisible()
  await expect(answer.getByText('Ran in an interpreter of its own', { exact: false })).toBeVisible()
  expect((await row.boundingBox())?.y).toBeCloseTo(y, 0)

  await page.reload()
  await expect(answer.getByRole('button', { name: /^Ran JavaScript/ })).toBeVisible()
  await expect(answer.getByText('It is 42.')).toBeVisible()
})

test('a tool that takes long counts its seconds, and Stop ends it with its answer', async ({ page }) => {
  model.answerNext(runs('for (;;) {}'))
  await page.goto(reynard.url)
  await askAssistant(page, 'Clerk', 'Count to the end.')
  const answer = answerOf(page, 'Clerk')
  await expect(answer.getByRole('button', { name: /^Running JavaScript.* \d s$/ })).toBeVisible()
  await answer.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(answer.getByText('You stopped this answer.')).toBeVisible()
  await expect(answer.getByText('Running JavaScript was stopped')).toBeVisible()
})

test('an @ that is meant for the message is written, and without an assistant the model answers alone', async ({
  page,
}) => {
  await page.goto(reynard.url)
  await expect(page.getByRole('button', { name: /^Choose an assistant/ })).toBeVisible()
  await field(page).click()
  await page.keyboard.type('@')
  await expect(page.getByRole('combobox')).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(field(page)).toBeFocused()
  await page.keyboard.type('@')
  await expect(page.getByRole('combobox')).toBeFocused()
  await page.keyboard.type('@')
  await expect(field(page)).toBeFocused()
  await page.keyboard.type('home')
  await expect(field(page)).toHaveValue('@home')
  await page.keyboard.press('Enter')
  await waitForEnd(page)
  await expect(textOf(lastAnswer(page))).toHaveText('A short answer.')
})

test('the sidebar and the new chat begin one with an assistant, and its settings name and change it', async ({
  page,
}) => {
  await page.goto(reynard.url)
  await sidebar(page).getByRole('button', { name: 'Clerk' }).click()
  await expect(page.getByRole('main').getByRole('button', { name: /^Clerk/ })).toHaveAttribute('aria-pressed', 'true')
  await expect(field(page)).toHaveAttribute('placeholder', /^Write to Clerk/)
  await ask(page, 'Who are you?')
  await expect(answerOf(page, 'Clerk').getByText('A short answer.')).toBeVisible()
  await page.getByRole('button', { name: 'Settings of this chat' }).click()
  const who = page.getByRole('dialog').getByRole('combobox', { name: 'Assistant' })
  await expect(who.locator('option:checked')).toHaveText('Clerk')
  await who.selectOption('Only the model')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: 'Choose an assistant: Assistant' })).toBeVisible()
  await expect(field(page)).toHaveAttribute('placeholder', 'Write to llama3.2:1b, or type @ for an assistant')
})

async function openAssistants(page: Page) {
  await page.goto(`${reynard.url}/settings`)
  await page.getByRole('link', { name: 'Open assistants' }).click()
  await expect(page.getByRole('heading', { name: 'Assistants', level: 1 })).toBeVisible()
}

test('a person makes an assistant, changes it, copies it, takes it out and in again, and deletes it with a way back', async ({
  page,
}) => {
  await openAssistants(page)
  await page.getByRole('link', { name: 'New assistant' }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Give it a name.')).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Name' })).toBeFocused()
  await page.getByRole('textbox', { name: 'Name' }).fill('Gardener')
  await page.getByRole('textbox', { name: 'What it is for' }).fill('Knows when to sow')
  await page.getByRole('textbox', { name: 'Instructions' }).fill('You know plants.')
  await page.getByRole('textbox', { name: 'Temperature' }).fill('9')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('textbox', { name: 'Temperature' })).toBeFocused()
  await page.getByRole('textbox', { name: 'Temperature' }).fill('0.3')
  const files = page.getByLabel('Rule for all tools of Files')
  await files.getByText('When needed').click()
  await expect(page.getByLabel('Rule for read_file').getByRole('radio', { name: 'When needed' })).toBeChecked()
  await files.getByText('Off').click()
  await page.getByLabel('Rule for write_file').getByText('Ask always').click()
  // Where they differ none is chosen.
  await expect(files.getByRole('radio', { checked: true })).toHaveCount(0)
  await page.getByRole('button', { name: 'Save' }).click()
  const main = page.getByRole('main')
  const row = main.getByRole('listitem').filter({ hasText: 'Knows when to sow' })
  await expect(row).toContainText('1 tool')

  await row.getByRole('link', { name: 'Edit Gardener' }).click()
  await expect(page.getByRole('textbox', { name: 'Temperature' })).toHaveValue('0.3')
  await page.getByRole('textbox', { name: 'What it is for' }).fill('Knows when to reap')
  await page.getByRole('button', { name: 'Save' }).click()
  const changed = main.getByRole('listitem').filter({ hasText: 'Knows when to reap' })
  await changed.getByRole('button', { name: 'More for Gardener' }).click()
  await page.getByRole('menuitem', { name: 'Duplicate' }).click()
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Gardener, copy')
  await page.getByRole('link', { name: 'Cancel' }).click()
  await expect(changed).toHaveCount(2)

  await page.getByRole('button', { name: 'More for Gardener', exact: true }).click()
  const download = page.waitForEvent('download')
  await page.getByRole('menuitem', { name: 'Export as JSON' }).click()
  const file = await (await download).path()
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ name: 'Gardener', tools: { write_file: 'ask' } })
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Import' }).click()
  await (await chooser).setFiles(file)
  await expect(page.getByText('Gardener is here already, just as in the file')).toBeVisible()
  await expect(changed).toHaveCount(2)
  const other = { ...JSON.parse(await readFile(file, 'utf8')), instructions: 'You know trees.' }
  const secondChooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Import' }).click()
  const buffer = Buffer.from(JSON.stringify(other))
  await (await secondChooser).setFiles({ name: 'other.json', mimeType: 'application/json', buffer })
  await expect(changed.getByRole('link', { name: 'Edit Gardener (2)' })).toBeVisible()

  const wrongChooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Import' }).click()
  const wrong = Buffer.from(JSON.stringify({ ...other, parameters: { temperature: 9 } }))
  await (await wrongChooser).setFiles({ name: 'wrong.json', mimeType: 'application/json', buffer: wrong })
  await expect(page.getByText('Temperature: It must be 2 at most.')).toBeVisible()
  await expect(changed).toHaveCount(3)

  const importText = async (definition: unknown) => {
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Import' }).click()
    const buffer = Buffer.from(JSON.stringify(definition))
    await (await chooser).setFiles({ name: 'other.json', mimeType: 'application/json', buffer })
  }
  await importText({ ...other, name: 'reynard', description: '', model: 'nobody:7b', tools: { of_elsewhere: 'ask' } })
  await expect(page.getByText('Imported as “reynard, copy”: Reynard came with the server')).toContainText(
    'Left out, not on this server: of_elsewhere. Its model nobody:7b is not here',
  )
  await importText({ ...other, name: '\u200d' })
  await expect(page.getByText('Give it a name that can be seen')).toBeVisible()

  await page.getByRole('button', { name: 'More for Gardener, copy' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await expect(changed).toHaveCount(2)
  await expect(page.getByRole('button', { name: 'More for Gardener (2)' })).toBeFocused()
  await page.getByRole('button', { name: /^Undo/ }).click()
  await expect(changed).toHaveCount(3)
})

test('an assistant has a picture instead of its letter, wherever it is named', async ({ page }) => {
  await page.goto(`${reynard.url}/settings/assistants/new`)
  await page.getByRole('textbox', { name: 'Name' }).fill('Painter')
  const choose = async (name: string, mimeType: string, buffer: Buffer) => {
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: /(Choose a|Change the) picture/ }).click()
    await (await chooser).setFiles({ name, mimeType, buffer })
  }
  await choose('page.png', 'image/png', Buffer.from('<script>'))
  await expect(page.getByText('This file is no picture', { exact: false })).toBeVisible()
  await choose('photo.png', 'image/png', await page.screenshot())
  const mark = page.locator('form img')
  await expect(mark).toHaveAttribute('src', /^data:image\/(webp|png);base64,/)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('link', { name: /Painter/ })).toBeVisible()
  await expect(page.getByRole('listitem').filter({ hasText: 'Painter' }).locator('img')).toBeVisible()

  model.answerNext({ text: 'In colours.' })
  await page.goto(reynard.url)
  await askAssistant(page, 'Painter', 'How do you see it?')
  await expect(page.getByRole('button', { name: 'Choose an assistant: Painter' }).locator('img')).toBeVisible()
  await expect(answerOf(page, 'Painter').locator('img').first()).toBeVisible()
  await expect
    .poll(() =>
      answerOf(page, 'Painter')
        .locator('img')
        .first()
        .evaluate((image: HTMLImageElement) => image.naturalWidth),
    )
    .toBe(128)
})

test('a deleted assistant stays deleted when the page is left at once', async ({ page }) => {
  await makeAssistant(reynard.url, { ...CLERK, name: 'Leaver' })
  await openAssistants(page)
  await page.getByRole('button', { name: 'More for Leaver' }).click()
  const sent = page.waitForResponse((response) => response.url().includes('assistant.remove'))
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await sent.catch(() => {})
  await page.goto(`${reynard.url}/settings/assistants`)
  await expect(page.getByRole('link', { name: 'Look at Reynard' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Edit Leaver' })).toHaveCount(0)
})

test('what is typed right after the first @ looks for the assistant, and what is meant for the message comes back', async ({
  page,
}) => {
  // The list's code is late.
  const late = Promise.withResolvers<void>()
  let isLate = false
  await page.route('**/_next/static/chunks/**', async (route) => {
    if (isLate) await late.promise
    await route.continue()
  })
  await page.goto(reynard.url)
  await expect(page.getByRole('button', { name: /^Choose an assistant/ })).toBeVisible()
  await page.waitForLoadState('networkidle')
  isLate = true
  await field(page).click()
  await page.keyboard.type('@Cle')
  late.resolve()
  await expect(page.getByRole('combobox')).toHaveValue('Cle')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Choose an assistant: Clerk' })).toBeVisible()
  await expect(field(page)).toBeFocused()

  await page.keyboard.type('Meet me @')
  await expect(page.getByRole('combobox')).toBeFocused()
  await page.keyboard.type('noon ')
  await expect(field(page)).toBeFocused()
  await expect(field(page)).toHaveValue('Meet me @noon ')
  await page.keyboard.type('or a@b.example ')
  await expect(field(page)).toHaveValue('Meet me @noon or a@b.example ')
  await page.keyboard.type('@Code')
  await page.getByRole('option', { name: /^CodeWolf/ }).waitFor()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Choose an assistant: CodeWolf' })).toBeVisible()
  await expect(field(page)).toHaveValue('Meet me @noon or a@b.example ')
})

test('what came with Reynard can be read and copied, and an address that leads nowhere says so', async ({ page }) => {
  await openAssistants(page)
  await page.getByRole('link', { name: 'Look at CodeWolf' }).click()
  const main = page.getByRole('main')
  await expect(main.getByText('You are CodeWolf', { exact: false })).toBeVisible()
  await expect(main.getByText(/^Version \d+ of its instructions$/)).toBeVisible()
  await expect(main.getByRole('listitem').filter({ hasText: 'write_file' })).toBeVisible()
  await expect(main.getByRole('textbox')).toHaveCount(0)
  await main.getByRole('button', { name: 'Duplicate CodeWolf' }).click()
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('CodeWolf, copy')
  await page.goto(`${reynard.url}/settings/assistants/nobody`)
  await expect(page.getByText('The assistant was deleted, or the address has a mistake.')).toBeVisible()
})

test('what is written in the form stays while another page is looked at, and Discard can be undone', async ({
  page,
}) => {
  await openAssistants(page)
  await page.getByRole('link', { name: 'Edit Clerk' }).click()
  const what = page.getByRole('textbox', { name: 'What it is for' })
  await what.fill('Half written')
  await page.goBack()
  await page.getByRole('link', { name: 'Edit Clerk' }).click()
  await expect(what).toHaveValue('Half written')
  await page.getByRole('link', { name: 'Discard' }).click()
  await expect(page.getByRole('listitem').filter({ hasText: CLERK.description })).toBeVisible()
  await page.getByRole('button', { name: /^Undo/ }).click()
  await expect(what).toHaveValue('Half written')
})

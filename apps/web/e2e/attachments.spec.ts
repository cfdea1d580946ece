import { readFileSync } from 'node:fs'
import { expect, type Page, test } from '@playwright/test'
import { makePdf } from '@reynard/agent/testing/documents'
import { answerOf, askAssistant } from './assistant-page.ts'
import { field, lastAnswer, questions } from './chat-page.ts'
import { type ScriptedModel, startScriptedModel } from './scripted-model.ts'
import { type RunningReynard, removeData, startReynard } from './start-reynard.ts'

let model: ScriptedModel
let reynard: RunningReynard

test.beforeAll(async () => {
  model = await startScriptedModel(0, [
    { name: 'llama3.2:1b', capabilities: ['completion', 'tools'] },
    { name: 'llava:7b', capabilities: ['completion', 'vision'] },
  ])
  reynard = await startReynard({ OLLAMA_BASE_URL: model.url, OLLAMA_DEFAULT_MODEL: 'llama3.2:1b' })
})
test.afterAll(async () => {
  await reynard.stop()
  await model.close()
  removeData(reynard)
})

/** One pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
/** An empty zip. */
const ZIP = Buffer.from('PK\x05\x06'.padEnd(22, '\0'), 'latin1')
const notes = { name: 'notes.md', mimeType: 'text/markdown', buffer: Buffer.from('# Fox\n') }
const photo = { name: 'fox.png', mimeType: 'image/png', buffer: PNG }

const chips = (page: Page) => page.getByRole('list', { name: 'Files of your message' }).getByRole('listitem')
const filesOf = (page: Page) => questions(page).last().getByRole('list', { name: 'Files of this question' })
const sendButton = (page: Page) => page.getByRole('button', { name: 'Send', exact: true })

async function attach(page: Page, ...files: { name: string; mimeType: string; buffer: Buffer }[]) {
  // It takes the focus once the page is awake.
  await expect(field(page)).toBeFocused()
  const choosing = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Attach files' }).press('Enter')
  await (await choosing).setFiles(files)
  for (const { name } of files) await expect(chips(page).filter({ hasText: name })).toBeVisible()
}

/** As the browser tells of files that are dragged from outside. */
async function drag(page: Page, type: 'dragenter' | 'drop' | 'paste', name: string, base64: string) {
  await page.evaluate(
    ({ type, name, base64 }) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
      const transfer = new DataTransfer()
      transfer.items.add(new File([bytes], name))
      const target = document.activeElement ?? document.body
      const init = { bubbles: true, cancelable: true }
      target.dispatchEvent(
        type === 'paste'
          ? new ClipboardEvent(type, { ...init, clipboardData: transfer })
          : new DragEvent(type, { ...init, dataTransfer: transfer }),
      )
    },
    { type, name, base64 },
  )
}

test('files go with a first question, stand in it and can be saved again', async ({ page }) => {
  await page.goto(reynard.url)
  await attach(page, notes, photo)
  await expect(page.getByText('llama3.2:1b does not see images. It is told their names only.')).toBeVisible()
  await field(page).fill('What is this?')
  await sendButton(page).click()
  await expect(page).toHaveURL(/\/chat\//)
  await expect(filesOf(page).getByRole('listitem')).toHaveText([/notes\.md.*6 bytes/, /fox\.png/])
  await expect(filesOf(page).getByRole('img', { name: 'fox.png' })).toBeVisible()
  await expect(chips(page)).toHaveCount(0)
  await expect(lastAnswer(page).getByText('A short answer.')).toBeVisible()
  const saving = page.waitForEvent('download')
  await filesOf(page).getByRole('link', { name: 'Save notes.md' }).click()
  expect(readFileSync(await (await saving).path(), 'utf8')).toBe('# Fox\n')

  // A further question, and the one before it asked anew with one of its files.
  await questions(page).last().getByRole('button', { name: 'Edit' }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Remove fox.png' }).click()
  await page.getByRole('textbox', { name: 'Your question' }).fill('And now?')
  await page.keyboard.press('Enter')
  await expect(questions(page).last()).toContainText('And now?')
  await expect(filesOf(page).getByRole('listitem')).toHaveText([/notes\.md/])
})

test('files dropped anywhere are attached; they outlive a reload and can be removed', async ({ page }) => {
  await page.goto(reynard.url)
  await expect(field(page)).toBeFocused()
  await drag(page, 'dragenter', 'fox.png', PNG.toString('base64'))
  await expect(page.getByText('Drop to attach')).toBeVisible()
  await drag(page, 'drop', 'fox.png', PNG.toString('base64'))
  await expect(page.getByText('Drop to attach')).toHaveCount(0)
  await expect(chips(page).filter({ hasText: 'fox.png' })).toContainText('70 bytes')
  await field(page).fill('Kept with its file')
  await page.reload()
  await expect(field(page)).toHaveValue('Kept with its file')
  await expect(chips(page)).toHaveText([/fox\.png/])
  await page.getByRole('button', { name: 'Remove fox.png' }).click()
  await expect(chips(page)).toHaveCount(0)
  await expect(field(page)).toBeFocused()
  await field(page).fill('')
})

test('a pasted picture is attached', async ({ page }) => {
  await page.goto(reynard.url)
  await expect(field(page)).toBeFocused()
  await drag(page, 'paste', 'image.png', PNG.toString('base64'))
  await expect(chips(page)).toHaveText([/image\.png/])
  await page.getByRole('button', { name: 'Remove image.png' }).click()
})

test('files alone can be sent, and what they take of the window is said before', async ({ page }) => {
  await page.goto(reynard.url)
  await attach(page, { ...notes, buffer: Buffer.alloc(4_000, 'fox ') })
  await expect(page.getByRole('button', { name: /^Context window: about 1\.0k of / })).toBeVisible()
  await sendButton(page).click()
  await expect(questions(page).last()).toContainText('What is in the attached files?')
  await expect(filesOf(page).getByRole('listitem')).toHaveText([/notes\.md/])
})

test('a file that did not arrive says so, holds the question back and goes again', async ({ page }) => {
  await page.goto(reynard.url)
  await page.route('**/api/uploads?*', (route) => route.abort(), { times: 1 })
  await attach(page, notes)
  await expect(chips(page)).toContainText('The server was not reached.')
  await field(page).fill('Is it there?')
  await expect(sendButton(page)).toHaveAttribute('aria-disabled', 'true')
  await page.getByRole('button', { name: 'Upload notes.md again' }).click()
  await expect(chips(page)).toContainText('6 bytes')
  await sendButton(page).click()
  await expect(filesOf(page).getByRole('listitem')).toHaveText([/notes\.md/])
})

test('a picture reaches a model that sees, and an archive can be unpacked', async ({ page }) => {
  await page.goto(reynard.url)
  await page
    .getByRole('combobox', { name: /model/i })
    .or(page.getByRole('button', { name: /llama3\.2:1b/ }))
    .first()
    .click()
  await page.getByRole('option', { name: /llava:7b/ }).click()
  await field(page).focus()
  await attach(page, photo, { name: 'shop.zip', mimeType: 'application/zip', buffer: ZIP })
  await expect(page.getByText('does not see images')).toHaveCount(0)
  await field(page).fill('What do you see?')
  await sendButton(page).click()
  await expect(lastAnswer(page).getByText('A short answer.')).toBeVisible()
  const asked = model.requests.map(({ body }) => JSON.stringify(body) ?? '')
  expect(asked.some((body) => body.includes(PNG.toString('base64')))).toBe(true)
  await filesOf(page).getByRole('button', { name: 'Unpack shop.zip' }).click()
  await expect(page.getByText('Unpacked 0 files into shop.')).toBeVisible()
})

test('an assistant reads an attached document by its pages', async ({ page }) => {
  model.answerNext(
    { toolCalls: [{ name: 'read_document', arguments: { path: 'report.pdf', from: 2 } }] },
    { text: 'It made 12.4 million.' },
  )
  await page.goto(reynard.url)
  await attach(page, {
    name: 'report.pdf',
    mimeType: '',
    buffer: makePdf(['One', 'The harbour made 12.4 million']),
  })
  await askAssistant(page, 'Reynard', 'What did it make?')
  const row = answerOf(page, 'Reynard').getByRole('button', { name: /Read report\.pdf/ })
  await expect(row).toBeVisible()
  await expect(answerOf(page, 'Reynard').getByText('It made 12.4 million.')).toBeVisible()
  await row.click()
  await expect(answerOf(page, 'Reynard').getByText('The harbour made 12.4 million')).toBeVisible()
})

test('a long paste becomes a file, with an undo; what is too long is said while it stands there', async ({ page }) => {
  await page.goto(reynard.url)
  await expect(field(page)).toBeFocused()
  const paste = (text: string) =>
    field(page).evaluate((target, pasted) => {
      const clipboardData = new DataTransfer()
      clipboardData.setData('text/plain', pasted)
      target.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData }))
    }, text)
  const book = 'A line of a book.\n'.repeat(1_000)
  await paste(book)
  await expect(chips(page).filter({ hasText: 'Pasted text.txt' })).toBeVisible()
  await expect(field(page)).toHaveValue('')
  await page.getByRole('button', { name: /^Undo/ }).click()
  await expect(field(page)).toHaveValue(book)
  await expect(chips(page)).toHaveCount(0)

  await field(page).fill('x'.repeat(200_001))
  await expect(page.getByText('200,001 characters: a message holds 200,000 at most.')).toBeVisible()
  await page.getByRole('button', { name: 'Attach it as a file' }).click()
  await expect(field(page)).toHaveValue('')
  await expect(chips(page).filter({ hasText: 'Pasted text.txt' })).toBeVisible()

  await field(page).fill('One line of many.\n'.repeat(60))
  await sendButton(page).click()
  const more = page.getByRole('button', { name: 'Show more' })
  await more.click()
  await expect(page.getByRole('button', { name: 'Show less' })).toHaveAttribute('aria-expanded', 'true')
})

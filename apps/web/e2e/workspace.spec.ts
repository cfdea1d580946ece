import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { makePdf } from '@reynard/agent/testing/documents'
import { answerOf, askAssistant, CLERK, makeAssistant, request, writes } from './assistant-page.ts'
import { type ScriptedModel, startScriptedModel } from './scripted-model.ts'
import { type RunningReynard, removeData, startReynard } from './start-reynard.ts'

let model: ScriptedModel
let reynard: RunningReynard

test.beforeAll(async () => {
  model = await startScriptedModel()
  reynard = await startReynard({ OLLAMA_BASE_URL: model.url })
  const tools = { write_file: 'default', run_python: 'default' } as const
  await makeAssistant(reynard.url, { ...CLERK, tools })
})
test.afterAll(async () => {
  await reynard.stop()
  await model.close()
  removeData(reynard)
})

const python = (code: string) => ({ toolCalls: [{ name: 'run_python', arguments: { code } }] })
const answer = (page: Page) => answerOf(page, 'Clerk')
const panel = (page: Page) => page.getByRole('region', { name: 'Workspace', exact: true })
const line = (page: Page, name: string) => page.getByRole('treeitem', { name: new RegExp(`^${name}`) })
const files = (page: Page) =>
  join(reynard.dataDir, 'workspaces', new URL(page.url()).pathname.split('/').at(-1) ?? '', 'files')
const read = (page: Page, name: string) => readFileSync(join(files(page), name), 'utf8')

/** A chat in which the clerk wrote a file, and code changed it and another one. */
async function act(page: Page) {
  model.answerNext(
    writes('list.txt', 'one\ntwo\n'),
    python("open('list.txt', 'a').write('three\\n')\nopen('orders.csv', 'w').write('day,sum\\n2,10\\n1,30\\n')"),
    { text: 'That is done.' },
  )
  await page.goto(reynard.url)
  await askAssistant(page, 'Clerk', 'Write the list')
  await expect(answer(page).getByText('That is done.')).toBeVisible({ timeout: 30_000 })
}

test('what code changed unasked stands below its row, can be taken back, and that too', async ({ page }) => {
  await act(page)
  const changed = answer(page).getByText('Changed 2 files')
  await expect(changed).toContainText('list.txt, orders.csv')
  await answer(page).getByRole('button', { name: 'What changed' }).click()
  await expect(answer(page).getByRole('group', { name: /^Change to list\.txt, 1 line added/ })).toContainText('three')
  await answer(page).getByRole('button', { name: 'Restore to before this' }).last().click()
  await expect(page.getByText('The files are as they were.')).toBeVisible()
  expect(read(page, 'list.txt')).toBe('one\ntwo\n')
  await page.getByRole('button', { name: /^Undo(?! the restore)/ }).click()
  await expect.poll(() => read(page, 'list.txt')).toBe('one\ntwo\nthree\n')
  await answer(page).getByRole('button', { name: 'Restore to before this' }).last().click()
  // The row says it for as long as it is so, whoever opens the chat.
  await expect(answer(page).getByText(/^Restored to before this: \d\d:\d\d$/)).toBeVisible()
  await page.reload()
  await expect(answer(page).getByText(/^Restored to before this: \d\d:\d\d$/)).toBeVisible()
  await answer(page).getByRole('button', { name: 'Undo the restore' }).click()
  // For a moment it is away.
  await expect(() => expect(read(page, 'list.txt')).toBe('one\ntwo\nthree\n')).toPass()
  await expect(answer(page).getByRole('button', { name: 'Undo the restore' })).toHaveCount(0)
})

test('an approval says that it can be restored, and while it waits nothing is', async ({ page }) => {
  await act(page)
  writeFileSync(join(files(page), 'mine.txt'), 'by hand\n')
  model.answerNext(writes('mine.txt', 'by the model\n'), { text: 'Changed.' })
  await page.getByRole('textbox', { name: 'Message', exact: true }).fill('Change mine')
  await page.keyboard.press('Enter')
  await expect(request(page)).toContainText('Can be restored')
  await page.getByRole('button', { name: 'Restore to before this' }).first().click()
  await expect(page.getByText(/^An answer is being written in this chat/)).toBeVisible()
  await request(page).getByRole('button', { name: 'Approve' }).click()
  await expect(answer(page).getByText('Changed.')).toBeVisible()
  await answer(page).getByRole('button', { name: 'Restore to before this' }).click()
  await expect.poll(() => read(page, 'mine.txt')).toBe('by hand\n')
})

test('the panel shows, walks and changes files by key, live, and gives the focus back', async ({ page }) => {
  await page.setViewportSize({ width: 1400, height: 900 })
  await act(page)
  await page.keyboard.press('Control+.')
  await expect(panel(page)).toContainText('2 items')
  const tree = page.getByRole('tree', { name: 'Files of this chat' })
  await tree.focus()
  await page.keyboard.press('End')
  await page.keyboard.press('Enter')
  const table = panel(page).getByRole('group', { name: 'Table, 2 rows' })
  await expect(table).toBeVisible()
  await table.getByRole('button', { name: 'day' }).click()
  await table.getByRole('button', { name: 'day' }).click()
  await expect(table.getByRole('row').nth(1)).toContainText('1')
  await page.getByRole('button', { name: 'Rename or move' }).click()
  await page.keyboard.type('data/sums.csv')
  await page.keyboard.press('Enter')
  await expect(line(page, 'data')).toBeVisible()
  await expect(panel(page).getByRole('heading', { name: 'data/sums.csv' })).toBeVisible()

  await tree.focus()
  await page.keyboard.press('End')
  await page.keyboard.press('Delete')
  await expect(page.getByText('Deleted list.txt')).toBeVisible()
  await expect(line(page, 'list.txt')).toHaveCount(0)
  await page.keyboard.press('Control+z')
  await expect(line(page, 'list.txt')).toBeVisible()

  model.answerNext(writes('later.md', '# Later\n\n<img src=x onerror=alert(1)>\n'), { text: 'Written.' })
  await page.getByRole('textbox', { name: 'Message', exact: true }).fill('One more')
  await page.keyboard.press('Enter')
  await line(page, 'later.md').click()
  await expect(panel(page).getByRole('heading', { name: 'Later', exact: true })).toBeVisible()
  await expect(panel(page).locator('img')).toHaveCount(0)

  const saving = page.waitForEvent('download')
  await panel(page).getByRole('link', { name: 'Save all files as a zip' }).click()
  expect((await saving).suggestedFilename()).toMatch(/\.zip$/)
  await tree.focus()
  await page.keyboard.press('Control+.')
  await expect(panel(page)).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Workspace', exact: true })).toBeFocused()
})

test('a checkpoint says what it undoes, and brings it back', async ({ page }) => {
  await act(page)
  await page.getByRole('button', { name: 'Workspace', exact: true }).click()
  await page.getByRole('tab', { name: 'Checkpoints' }).click()
  await panel(page)
    .getByRole('button', { name: /^After: Wrote list\.txt/ })
    .click()
  await expect(panel(page).getByText('Restoring undoes:')).toBeVisible()
  await expect(panel(page).getByRole('listitem').filter({ hasText: 'orders.csv' }).last()).toContainText('new')
  await panel(page).getByRole('button', { name: 'Restore', exact: true }).click()
  await expect.poll(() => read(page, 'list.txt')).toBe('one\ntwo\n')
  await expect(panel(page).getByRole('button', { name: /^After: Wrote list\.txt/ })).toContainText('Now')
})

test('files are added by the button and by drop, and a document is shown by its pages', async ({ page }) => {
  await act(page)
  await page.keyboard.press('Control+.')
  const choosing = page.waitForEvent('filechooser')
  await panel(page).getByRole('button', { name: 'Add files' }).click()
  const buffer = makePdf(['One line', 'Another line'])
  await (await choosing).setFiles({ name: 'tender.pdf', mimeType: 'application/pdf', buffer })
  await expect(page.getByText('Added tender.pdf')).toBeVisible()
  await line(page, 'tender.pdf').click()
  const content = panel(page).getByRole('region', { name: 'Content of tender.pdf' })
  const drawn = () =>
    content.getByRole('img').evaluate((canvas) => {
      if (!(canvas instanceof HTMLCanvasElement)) return 0
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
      return data.filter((value, at) => at % 4 === 0 && value < 128).length
    })
  await expect(content.getByRole('img', { name: /^Page 1 of tender\.pdf/ })).toBeVisible()
  expect(await drawn()).toBeGreaterThan(100)
  await panel(page).getByRole('button', { name: 'Next page' }).click()
  await expect(content.getByRole('img', { name: /^Page 2 of tender\.pdf/ })).toBeVisible()
  await expect(panel(page).getByText('Page 2 of 2', { exact: true })).toBeVisible()
  await panel(page).getByRole('radio', { name: 'Text' }).click()
  await expect(content).toContainText('Page 2Another line')

  const transfer = await page.evaluateHandle(() => {
    const files = new DataTransfer()
    files.items.add(new File(['dropped'], 'dropped.txt'))
    return files
  })
  const target = panel(page).getByRole('tree')
  await target.dispatchEvent('dragenter', { dataTransfer: transfer })
  await expect(panel(page).getByText('Drop files to add them here')).toBeVisible()
  await target.dispatchEvent('drop', { dataTransfer: transfer })
  await expect(line(page, 'dropped.txt')).toBeVisible()
  expect(read(page, 'dropped.txt')).toBe('dropped')
  // It went into the panel, not to the question that is being written.
  await expect(page.getByRole('button', { name: /^Remove dropped/ })).toHaveCount(0)
})

test('where there is no room it covers the chat, takes the focus and gives it back at Escape', async ({ page }) => {
  await page.setViewportSize({ width: 1100, height: 800 })
  await act(page)
  await page.getByRole('button', { name: 'Workspace', exact: true }).click()
  await expect(panel(page)).toBeFocused()
  await expect(page.getByRole('textbox', { name: 'Message', exact: true })).toBeHidden()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('textbox', { name: 'Message', exact: true })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Workspace', exact: true })).toBeFocused()
})

test('checkpoints outlive a kill of the server', async ({ page }) => {
  await act(page)
  const address = new URL(page.url()).pathname
  await reynard.kill()
  reynard = await startReynard({ OLLAMA_BASE_URL: model.url, REYNARD_DATA_DIR: reynard.dataDir })
  await page.goto(`${reynard.url}${address}`)
  await answer(page).getByRole('button', { name: 'Restore to before this' }).last().click()
  await expect.poll(() => read(page, 'list.txt')).toBe('one\ntwo\n')
  await page.keyboard.press('Control+.')
  await page.getByRole('tab', { name: 'Checkpoints' }).click()
  await expect(panel(page).getByRole('button', { name: /^After: Wrote list\.txt/ })).toContainText('Now')
})

test('what differs since the chat began stands file by file, and one file goes back to one of its versions', async ({
  page,
}) => {
  await page.setViewportSize({ width: 1400, height: 900 })
  await act(page)
  await page.keyboard.press('Control+.')
  await panel(page).getByRole('tab', { name: 'Files' }).focus()
  await page.keyboard.press('ArrowRight')
  await expect(panel(page).getByText(/^2 files differ from before the first change in this chat/)).toBeVisible()
  await panel(page)
    .getByRole('button', { name: /^list\.txt new \+3/ })
    .click()
  await expect(panel(page).getByRole('group', { name: /^Change to list\.txt/ })).toContainText('three')
  await panel(page).getByRole('button', { name: 'Open the file' }).click()
  await panel(page).getByRole('radio', { name: 'Change', exact: true }).click()
  await expect(panel(page).getByRole('group', { name: /^Change to list\.txt/ })).toContainText('three')

  await panel(page).getByRole('radio', { name: 'History' }).click()
  const history = panel(page).getByRole('list', { name: 'History of list.txt' })
  await expect(history.getByRole('listitem')).toHaveCount(2)
  await expect(history.getByRole('listitem').first()).toContainText('Now')
  await history.getByRole('button', { name: /^Added: Wrote list\.txt/ }).click()
  await expect(history.getByRole('group', { name: /^Change to list\.txt/ })).toContainText('two')
  await history.getByRole('button', { name: 'Restore this version' }).click()
  await expect(page.getByText('list.txt is as it was.')).toBeVisible()
  expect(read(page, 'list.txt')).toBe('one\ntwo\n')
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => read(page, 'list.txt')).toBe('one\ntwo\nthree\n')
})

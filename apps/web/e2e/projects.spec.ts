import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Page, test } from '@playwright/test'
import { answerOf, request } from './assistant-page.ts'
import { field, sidebar } from './chat-page.ts'
import { git, makeGitProject, zipOf } from './git-project.ts'
import { type ScriptedModel, startScriptedModel } from './scripted-model.ts'
import { type RunningReynard, removeData, startReynard } from './start-reynard.ts'

let model: ScriptedModel
let reynard: RunningReynard
const base = mkdtempSync(join(tmpdir(), 'e2e-projects-'))
// Programs of tools may run as somebody else, who must get there.
chmodSync(base, 0o755)

test.beforeAll(async () => {
  model = await startScriptedModel()
  reynard = await startReynard({ OLLAMA_BASE_URL: model.url })
})
test.afterAll(async () => {
  await reynard.stop()
  await model.close()
  removeData(reynard)
  rmSync(base, { recursive: true, force: true })
})

const makeProject = (name: string) =>
  makeGitProject(join(base, name), { 'src/sum.py': 'def total(a, b):\n    return a - b\n' }, 'Add sum')
const answer = (page: Page) => answerOf(page, 'CodeWolf')
const calls = (name: string, values: Record<string, unknown> = {}) => ({ toolCalls: [{ name, arguments: values }] })
async function ask(page: Page, question: string, ...steps: Parameters<ScriptedModel['answerNext']>) {
  model.answerNext(...steps)
  await field(page).fill(question)
  await field(page).press('Enter')
}
async function approve(page: Page, wants: string) {
  const card = page.getByRole('region', { name: wants })
  await expect(card).toBeVisible()
  await card.getByRole('button', { name: 'Approve' }).click()
}
async function typePath(page: Page, path: string) {
  await page.getByRole('textbox', { name: 'Path of the folder' }).fill(path)
  await expect(page.getByRole('button', { name: 'Register', exact: true })).toBeEnabled()
}
async function register(page: Page, folder: string) {
  await typePath(page, folder)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: `Take ${folder} off the list` })).toBeVisible()
}
const bringDialog = (page: Page) => page.getByRole('dialog', { name: 'Add a project' })
const chip = (page: Page, name: string) => page.getByRole('button', { name: `Project ${name}`, exact: true })

test('a zip among the files of a message says that it can be a project, and becomes one with what was written', async ({
  page,
}) => {
  await page.goto(reynard.url)
  await field(page).fill('Why does it fail?')
  const choosing = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Attach files' }).click()
  await (await choosing).setFiles(zipOf(makeProject('kiosk')))
  await expect(page.getByText('can be unpacked into the workspace', { exact: false })).toBeVisible()
  await page.getByRole('button', { name: 'Open as a project' }).click()
  await expect(page.getByRole('heading', { name: 'kiosk', exact: true })).toBeVisible()
  await expect(field(page)).toHaveValue('Why does it fail?')
  await expect(page.getByRole('list', { name: 'Files of your message' })).toHaveCount(0)
})

test('a zip becomes a chat: status, edit, diff, commit, log, and the commits to take away', async ({ page }) => {
  await page.goto(reynard.url)
  await page.getByRole('button', { name: 'Add a project' }).click()
  const choosing = page.waitForEvent('filechooser')
  await bringDialog(page).getByRole('button', { name: 'Choose an archive' }).click()
  await (await choosing).setFiles(zipOf(makeProject('shop')))
  await expect(chip(page, 'shop')).toBeVisible()
  await expect(page).toHaveURL(/\/chat\//)
  const main = page.getByRole('main')
  await expect(main.getByRole('heading', { name: 'shop is here' })).toBeVisible()
  await expect(main.getByText(/^\d items?: .*src\//)).toBeVisible()
  model.answerNext({ text: 'It adds two numbers.' })
  await main.getByRole('button', { name: 'What does this project do?' }).click()
  await expect(answer(page).getByText('It adds two numbers.')).toBeVisible()

  const edits = [{ old_text: 'a - b', new_text: 'a + b' }]
  await ask(
    page,
    'Mend the sum',
    calls('git_status'),
    calls('git_log'),
    calls('edit_file', { path: 'src/sum.py', edits }),
    calls('git_diff'),
    calls('git_commit', { message: 'Add instead of subtracting' }),
    { text: 'The sum is mended.' },
  )
  await approve(page, 'CodeWolf wants to change src/sum.py')
  const commit = page.getByRole('region', { name: 'CodeWolf wants to commit 1 file' })
  await expect(commit).toContainText('Add instead of subtracting')
  await expect(commit).toContainText('src/sum.py')
  await expect(commit).toContainText('return a + b')
  await approve(page, 'CodeWolf wants to commit 1 file')
  await expect(answer(page).getByText('The sum is mended.')).toBeVisible()
  await expect(answer(page).getByRole('button', { name: /^Looked at what changed/ })).toBeVisible()
  await expect(answer(page).getByRole('cell', { name: 'Add sum' })).toBeVisible()
  await expect(answer(page).getByText('1 file changed').first()).toBeVisible()

  await chip(page, 'shop').click()
  const saving = page.waitForEvent('download')
  await page.getByRole('link', { name: 'As a bundle' }).click()
  const saved = await saving
  expect(saved.suggestedFilename()).toBe('shop.bundle')
  const clone = join(base, 'clone')
  git(base, 'clone', '-q', '-b', 'main', await saved.path(), clone)
  expect(git(clone, 'log', '--format=%s').trim().split('\n')).toEqual(['Add instead of subtracting', 'Add sum'])
})

test('a folder is registered, works only after a yes, and gets its commit as a new branch', async ({ page }) => {
  const folder = makeProject('books')
  await page.goto(`${reynard.url}/settings/projects`)
  await typePath(page, '/etc')
  await page.getByRole('button', { name: 'Register', exact: true }).click()
  await expect(page.getByText('/etc can not be a project: it belongs to the system of this machine.')).toBeVisible()
  await register(page, folder)
  await page.getByRole('button', { name: `Start a chat in ${folder}` }).click()
  await expect(chip(page, 'books')).toBeVisible()

  const edits = [{ old_text: 'a - b', new_text: 'a + b' }]
  await ask(page, 'Mend it', calls('edit_file', { path: 'src/sum.py', edits }), { text: 'As you wish.' })
  await expect(request(page)).toContainText('return a + b')
  await request(page).getByRole('button', { name: 'Deny', exact: true }).click()
  await expect(answer(page).getByText('As you wish.')).toBeVisible()
  expect(readFileSync(join(folder, 'src/sum.py'), 'utf8')).toContain('a - b')

  await ask(
    page,
    'Do mend it',
    calls('edit_file', { path: 'src/sum.py', edits }),
    calls('git_commit', { message: 'Add instead of subtracting' }),
    { text: 'Mended and committed.' },
  )
  await approve(page, 'CodeWolf wants to change src/sum.py')
  await approve(page, 'CodeWolf wants to commit 1 file')
  await expect(answer(page).getByText('Mended and committed.')).toBeVisible()
  const branch = git(folder, 'for-each-ref', '--format=%(refname:short)', 'refs/heads/reynard').trim()
  expect(git(folder, 'log', '-1', '--format=%s', branch).trim()).toBe('Add instead of subtracting')
  expect(git(folder, 'branch', '--show-current').trim()).toBe('main')

  await ask(page, 'Delete it', calls('delete_file', { path: 'src/sum.py' }), { text: 'It is gone.' })
  await expect(request(page)).toContainText('Can be restored')
  await approve(page, 'CodeWolf wants to delete src/sum.py')
  await expect(answer(page).getByText('It is gone.')).toBeVisible()
  expect(existsSync(join(folder, 'src/sum.py'))).toBe(false)
  await answer(page).getByRole('button', { name: 'Put back' }).click()
  await expect(page.getByText('src/sum.py is back')).toBeVisible()
  expect(existsSync(join(folder, 'src/sum.py'))).toBe(true)
})

test('a path that is typed before the code of the page is there stays', async ({ page }) => {
  const held = Promise.withResolvers<void>()
  await page.route('**/_next/static/**/*.js*', async (route) => {
    await held.promise
    await route.continue()
  })
  await page.goto(`${reynard.url}/settings/projects`, { waitUntil: 'commit' })
  const path = page.getByRole('textbox', { name: 'Path of the folder' })
  await path.fill('/etc')
  held.resolve()
  await expect(page.getByRole('button', { name: 'Register', exact: true })).toBeEnabled()
  await expect(path).toHaveValue('/etc')
})

test('a folder is registered where it is chosen', async ({ page }) => {
  const folder = makeProject('letters')
  await page.goto(reynard.url)
  await page.getByRole('button', { name: 'Add a project' }).click()
  await bringDialog(page).getByRole('radio', { name: 'Folder' }).click()
  await bringDialog(page).getByRole('textbox', { name: 'Path of the folder' }).fill(folder)
  await bringDialog(page).getByRole('button', { name: 'Register and use' }).click()
  await expect(chip(page, 'letters')).toBeVisible()
})

test('what can not be fetched says why, in place, and leaves nothing', async ({ page }) => {
  await page.goto(reynard.url)
  await page.getByRole('button', { name: 'Add a project' }).click()
  await bringDialog(page).getByRole('radio', { name: 'Web address' }).click()
  const address = bringDialog(page).getByRole('textbox', { name: 'Address of the repository' })
  await address.fill('http://example.org/shop')
  await address.press('Enter')
  await expect(bringDialog(page).getByText(/Only an address that begins with https:\/\//)).toBeVisible()
  await address.fill('https://127.0.0.1/shop')
  await address.press('Enter')
  await expect(bringDialog(page)).toContainText('127.0.0.1 is not on the public internet, so it is not fetched.')
  await expect(page).toHaveURL(`${reynard.url}/`)

  // What turns out to be broken later says so in the middle of its chat, with the ways on.
  await bringDialog(page).getByRole('radio', { name: 'Archive' }).click()
  const choosing = page.waitForEvent('filechooser')
  await bringDialog(page)
    .getByRole('button', { name: /^Choose/ })
    .click()
  await (await choosing).setFiles({ name: 'torn.zip', mimeType: 'application/zip', buffer: Buffer.from('PK torn') })
  const main = page.getByRole('main')
  await expect(main.getByRole('heading', { name: 'torn could not be added' })).toBeVisible()
  await expect(main.getByRole('alert')).toContainText(/zip|archive/)
  await main.getByRole('button', { name: 'Choose another archive' }).click()
  await expect(bringDialog(page)).toContainText('It is added to this chat.')
  await page.keyboard.press('Escape')
  await main.getByRole('button', { name: 'Delete this chat' }).click()
  await expect(page).toHaveURL(`${reynard.url}/`)
  await expect(sidebar(page).getByRole('link', { name: /^torn/ })).toHaveCount(0)
})

test('a server that dies in the middle of an approved write leaves the old file or the new one, never half', async ({
  page,
}) => {
  const folder = makeProject('killed')
  const file = join(folder, 'large.txt')
  const [old, fresh] = [`${'a'.repeat(99)}\n`.repeat(9_000), `${'b'.repeat(99)}\n`.repeat(9_000)]
  writeFileSync(file, old)
  await page.goto(`${reynard.url}/settings/projects`)
  await register(page, folder)
  await page.goto(reynard.url)
  await page.getByRole('button', { name: 'Add a project' }).click()
  await bringDialog(page).getByRole('radio', { name: 'Folder' }).click()
  await bringDialog(page)
    .getByRole('button', { name: `Work in ${folder}` })
    .click()
  await expect(chip(page, 'killed')).toBeVisible()
  const edits = [{ old_text: 'aaa', new_text: 'bbb', all: true }]
  for (let round = 0; round < 3; round++) {
    await ask(page, `Write it, ${round}`, calls('edit_file', { path: 'large.txt', edits }), { text: 'Done.' })
    await expect(request(page)).toBeVisible()
    const sent = page.waitForRequest(/chat\.decide/)
    await expect(request(page).getByRole('button', { name: 'Approve' })).not.toHaveAttribute('aria-disabled')
    await request(page).getByRole('button', { name: 'Approve' }).click()
    await sent
    await reynard.kill()
    model.forgetAnswers()
    expect([old, fresh]).toContain(readFileSync(file, 'utf8'))
    writeFileSync(file, old)
    reynard = await startReynard({
      OLLAMA_BASE_URL: model.url,
      REYNARD_DATA_DIR: reynard.dataDir,
      PORT: new URL(reynard.url).port,
    })
    await page.reload()
    const ended = answer(page).getByRole('button', { name: 'Answer again' })
    await expect(request(page).or(ended).first()).toBeVisible()
    // A yes that was not saved in time is asked for again.
    if (await request(page).isVisible()) await request(page).getByRole('button', { name: 'Deny', exact: true }).click()
    await expect(ended).toBeVisible()
  }
  expect(existsSync(join(folder, '.git/index'))).toBe(true)
})

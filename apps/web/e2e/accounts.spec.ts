import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page, test, type WebSocket } from '@playwright/test'
import { ask, field, lastAnswer, sidebar, textOf, waitForEnd } from './chat-page.ts'
import { type ScriptedModel, startScriptedModel } from './scripted-model.ts'
import { type RunningReynard, removeData, startReynard } from './start-reynard.ts'

const CODE = 'a-code-that-nobody-guesses-1'
const owner = { name: 'Mara', email: 'mara@example.org', password: 'correct horse battery' }
const member = { name: 'Jo', email: 'jo@example.org', password: 'another long password' }

let model: ScriptedModel
let reynard: RunningReynard

test.beforeAll(async () => {
  model = await startScriptedModel()
})
test.afterAll(() => model.close())
test.afterEach(async () => {
  await reynard.stop()
  removeData(reynard)
})

async function fill(page: Page, values: Record<string, string>): Promise<void> {
  for (const [label, value] of Object.entries(values)) await page.getByLabel(label, { exact: true }).fill(value)
}

async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
  }
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(page.viewportSize()?.width)
}

test('a chat of local mode, an account, an invitation: the member chats, and sees nothing of the owner', async ({
  page,
  browser,
}) => {
  reynard = await startReynard({ OLLAMA_BASE_URL: model.url })
  await page.goto(reynard.url)
  await ask(page, 'What is a vixen?')
  await waitForEnd(page)

  await page.goto(`${reynard.url}/settings`)
  await page.getByRole('link', { name: 'Account' }).click()
  await page.getByRole('link', { name: 'Create the first account' }).click()
  await fill(page, { Name: owner.name, 'Email address': owner.email, Password: 'short' })
  await page.keyboard.press('Enter')
  await expect(page.getByText('Take at least 10 characters.')).toBeVisible()
  await expect(page.getByLabel('Password', { exact: true })).toBeFocused()
  await expectAccessible(page)
  await fill(page, { Password: owner.password })
  await page.keyboard.press('Enter')
  // What the local owner had is there.
  await expect(field(page)).toBeVisible()
  await expect(sidebar(page).getByRole('link').first()).toBeVisible()

  await page.goto(`${reynard.url}/admin/people`)
  await page.getByRole('button', { name: 'Create invitation' }).click()
  const link = await page.getByLabel('Link', { exact: true }).inputValue()
  await expectAccessible(page)

  const second = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
  const theirs = await second.newPage()
  // Without a session every page leads to signing in.
  await theirs.goto(`${reynard.url}/settings`)
  await expect(theirs.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await expectAccessible(theirs)
  await theirs.goto(link)
  await fill(theirs, { Name: member.name, 'Email address': member.email, Password: member.password })
  await theirs.getByRole('button', { name: 'Create account' }).click()
  await expect(field(theirs)).toBeVisible()
  model.answerNext({ text: 'Hello, Jo.' })
  await field(theirs).fill('Who am I?')
  await theirs.getByRole('button', { name: 'Send', exact: true }).click()
  await expect(textOf(lastAnswer(theirs))).toHaveText('Hello, Jo.')
  const chat = theirs.url()

  // The owner cannot open it; nor is it in their list.
  await page.goto(chat)
  await expect(page.getByText('Who am I?')).toHaveCount(0)
  // Removed, the member is out at once and on the page to sign in.
  await page.goto(`${reynard.url}/admin/people`)
  await page.getByRole('button', { name: `Remove: ${member.name}` }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click()
  await expect(theirs.getByRole('heading', { name: 'Sign in' })).toBeVisible()
  await second.close()
})

test('a server for others: the code from outside, sign-out, and back to the page that was asked for', async ({
  page,
}) => {
  reynard = await startReynard({ OLLAMA_BASE_URL: model.url, HOST: '0.0.0.0', REYNARD_SETUP_CODE: CODE })
  const url = reynard.url.replace('0.0.0.0', '127.0.0.1')
  await page.goto(`${url}/settings`)
  await expect(page).toHaveURL(`${url}/set-up`)
  await fill(page, { 'Set-up code': 'wrong', Name: owner.name, 'Email address': owner.email, Password: owner.password })
  await page.keyboard.press('Enter')
  await expect(page.getByText('This is not the set-up code.')).toBeVisible()
  await expectAccessible(page)
  await fill(page, { 'Set-up code': CODE })
  await page.keyboard.press('Enter')
  await expect(field(page)).toBeVisible()

  const sockets: WebSocket[] = []
  page.on('websocket', (socket) => sockets.push(socket))
  await page.goto(`${url}/settings/account`)
  await expectAccessible(page)
  await page.getByLabel('What the key is for').fill('script')
  await page.getByRole('button', { name: 'Create key' }).click()
  const key = await page.getByLabel('Create key', { exact: true }).inputValue()
  const models = () => fetch(`${url}/api/ollama/models`, { headers: { authorization: `Bearer ${key}` } })
  expect((await models()).status).toBe(200)
  await page.getByRole('button', { name: 'Revoke: script' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click()
  await expect(page.getByText('No key yet.')).toBeVisible()
  expect((await models()).status).toBe(401)

  // The page's socket ends before the answer is there: still, who signs out is not asked to come back to this page.
  await page.route('**/sign-out', async (route) => {
    const response = await route.fetch()
    if (sockets.at(-1)?.isClosed() === false) await sockets.at(-1)?.waitForEvent('close')
    await route.fulfill({ response })
  })
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await expect(page).toHaveURL(`${url}/sign-in`)
  const answer = await page.goto(`${url}/settings/models`)
  // Nobody lays a frame over it.
  expect(answer?.headers()['content-security-policy']).toContain("frame-ancestors 'none'")
  await expect(page).toHaveURL(`${url}/sign-in?next=%2Fsettings%2Fmodels`)
  await fill(page, { 'Email address': owner.email, Password: 'not the password' })
  await page.keyboard.press('Enter')
  await expect(page.getByText('The email address or the password is not right.')).toBeVisible()
  await fill(page, { Password: owner.password })
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(`${url}/settings/models`)
  // An address that another site made leads nowhere else.
  await page.goto(`${url}/settings/account`)
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await expect(page).toHaveURL(`${url}/sign-in`)
  await page.goto(`${url}/sign-in?next=//evil.example/`)
  await fill(page, { 'Email address': owner.email, Password: owner.password })
  await page.keyboard.press('Enter')
  await expect(field(page)).toBeVisible()
  expect(new URL(page.url()).origin).toBe(url)
})

test('groups are made, filled and given something for themselves; what was theirs alone is for nobody when they go', async ({
  page,
}) => {
  reynard = await startReynard({ OLLAMA_BASE_URL: model.url, HOST: '0.0.0.0', REYNARD_SETUP_CODE: CODE })
  const url = reynard.url.replace('0.0.0.0', '127.0.0.1')
  await page.goto(`${url}/set-up`)
  await fill(page, { 'Set-up code': CODE, Name: owner.name, 'Email address': owner.email, Password: owner.password })
  await page.keyboard.press('Enter')
  await expect(field(page)).toBeVisible()

  await page.goto(`${url}/admin/groups`)
  await expect(page.getByRole('heading', { name: 'No groups yet.' })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'New group' }).click()
  await page.keyboard.type('Labs')
  await page.keyboard.press('Enter')
  const labs = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'Labs' }) })
  await expect(labs.getByText('Nobody is in it.')).toBeVisible()
  // Another one of that name is refused where it is typed.
  await page.getByRole('button', { name: 'New group' }).click()
  await page.keyboard.type('labs')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog').getByText('There is a group named labs. Take another name.')).toBeVisible()
  await page.keyboard.press('Escape')

  await labs.getByLabel('Add somebody to Labs').selectOption('Mara')
  await expect(labs.getByText('1 person')).toBeVisible()
  await labs.getByLabel('Ask people of Labs before tools that run code').check()
  await page.getByRole('button', { name: 'Set who may use something' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('What', { exact: true }).selectOption('Tool')
  await dialog.getByLabel('Which one').selectOption('run_python')
  await dialog.getByLabel('Labs').check()
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Save' }).click()
  const rule = page.getByRole('listitem').filter({ hasText: 'run_python' })
  await expect(rule).toContainText('Labs')

  await page.reload()
  await expect(labs.getByLabel('Ask people of Labs before tools that run code')).toBeChecked()
  await page.setViewportSize({ width: 390, height: 844 })
  await expectAccessible(page)
  await labs.getByRole('button', { name: 'Take Mara out of Labs' }).click()
  await expect(labs.getByText('Nobody is in it.')).toBeVisible()
  await labs.getByRole('button', { name: 'Remove the group Labs' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'No groups yet.' })).toBeVisible()
  await expect(rule).toContainText('Nobody')
  await rule.getByRole('button', { name: 'run_python: for everybody again' }).click()
  await expect(page.getByText('Everything is for everybody.')).toBeVisible()
  // Who did all of that stands in the audit log.
  await page.goto(`${url}/admin/audit`)
  await expect(page.getByText('made the group Labs').filter({ visible: true })).toBeVisible()
})

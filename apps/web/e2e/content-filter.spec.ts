import { AxeBuilder } from '@axe-core/playwright'
import { expect, test } from '@playwright/test'
import { createReynardClient } from '@reynard/client'
import { ask, field, lastAnswer, questions, textOf } from './chat-page.ts'
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

const awsKey = ['AKIA', 'QWERTY12', '34UIOP56'].join('')

test('an admin adds rules by keyboard, is led to a mistake, tries them, and chats are held to them', async ({
  page,
}) => {
  await page.goto(`${reynard.url}/admin/settings?section=filter`)
  await page.getByRole('link', { name: 'Open the filter' }).click()
  await page.getByRole('switch', { name: 'Keys, tokens and card numbers' }).press('Space')
  await page.getByRole('button', { name: 'Add a rule' }).press('Enter')
  await page.getByRole('textbox', { name: 'Name' }).fill('Project names')
  await expect(page.getByText('Write a pattern.')).toBeVisible()
  const pattern = page.getByRole('textbox', { name: 'Pattern' })
  await pattern.fill('project (red|blue')
  await page.getByRole('radio', { name: 'Block' }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Character 9: This group is not closed.')).toBeVisible()
  await expect(pattern).toHaveAttribute('aria-invalid', 'true')
  await page.getByRole('button', { name: 'Save' }).press('Enter')
  await expect(pattern).toBeFocused()
  await pattern.fill('project (red|blue)')

  await page.getByRole('button', { name: 'Add a rule' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Foxes')
  await page.getByRole('radio', { name: 'Words' }).click()
  await page.getByRole('textbox', { name: 'Words' }).fill('fox\nvixen')
  await page.getByRole('radio', { name: 'Only count' }).click()
  await page.getByRole('button', { name: 'Close Foxes' }).click()

  const trial = page.getByRole('region', { name: 'Try it' })
  await trial.getByRole('textbox', { name: 'Text' }).fill(`A fox has ${awsKey} of Project Blue.`)
  await trial.getByRole('button', { name: 'Try it' }).click()
  await expect(trial.getByText('Blocked by Project names.', { exact: false })).toBeVisible()
  await expect(trial.getByText('A fox has [redacted: AWS key] of')).toBeVisible()

  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Saved. It holds from the next message on.')).toBeVisible()
  await page.reload()
  await expect(page.getByRole('switch', { name: 'Project names is on' })).toBeChecked()
  await expect(page.getByRole('switch', { name: 'Keys, tokens and card numbers' })).toBeChecked()
})

test('an answer is redacted, flagged and blocked as it streams, and a question before it is sent', async ({ page }) => {
  await page.goto(reynard.url)
  model.answerNext({ text: ['It is ', ...(awsKey.match(/.{1,4}/g) ?? []), ', said ', 'the fox', '.'] })
  await ask(page, `Mine is ${awsKey}.`)
  await expect(textOf(lastAnswer(page))).toHaveText('It is [redacted: AWS key], said the fox.')
  await expect(questions(page).last()).toContainText('Mine is [redacted: AWS key].')
  await expect(page.getByText(awsKey)).toHaveCount(0)

  model.answerNext({ text: ['We call it ', 'proj', 'ect re', 'd, and more.'] })
  await ask(page, 'What is it called?')
  await expect(page.getByText('The answer ends here: the rule “Project names”', { exact: false }).first()).toBeVisible()
  await expect(textOf(lastAnswer(page))).toHaveText('We call it')

  await ask(page, 'Tell me of Project Red')
  await expect(page.getByText('This was not sent: the rule “Project names”', { exact: false }).first()).toBeVisible()
  await expect(field(page)).toHaveValue('Tell me of Project Red')

  await page.goto(`${reynard.url}/settings/filter`)
  const row = (name: string) => page.getByRole('row').filter({ hasText: name })
  await expect(row('Foxes').filter({ hasText: 'counted' })).toBeVisible()
  await expect(row('Project names').filter({ hasText: 'blocked' })).toHaveCount(2)
})

for (const [name, size, colorScheme] of [
  ['light', { width: 1280, height: 900 }, 'light'],
  ['dark', { width: 1280, height: 900 }, 'dark'],
  ['a phone', { width: 390, height: 844 }, 'light'],
] as const)
  test(`the page has no finding of axe and nothing beyond its edge: ${name}`, async ({ browser }) => {
    const client = createReynardClient({ baseUrl: reynard.url })
    const rules = [
      {
        id: 'axe',
        name: 'A rule of some length that says what it is about',
        match: { kind: 'pattern' as const, pattern: 'a{2,5}' },
        ignoreCase: true,
        window: 20,
        places: ['input' as const, 'output' as const],
        action: 'redact' as const,
        enabled: false,
      },
    ]
    await client.trpc.admin.updateContentFilter.mutate({ secrets: true, rules })
    await client.close()
    const context = await browser.newContext({ viewport: size, colorScheme, reducedMotion: 'reduce' })
    const page = await context.newPage()
    await page.goto(`${reynard.url}/settings/filter`)
    await page.getByRole('button', { name: /^Edit A rule/ }).click()
    await page.getByRole('textbox', { name: 'Longest match' }).fill('400')
    await expect(page.getByText('1 to 256.')).toBeVisible()
    await page.getByRole('textbox', { name: 'Text' }).fill('aaaa bbb')
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true)
    if (process.env.FILTER_SHOTS) await page.screenshot({ path: `${process.env.FILTER_SHOTS}/${name}.png` })
    await context.close()
  })

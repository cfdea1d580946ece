import { expect, test } from '@playwright/test'
import { ask, lastAnswer, textOf, waitForEnd } from './chat-page.ts'
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

const taken = "document.title='taken';window.taken=true"
const hostile = [
  `<script>${taken}</script>`,
  `<img src=x onerror="${taken}">`,
  '![a picture](https://evil.example/track.png)',
  '![data](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)',
  `[click me](javascript:${encodeURIComponent(taken)})`,
  `[and me](JaVaScRiPt:${encodeURIComponent(taken)})`,
  `[or me](data:text/html,<script>${taken}</script>)`,
  '[vb](vbscript:msgbox)',
  `<a href="javascript:${taken}">raw link</a>`,
  `<iframe srcdoc="<script>parent.${taken}</script>"></iframe>`,
  `<svg onload="${taken}"><animate onbegin="${taken}" attributeName=x></svg>`,
  '<style>body{display:none}</style>',
  '<link rel="stylesheet" href="https://evil.example/x.css">',
  '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
  '<form action="https://evil.example/"><button>Send</button></form>',
  `<details open ontoggle="${taken}">x</details>`,
  '<base href="https://evil.example/">',
  '```html\n<script>window.taken=true</script>\n```',
  `$$\\href{javascript:${taken}}{x} \\includegraphics{https://evil.example/y.png} \\htmlClass{fixed}{z}$$`,
  'https://example.org/plain',
  'The end of it.',
].join('\n\n')

test('nothing that a model writes runs, loads, navigates or changes the page', async ({ page }) => {
  const elsewhere: string[] = []
  const problems: string[] = []
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url())
    if (!/^(data|blob):$/.test(protocol) && host !== new URL(reynard.url).host) elsewhere.push(request.url())
  })
  page.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`))

  model.answerNext({ text: hostile, tokensPerSecond: 400 })
  await page.goto(reynard.url)
  await ask(page, 'Show me all of it.')
  await waitForEnd(page)
  const answer = lastAnswer(page)
  await expect(answer.getByText('The end of it.')).toBeVisible()
  await expect(answer.locator('.katex').first()).toBeVisible()

  expect(await page.evaluate(() => 'taken' in window)).toBe(false)
  await expect(page).not.toHaveTitle('taken')
  await expect(page).toHaveURL(/\/chat\//)
  await expect(
    textOf(answer).locator('script, iframe, object, embed, form, style, link, meta, base, svg animate'),
  ).toHaveCount(0)
  const links = await textOf(answer)
    .getByRole('link')
    .evaluateAll((all) => all.map((link) => link.getAttribute('href')))
  expect(links.filter((href) => !/^https?:\/\//.test(href ?? ''))).toEqual([])
  expect(links).toContain('https://example.org/plain')
  const pictures = await textOf(answer)
    .locator('img')
    .evaluateAll((all) => all.map((image) => image.getAttribute('src')))
  expect(pictures.filter((src) => !src?.startsWith('data:image/'))).toEqual([])
  const handlers = await textOf(answer).evaluate((root) =>
    [...root.querySelectorAll('*')].flatMap((node) => node.getAttributeNames().filter((name) => name.startsWith('on'))),
  )
  expect(handlers).toEqual([])
  expect(elsewhere).toEqual([])
  expect(problems).toEqual([])
})

test('an answer that can not be rendered stands as it was written, beside the rest of its chat', async ({ page }) => {
  await page.goto(reynard.url)
  const without = { quotes: `${'>'.repeat(5000)} deep`, formulas: '\\['.repeat(15_000) }
  for (const [name, text] of Object.entries(without)) {
    model.answerNext({ text: [`First, ${name}.\n\n`, text, '\n\nThe end of it.'] })
    await ask(page, `Show me ${name}.`)
    await waitForEnd(page)
    await expect(textOf(lastAnswer(page)).getByText(`First, ${name}.`)).toBeVisible()
    await expect(textOf(lastAnswer(page)).getByText('The end of it.')).toBeVisible()
  }
  await page.reload()
  await expect(textOf(lastAnswer(page)).getByText('The end of it.')).toBeVisible()
})

test('a link goes to a new tab that knows nothing of this page', async ({ page }) => {
  model.answerNext({ text: 'See [there](https://example.org/there).' })
  await page.goto(reynard.url)
  await ask(page, 'Where?')
  const link = lastAnswer(page).getByRole('link', { name: 'there' })
  await expect(link).toHaveAttribute('target', '_blank')
  await expect(link).toHaveAttribute('rel', /noopener/)
  await expect(link).toHaveAttribute('rel', /noreferrer/)
})

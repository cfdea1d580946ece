import { expect, test } from '@playwright/test'
import { type RunningReynard, startReynard } from './start-reynard.ts'

let reynard: RunningReynard

test.beforeAll(async () => {
  reynard = await startReynard()
})
test.afterAll(() => reynard.stop())

test('each page carries its own nonce, and the browser refuses nothing of ours', async ({ page }) => {
  const refused: string[] = []
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) refused.push(message.text())
  })
  const first = await page.goto(reynard.url)
  const policy = first?.headers()['content-security-policy'] ?? ''
  expect(policy).toMatch(/script-src 'self' 'nonce-[\w+/=]+' 'strict-dynamic'/)
  for (const part of ["object-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "img-src 'self' data: blob:"]) {
    expect(policy).toContain(part)
  }
  expect(first?.headers()).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' })
  expect(first?.headers()['x-powered-by']).toBeUndefined()
  await expect(page.getByRole('navigation', { name: 'Chats' })).toBeVisible()
  expect(refused).toEqual([])

  const second = await page.reload()
  expect(second?.headers()['content-security-policy']).not.toBe(policy)
})

test('a script without the nonce does not run', async ({ page }) => {
  await page.goto(reynard.url)
  await page.evaluate(() => {
    document.body.insertAdjacentHTML('beforeend', '<img src="x" onerror="document.title = \'taken\'">')
    const script = document.createElement('div')
    script.innerHTML = '<iframe srcdoc="<script>top.document.title=\'taken\'</script>"></iframe>'
    document.body.append(script)
  })
  await expect(page.locator('iframe')).toBeAttached()
  await expect(page).not.toHaveTitle('taken')
})

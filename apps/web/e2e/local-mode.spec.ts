import { request as httpRequest } from 'node:http'
import { text as readText } from 'node:stream/consumers'
import { expect, test } from '@playwright/test'
import { fillerText } from '@reynard/fake-ollama'
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

function get(headers: Record<string, string>, path = '/'): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(reynard.url)
    const request = httpRequest({ host: '127.0.0.1', port, path, headers }, (response) => {
      readText(response).then((body) => resolve({ status: response.statusCode, body }), reject)
    })
    request.on('error', reject)
    request.end()
  })
}

test('a page by another name is refused: that name may have been bound to this machine', async () => {
  const { port } = new URL(reynard.url)
  expect(await get({ host: `127.0.0.1:${port}` })).toMatchObject({ status: 200 })
  for (const path of ['/', '/api/trpc/chat.list']) {
    const refused = await get({ host: `evil.example:${port}` }, path)
    expect(refused.status).toBe(403)
    expect(refused.body).toContain(`http://localhost:${port}`)
  }
})

test('a request that came through a proxy is refused', async () => {
  const { host } = new URL(reynard.url)
  expect(await get({ host, 'x-forwarded-for': '203.0.113.7' })).toMatchObject({ status: 403 })
})

test('a page of another origin reads nothing and opens no socket', async ({ page }) => {
  // A second loopback port is another origin, and the one that is easiest to come from.
  const other = await startScriptedModel()
  try {
    await page.goto(other.url)
    const tried = await page.evaluate(async (url) => {
      const read = await fetch(`${url}/api/trpc/chat.list`).then(
        (response) => response.text(),
        () => 'refused',
      )
      const written = await fetch(`${url}/api/trpc/chat.send`, {
        method: 'POST',
        body: JSON.stringify({ key: 'from-elsewhere', conversationId: null, parentId: null, text: 'Hello' }),
      }).then(
        (response) => response.text(),
        () => 'refused',
      )
      const opened = await new Promise((resolve) => {
        const socket = new WebSocket(`${url.replace('http', 'ws')}/api/trpc?connectionParams=1`)
        socket.onopen = () => resolve('opened')
        socket.onerror = () => resolve('refused')
      })
      return { read, written, opened }
    }, reynard.url)
    expect(tried).toEqual({ read: 'refused', written: 'refused', opened: 'refused' })
  } finally {
    await other.close()
  }
})

test('a whole chat causes no message in the console and no request to anywhere else', async ({ page }) => {
  const said: string[] = []
  const elsewhere: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') said.push(message.text())
  })
  page.on('pageerror', (error) => said.push(error.message))
  page.on('request', (request) => {
    if (!request.url().startsWith(reynard.url) && !/^(data|blob):/.test(request.url())) elsewhere.push(request.url())
  })
  const response = await page.goto(reynard.url)
  const policy = response?.headers()['content-security-policy'] ?? ''
  expect(/script-src[^;]*/.exec(policy)?.[0]).not.toMatch(/unsafe-inline|unsafe-eval/)
  expect(policy).toMatch(/connect-src 'self'/)

  model.answerNext({
    text: '## Title\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```ts\nconst a: number = 1\n```\n\n$$x^2$$\n\nDone.',
    tokensPerSecond: 100,
  })
  await ask(page, 'Everything at once')
  await waitForEnd(page)
  await expect(lastAnswer(page).getByRole('table')).toBeVisible()
  await expect(lastAnswer(page).locator('.katex').first()).toBeVisible()
  await lastAnswer(page).getByRole('button', { name: 'Answer again' }).click()
  await waitForEnd(page)
  model.answerNext({ text: fillerText(200), tokensPerSecond: 40 })
  await ask(page, 'One more')
  await expect(textOf(lastAnswer(page))).toContainText('quick brown')
  await page.keyboard.press('Escape')
  await expect(lastAnswer(page).getByText('You stopped this answer.')).toBeVisible()
  await page.keyboard.press('Control+k')
  await page.keyboard.type('Everything')
  await expect(page.getByRole('option').first()).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByRole('link', { name: 'Settings', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible()
  expect(said).toEqual([])
  expect(elsewhere).toEqual([])
})

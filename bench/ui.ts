import { rmSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type CDPSession, chromium, type Page } from '@playwright/test'
import { createReynardClient } from '@reynard/client'
import { describeMachine, findBrowser } from '../scripts/setup.ts'
import { startChild } from './stream/child.ts'
import { median, percentile, printTable } from './table.ts'
import { makeTempFolder } from './temp-folder.ts'

/**
 * `npm run bench:ui`: the built pages in Chromium, processor throttled to a quarter, in a conversation of 1,000 messages while an answer
 * comes at 200 tokens a second; and the first load of a new chat, unthrottled. Build first: npm start does, or npm test.
 */
const root = join(import.meta.dirname, '..')
const dataDir = makeTempFolder('reynard-bench-ui-')
const fake = await startChild<{ url: string }>(join(root, 'packages', 'fake-ollama', 'src', 'main.ts'), [
  '--port',
  '0',
  '--rate',
  '200',
  '--models',
  'bench:latest',
])
const app = await startChild<{ url: string }>(join(root, 'apps', 'web', 'server.ts'), [], {
  NODE_ENV: 'production',
  PORT: '0',
  LOG_LEVEL: 'error',
  REYNARD_DATA_DIR: dataDir,
  REYNARD_ENGINE: 'ollama',
  REYNARD_STARTER: 'off',
  OLLAMA_BASE_URL: fake.hello.url,
})
const url = app.hello.url

/** A thousand messages as people have them: prose, lists, code, tables. Returns the conversation's id. */
async function seed(): Promise<string> {
  const client = createReynardClient({ baseUrl: url })
  await client.trpc.admin.updateSettings.mutate({ titles: false })
  const answer = (index: number) =>
    [
      `Answer ${index}. A paragraph that runs over more than one line, so that rows have the heights that they have in life, and **some of it** is strong.`,
      index % 3 === 0 ? '- one\n- two\n- three `code`' : '',
      index % 4 === 0 ? '```ts\nexport function add(a: number, b: number): number {\n  return a + b\n}\n```' : '',
      index % 7 === 0 ? '| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |' : '',
    ].join('\n\n')
  const messages = Array.from({ length: 1_000 }, (_, index) => ({
    id: `m${index}`,
    parentId: index === 0 ? null : `m${index - 1}`,
    role: index % 2 === 0 ? ('user' as const) : ('assistant' as const),
    text: index % 2 === 0 ? `Question ${index}` : answer(index),
    createdAt: Date.now() - (1_000 - index) * 60_000,
  }))
  const conversation = { title: 'A thousand messages', createdAt: Date.now(), settings: { maxTokens: 8192 }, messages }
  await client.trpc.chat.import.mutate({ format: 'reynard-conversations', version: 1, conversations: [conversation] })
  const { items } = await client.trpc.chat.list.query({})
  await client.close()
  return items[0]?.id ?? ''
}

/** First load of a new chat: scripts as a browser gets them, and when one can type. */
async function measureFirstLoad(page: Page): Promise<{ scriptBytes: number; interactiveMs: number }> {
  const sizes: Promise<number>[] = []
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script')
      sizes.push(response.body().then((body) => gzipSync(body).length))
  })
  // The composer takes the focus when it is alive: what stood there before was only drawn.
  await page.addInitScript(() => {
    const look = () => {
      if (document.activeElement instanceof HTMLTextAreaElement) performance.mark('interactive')
      else requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
  await page.goto(url, { waitUntil: 'networkidle' })
  const interactiveMs = await page.evaluate(
    () => performance.getEntriesByName('interactive')[0]?.startTime ?? Number.NaN,
  )
  return { scriptBytes: (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0), interactiveMs }
}

const metric = async (cdp: CDPSession, name: string) => {
  const { metrics } = await cdp.send('Performance.getMetrics')
  return metrics.find((entry) => entry.name === name)?.value ?? 0
}

/** Figures are the medians of so many rounds. */
const ROUNDS = 3
const TYPED = 'the next question, typed meanwhile'
/** Watched after the last key: long enough that the answer grows well beyond one screen. */
const STREAM_MS = 4_000

type Watched = { frames: number; longTasks: number[]; keys: number[] }

async function measureStream(page: Page, conversationId: string) {
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('Performance.enable')
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  const openedAt = performance.now()
  await page.goto(`${url}/chat/${conversationId}`)
  const field = page.getByRole('textbox').last()
  await page.getByRole('article').last().waitFor({ timeout: 60_000 })
  const openMs = performance.now() - openedAt

  await field.fill('[[tokens:6000]] [[rate:200]]')
  await field.press('Enter')
  await page.waitForFunction(
    () => (document.querySelector('article[aria-busy="true"] .md')?.textContent?.length ?? 0) > 20,
  )
  await page.evaluate(() => {
    const watched: Watched = { frames: 0, longTasks: [], keys: [] }
    Object.assign(globalThis, { watched })
    const frame = () => {
      watched.frames++
      requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) watched.longTasks.push(entry.duration)
    }).observe({ type: 'longtask' })
    const timing: PerformanceObserverInit & { durationThreshold: number } = { type: 'event', durationThreshold: 16 }
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (entry.name === 'keydown') watched.keys.push(entry.duration)
    }).observe(timing)
  })
  const before = await metric(cdp, 'ScriptDuration')
  // The keyboard itself and not the field's locator: to find the field again for each key would be work in the page that no person makes.
  for (const letter of TYPED) {
    await page.keyboard.press(letter === ' ' ? 'Space' : letter)
    await new Promise((resolve) => setTimeout(resolve, 60))
  }
  await new Promise((resolve) => setTimeout(resolve, STREAM_MS))
  const after = await metric(cdp, 'ScriptDuration')
  const watched = await page.evaluate(() => (globalThis as { watched?: Watched }).watched)
  const isLive = await page.locator('article[aria-busy="true"]').count()
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 1 })
  // The next round asks in the same conversation.
  await page.keyboard.press('Control+A')
  await page.keyboard.press('Delete')
  await page.keyboard.press('Escape')
  await page.locator('article[aria-busy="true"]').waitFor({ state: 'detached' })
  if (!watched || isLive === 0) throw new Error('The page was not watched while it streamed.')
  return { openMs, scriptMsPerFrame: ((after - before) * 1000) / watched.frames, ...watched }
}

const conversationId = await seed()
const browser = await chromium.launch({
  executablePath: findBrowser().path ?? undefined,
  args: ['--no-sandbox', '--disable-dev-shm-usage'],
})
const loads: { scriptBytes: number; interactiveMs: number }[] = []
for (let round = 0; round < ROUNDS; round++) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 } })
  loads.push(await measureFirstLoad(await context.newPage()))
  await context.close()
}
const context = await browser.newContext({ viewport: { width: 1280, height: 860 } })
const streams: Awaited<ReturnType<typeof measureStream>>[] = []
for (let round = 0; round < ROUNDS; round++) {
  const page = await context.newPage()
  streams.push(await measureStream(page, conversationId))
  await page.close()
}
await browser.close()
await app.stop()
await fake.stop()
rmSync(dataDir, { recursive: true, force: true })

// A key that was painted sooner than the browser reports is counted as the least that it reports.
const slowKey = (keys: number[]) =>
  percentile(
    [...TYPED].map((_, index) => keys[index] ?? 16),
    0.95,
  )
const middle = (pick: (stream: (typeof streams)[number]) => number) => median(streams.map(pick))
console.log(describeMachine())
console.log(
  `Opening 1,000 messages, ×4: ${(middle((stream) => stream.openMs) / 1000).toFixed(2)} s (measured apart). Load average ${loadavg()[0]?.toFixed(1)}.`,
)
printTable('bench:ui', [
  {
    what: 'script per frame at 200 tokens/s, ×4',
    measured: middle((stream) => stream.scriptMsPerFrame),
    goal: 4,
    better: 'lower',
    unit: 'ms',
  },
  {
    what: 'longest task while streaming, ×4',
    measured: middle((stream) => Math.max(0, ...stream.longTasks)),
    goal: 50,
    better: 'lower',
    unit: 'ms',
    digits: 0,
  },
  {
    what: 'keystroke to paint p95, ×4',
    measured: middle((stream) => slowKey(stream.keys)),
    goal: 50,
    better: 'lower',
    unit: 'ms',
    digits: 0,
  },
  {
    what: 'first load, scripts gzipped',
    measured: median(loads.map((load) => load.scriptBytes)) / 1000,
    goal: 220,
    better: 'lower',
    unit: 'kB',
    digits: 0,
  },
  {
    what: 'first load, until one can type',
    measured: median(loads.map((load) => load.interactiveMs)) / 1000,
    goal: 1,
    better: 'lower',
    unit: 's',
  },
])

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from '@playwright/test'
import { createReynardClient, type ReynardClient } from '@reynard/client'
import { createDemoScript, demoModels, startFakeOllama } from '@reynard/fake-ollama'
import { removeData, startReynard } from './start-reynard.ts'

/**
 * `npm run screenshots`: the real app on a scripted Ollama, every screen in both themes on a phone, a small and a wide screen, into
 * docs/screenshots/all; and the few that the README shows beside it. Build the pages first.
 */
const folder = join(import.meta.dirname, '..', '..', '..', 'docs', 'screenshots')
const sizes = [
  { width: 390, height: 844 },
  { width: 1024, height: 768 },
  { width: 1600, height: 1000 },
]
const themes = ['light', 'dark'] as const

const model = await startFakeOllama({ models: demoModels, answer: createDemoScript(), parallel: 4 })
const settings = { OLLAMA_BASE_URL: model.url, OLLAMA_DEFAULT_MODEL: 'qwen3:4b' }
let reynard = await startReynard(settings)
// An address where nothing listens, as on a machine without Ollama.
const empty = await startReynard({ OLLAMA_BASE_URL: 'http://localhost:11435' })
let client = createReynardClient({ baseUrl: reynard.url })

type Asked = { conversationId: string; answerId: string; runId: string }

async function send(text: string, after?: Asked): Promise<Asked> {
  return client.trpc.chat.send.mutate({
    key: crypto.randomUUID(),
    conversationId: after?.conversationId ?? null,
    parentId: after?.answerId ?? null,
    text,
  })
}

/** Resolves when the run has ended, or has written so many events. */
async function follow(reader: ReynardClient, { runId }: Asked, events = Number.POSITIVE_INFINITY): Promise<void> {
  let seen = 0
  for await (const _event of reader.followRun(runId)) if (++seen >= events) return
}

async function ask(text: string, after?: Asked): Promise<Asked> {
  const asked = await send(text, after)
  await follow(client, asked)
  return asked
}

for (const question of ['Write a story about a fox', 'Plan a weekend by the sea', 'Derive the quadratic formula']) {
  await ask(question)
}
model.control.set({ tokensPerSecond: 150 })
const chat = await ask(
  'Compare SQLite, Postgres and Redis as a table',
  await ask('A debounce that stops itself, as code'),
)
model.control.fail({ kind: 'error-line', afterTokens: 40 })
const failed = await ask('Why is the sky blue?')
model.control.set({ tokensPerSecond: 20 })
const stopped = await send('Explain how rainbows come about')
await follow(client, stopped, 20)
await client.trpc.chat.cancel.mutate({ runId: stopped.runId })
const interrupted = await send('How does a sail drive a boat?')
await follow(client, interrupted, 20)
await client.close()
await reynard.kill()
reynard = await startReynard({ ...settings, REYNARD_DATA_DIR: reynard.dataDir })
client = createReynardClient({ baseUrl: reynard.url })

const open = async (page: Page, path: string) => {
  await page.goto(reynard.url + path)
  await page.getByRole('main').waitFor()
}
const openChat = async (page: Page, asked: Asked) => {
  await open(page, `/chat/${asked.conversationId}`)
  await page.getByRole('article').last().waitFor()
}
const openDialog = async (page: Page, key: string) => {
  await openChat(page, chat)
  await page.keyboard.press(key)
  await page.getByRole('dialog').waitFor()
}

/** How to get to each screen; a function that is answered is called after the picture. */
const screens: Record<string, (page: Page) => Promise<undefined | (() => Promise<unknown>)>> = {
  'new-chat': async (page) => void (await open(page, '/')),
  chat: async (page) => void (await openChat(page, chat)),
  failed: async (page) => void (await openChat(page, failed)),
  stopped: async (page) => void (await openChat(page, stopped)),
  interrupted: async (page) => void (await openChat(page, interrupted)),
  streaming: async (page) => {
    const live = await send('Compare databases in a table')
    await openChat(page, live)
    await page.getByRole('cell').first().waitFor()
    return () => client.trpc.chat.remove.mutate({ id: live.conversationId })
  },
  palette: async (page) => {
    await openDialog(page, 'Control+k')
    await page.keyboard.type('story')
    await page.getByRole('option').first().waitFor()
  },
  'model-picker': async (page) => void (await openDialog(page, 'Control+m')),
  settings: async (page) => void (await open(page, '/settings')),
  models: async (page) => void (await open(page, '/settings/models')),
  'first-run': async (page) => {
    await page.goto(`${empty.url}/welcome`)
    await page.getByRole('radio').first().waitFor()
  },
}

type Shot = { name: string; theme: 'light' | 'dark'; size: { width: number; height: number }; path: string }

async function shoot(browser: Browser, { name, theme, size, path }: Shot): Promise<void> {
  const page = await browser.newPage({
    viewport: size,
    colorScheme: theme,
    reducedMotion: 'reduce',
    hasTouch: size.width < 640,
  })
  try {
    const undo = await screens[name]?.(page)
    await page.waitForLoadState('networkidle')
    await page.evaluate(() => document.fonts.ready)
    await page.screenshot({ path, animations: 'disabled' })
    await undo?.()
  } catch (error) {
    process.exitCode = 1
    console.error(`${name}, ${theme}, ${size.width}: ${error instanceof Error ? error.message : String(error)}`)
  } finally {
    await page.close()
  }
}

const browser = await chromium.launch({
  executablePath: process.env.REYNARD_TEST_BROWSER ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage'],
})
try {
  const desk = { width: 1280, height: 800 }
  const phone = { width: 390, height: 844 }
  const shots: Shot[] = [
    { name: 'chat', theme: 'light', size: desk, path: join(folder, 'chat-light.png') },
    { name: 'chat', theme: 'dark', size: desk, path: join(folder, 'chat-dark.png') },
    { name: 'first-run', theme: 'light', size: desk, path: join(folder, 'first-run.png') },
    { name: 'chat', theme: 'light', size: phone, path: join(folder, 'phone.png') },
  ]
  if (!process.argv.includes('--readme')) {
    mkdirSync(join(folder, 'all'), { recursive: true })
    for (const theme of themes)
      for (const size of sizes)
        for (const name of Object.keys(screens))
          shots.push({ name, theme, size, path: join(folder, 'all', `${name}.${size.width}.${theme}.png`) })
  }
  for (const shot of shots) await shoot(browser, shot)
  console.log(`${shots.length} pictures in ${folder}`)
} finally {
  await browser.close()
  await client.close()
  await Promise.all([reynard.stop(), empty.stop(), model.close()])
  removeData(reynard)
  removeData(empty)
}

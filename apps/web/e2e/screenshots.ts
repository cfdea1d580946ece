import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from '@playwright/test'
import { stages } from './scenes/index.ts'
import type { OpenStage } from './scenes/stage.ts'

/**
 * `npm run screenshots [-- --readme] [-- scene …]`: the real app on scripted servers, every scene in both themes on a phone, a small and a
 * wide screen, into docs/screenshots/all; and the few that the README shows beside it. Build the pages first.
 */
const folder = join(import.meta.dirname, '..', '..', '..', 'docs', 'screenshots')
const themes = ['light', 'dark'] as const
type Size = { width: number; height: number }
type Theme = (typeof themes)[number]

const phone = { width: 390, height: 844 }
const desk = { width: 1280, height: 800 }
const tall = { width: 1280, height: 1180 }
const sizes = [phone, { width: 1024, height: 768 }, { width: 1600, height: 1000 }]
const forReadme: { scene: string; theme: Theme; size: Size; file: string }[] = [
  { scene: 'chat', theme: 'light', size: desk, file: 'chat-light.png' },
  { scene: 'chat', theme: 'dark', size: desk, file: 'chat-dark.png' },
  { scene: 'first-run-welcome', theme: 'light', size: desk, file: 'first-run.png' },
  { scene: 'chat', theme: 'light', size: phone, file: 'phone.png' },
  { scene: 'approval', theme: 'light', size: desk, file: 'approval.png' },
  { scene: 'tour-chart', theme: 'light', size: desk, file: 'tour-chart.png' },
  { scene: 'tour-fix', theme: 'light', size: tall, file: 'tour-fix.png' },
  { scene: 'admin-overview', theme: 'light', size: desk, file: 'console.png' },
  { scene: 'tour-memory', theme: 'light', size: desk, file: 'tour-memory.png' },
]

const isReadmeOnly = process.argv.includes('--readme')
const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'))
let pictures = 0

/** One scene at one size: the page is made once and turned from light to dark. */
async function shoot(context: BrowserContext, stage: OpenStage, scene: string, size: Size, files: [Theme, string][]) {
  const page = await context.newPage()
  try {
    await page.setViewportSize(size)
    const leave = await stage.show(scene, page)
    for (const [theme, file] of files) await takePicture(page, theme, file)
    await leave?.()
  } catch (error) {
    process.exitCode = 1
    console.error(`${scene}, ${size.width}: ${error instanceof Error ? error.message : String(error)}`)
  } finally {
    await page.close()
  }
}

async function takePicture(page: Page, theme: Theme, file: string) {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
  await page.evaluate(() => document.fonts.ready)
  await page.screenshot({ path: join(folder, file), animations: 'disabled' })
  pictures++
}

async function shootStage(browser: Browser, stage: OpenStage, scenes: string[]) {
  for (const size of [...sizes, desk, tall]) {
    const context = await browser.newContext({ viewport: size, hasTouch: size === phone, isMobile: size === phone })
    context.setDefaultTimeout(20_000)
    for (const scene of scenes) {
      const files: [Theme, string][] = forReadme
        .filter((picture) => wanted.length === 0 && picture.scene === scene && picture.size === size)
        .map(({ theme, file }) => [theme, file])
      if (!isReadmeOnly && sizes.includes(size)) {
        for (const theme of themes) files.push([theme, join('all', `${scene}.${size.width}.${theme}.png`)])
      }
      if (files.length > 0) await shoot(context, stage, scene, size, files)
    }
    await context.close()
  }
}

mkdirSync(join(folder, 'all'), { recursive: true })
const browser = await chromium.launch({
  executablePath: process.env.REYNARD_TEST_BROWSER ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage'],
})
try {
  for (const stage of stages) {
    const scenes = stage.scenes.filter((scene) =>
      isReadmeOnly
        ? forReadme.some((picture) => picture.scene === scene)
        : wanted.length === 0 || wanted.includes(scene),
    )
    if (scenes.length === 0) continue
    const opened = await stage.open()
    try {
      await shootStage(browser, opened, scenes)
    } finally {
      await opened.close()
    }
  }
} finally {
  await browser.close()
}
console.log(`${pictures} pictures in ${folder}`)
